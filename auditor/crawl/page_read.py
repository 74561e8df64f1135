"""What a page tells without a browser: from the HTML that its server sends, parsed and never run.

Enough to tell templates apart and to recognise what a page is for. A page that its scripts fill is all but
empty here; `PageRead.is_empty` says so.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from auditor.crawl.inventory import inventory
from auditor.crawl.page_kinds import in_text, normal
from auditor.limits import LINKS_PER_FRAME, MAX_URL_LENGTH
from auditor.models import Discovery, Link

TEXT = 200  # characters of a title, heading or link
EMPTY_WORDS = 25  # a page with scripts and fewer words shows what it holds only to a browser
KINDS = 400  # of element, of one page

# Elements that lay a page out; others belong to its text, unless they have a class or role.
_LAYOUT = frozenset(
    {"header", "nav", "main", "aside", "footer", "article", "section", "search", "form", "fieldset", "table"}
)
_PLAYERS = re.compile(r"//([\w-]+\.)?(youtube(-nocookie)?\.com|vimeo\.com)/")
_VARIES = re.compile(r"(?<=[-_])\w*\d\w*|\d+")  # what build tools and content systems number
_NO_FIELD = frozenset({"hidden", "submit", "button", "reset", "image"})
_SEARCH = re.compile(r"\b(search|chwilio)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """One page as its server sent it."""

    title: str
    h1: str
    lang: str  # as the page says it: "cy"
    words: int
    has_scripts: bool
    kinds: tuple[int, ...]  # hashes of the kinds of element that lay it out, ascending
    signature: str  # equal for two pages with the same words in the same layout
    said: tuple[str, ...]  # page kinds whose own words stand in its text
    fields: int  # of its largest form that is neither search nor log-in
    has_login: bool
    has_search: bool
    tables: int  # with header cells
    players: int  # of video or sound
    frames: int  # with other content than video
    components: tuple[
        int, ...
    ] = ()  # and what looks wrong, as inventory.py tells them; where that was asked for
    suspicions: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it shows almost nothing without its scripts."""
        return self.has_scripts and self.words < EMPTY_WORDS

    @property
    def language(self) -> str:
        """The main part of `lang`, as "en" of "en-GB"."""
        return re.split("[-_]", self.lang.lower())[0]


def read(
    body: bytes, url: str, charset: str | None = None, *, closely: bool = False
) -> tuple[PageRead, list[Link], int]:
    """The page, its links (at most `LINKS_PER_FRAME`), and how many it has. Nothing in it raises.

    `closely`: with its components and suspicions.
    """
    page = BeautifulSoup(body, "html.parser", from_encoding=charset)
    links, total = _links(page, url)
    has_scripts = page.find("script") is not None
    players = len(page.find_all(["video", "audio"]))
    frames = page.find_all("iframe")
    films = sum(bool(_PLAYERS.search(str(frame.get("src") or ""))) for frame in frames)
    forms = [*map(_form, page.find_all("form"))]
    kinds = tuple(sorted(set(_kinds(page)))[:KINDS])
    for unseen in page.find_all(["script", "style", "template", "noscript"]):
        unseen.extract()
    title, h1 = (_words(element) for element in (page.title, page.h1))
    text = " ".join((page.body or page).get_text(" ").split())
    shown = hashlib.blake2b(f"{title}\n{text}\n{kinds}".encode("utf-8", "replace"), digest_size=8)
    html = page.find("html")
    components, suspicions = inventory(page) if closely else ((), ())
    return (
        PageRead(
            title=title,
            h1=h1,
            lang=str(html.get("lang") or "")[:35] if isinstance(html, Tag) else "",
            words=text.count(" ") + bool(text),
            has_scripts=has_scripts,
            kinds=kinds,
            signature=shown.hexdigest(),
            said=in_text(normal(text)),
            fields=max((fields for what, fields in forms if what == "form"), default=0),
            has_login=any(what == "log-in" for what, _ in forms),
            has_search=any(what == "search" for what, _ in forms),
            tables=sum(table.find("th") is not None for table in page.find_all("table")),
            players=players + films,
            frames=len(frames) - films,
            components=components,
            suspicions=suspicions,
        ),
        links,
        total,
    )


def _words(element: Tag | None) -> str:
    return " ".join(element.get_text(" ").split())[:TEXT] if element else ""


def _links(page: BeautifulSoup, url: str) -> tuple[list[Link], int]:
    base = page.find("base", href=True)
    root = _joined(url, str(base["href"])) if isinstance(base, Tag) else url
    found: list[Link] = []
    total = 0
    for element in page.find_all(["a", "area", "link"], href=True):
        how = Discovery.LINK
        if element.name == "link":
            rel = element.get("rel") or ()
            if "canonical" in rel:
                how = Discovery.CANONICAL
            elif "alternate" in rel and element.get("hreflang"):
                how = Discovery.ALTERNATE
            else:
                continue
        total += 1
        href = str(element["href"]).strip()
        if len(found) < LINKS_PER_FRAME and len(href) <= MAX_URL_LENGTH and (to := _joined(root, href)):
            found.append(Link(url=to, text=_name(element), discovery=how))
    return found, total


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def _name(link: Tag) -> str:
    if label := str(link.get("aria-label") or ""):
        return " ".join(label.split())[:TEXT]
    if text := _words(link):
        return text
    picture = link.find("img", alt=True)
    return " ".join(str(picture["alt"]).split())[:TEXT] if isinstance(picture, Tag) else ""


def _form(form: Tag) -> tuple[str, int]:
    """What a form is: "log-in", "search" or "form"; and how many fields a person fills in."""
    fields = [
        field
        for field in form.find_all(["input", "select", "textarea"])
        if str(field.get("type") or "").lower() not in _NO_FIELD
    ]
    types = {str(field.get("type") or "").lower() for field in fields}
    if "password" in types:
        return "log-in", len(fields)
    about = " ".join(str(form.get(key) or "") for key in ("role", "action", "id", "class", "aria-label"))
    if "search" in types or (len(fields) <= 2 and _SEARCH.search(about)):
        return "search", len(fields)
    return "form", len(fields)


def _kinds(page: BeautifulSoup) -> Iterator[int]:
    """Hashes of the kinds of element that lay the page out: by tag, classes, role and type."""
    for element in page.find_all(True):
        classes: Iterable[str] = element.get("class") or ()
        told = [element.name, *sorted({_VARIES.sub("", each) for each in classes})]
        told += [f"{key}={element[key]}" for key in ("role", "type") if element.get(key)]
        if len(told) > 1 or element.name in _LAYOUT:
            yield zlib.crc32(" ".join(told)[:500].encode("utf-8", "replace"))
