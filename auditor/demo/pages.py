"""Read the demo site's pages and put each into its layout.

A page is a file of `key: value` lines, a line `---`, and the HTML that goes inside `<main>`. Its address is
its path under `site/pages` without the ending, save that `home.html` is `/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

SITE = Path(__file__).parent / "site"
COUNCIL = "Harrowmere Council"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as written: HTML in `head` and `body` still carries its `$placeholders`."""

    url: str
    title: str
    summary: str
    date: str
    lang: str
    viewport: str
    head: str
    layout: str
    in_sitemap: bool
    body: str


def load_page(path: Path, url: str) -> Page:
    """Read one page file; an unknown key is an error, so that a slip of the pen is seen."""
    front, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    keys = dict(line.split(":", 1) for line in front.splitlines())
    values = {key.strip(): value.strip() for key, value in keys.items()}
    page = Page(
        url=url,
        title=values.pop("title"),
        summary=values.pop("summary", ""),
        date=values.pop("date", ""),
        lang=values.pop("lang", "en-GB"),
        viewport=values.pop("viewport", "width=device-width, initial-scale=1"),
        head=values.pop("head", ""),
        layout=values.pop("layout", "layout.html"),
        in_sitemap=values.pop("sitemap", "yes") == "yes",
        body=body,
    )
    if values:
        raise ValueError(f"{path}: unknown keys {sorted(values)}")
    return page


def load_pages() -> dict[str, Page]:
    """Every page of the main site by its address."""
    root = SITE / "pages"
    pages: dict[str, Page] = {}
    for path in sorted(root.rglob("*.html")):
        name = path.relative_to(root).with_suffix("").as_posix()
        url = "/" if name == "home" else f"/{name}"
        pages[url] = load_page(path, url)
    return pages


def render(page: Page, values: Mapping[str, str]) -> str:
    """The page as HTML. `values` fill its placeholders and must be HTML already, hence escaped."""
    layout = (SITE / page.layout).read_text(encoding="utf-8")
    return Template(layout).substitute(
        values,
        lang="" if page.lang == "none" else f' lang="{page.lang}"',
        title="" if page.title == "none" else f"<title>{escape(page.title)} – {COUNCIL}</title>",
        viewport=page.viewport,
        head=page.head,
        body=Template(page.body).substitute(values),
    )
