"""Variants: driven pages judged again as other settings show them, only where they could differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.formats import FORMATS
from auditor.models import Kind, Outcome, Report, Site, VariantCount
from auditor.variants import words

EVERY = ("phone", "dark", "forced-colours", "reduced-motion", "text-200", "language-cy")
GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
FAULTY = f'<img id="same" src="{GIF}" width="9" height="9">'
FIXED = "<style>* { font-size: 16px !important }</style>"  # whatever the browser's font size
MASK = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Cpath d='M0 0h8v3H0zM0 5h8v3H0z'/%3E%3C/svg%3E\")"
)
FORCED = f"""<style>
  button {{ border: 0; padding: 8px; background: #fff }}
  i {{ display: block; width: 24px; height: 24px; background: #222; mask: {MASK} }}
  @media (forced-colors: active) {{ #kept i {{ background: ButtonText; forced-color-adjust: none }} }}
</style><button type="button" id="print" aria-label="Print"><i></i></button>
<button type="button" id="kept" aria-label="Print all"><i></i></button>"""
BODIES = {
    "/dark": f"""<style>
  @media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #eee }} #note {{ color: #333 }} }}
</style><p id="note">Open on Sundays</p>{FAULTY}""",
    "/canvas": """<meta name="color-scheme" content="light dark"><p>White on the browser's own black</p>
<p id="bad" style="color: #555">Written for white alone</p>""",
    "/phone": """<meta name="viewport" content="width=device-width, initial-scale=1"><style>
  #menu { display: none; width: 44px; height: 44px }
  @media (max-width: 600px) { #menu { display: block } #links { display: none } }
</style><button type="button" id="menu"><svg viewBox="0 0 9 9" aria-hidden="true"></svg></button>
<p id="links"><a href="/dark">Opening hours</a></p>""",
    "/forced": FORCED,
    "/plain": f"<style>@media print {{ p {{ color: #eee }} }}</style><p>It heeds no setting</p>{FAULTY}",
}
LARGE = """<style>.box { width: 250px; height: 70px; overflow: hidden }</style>
<div class="box" id="box">Show this page at the Mill Lane car park for two free hours on market day.</div>"""


def by_language(asked: Any) -> Any:
    """A page whose picture has no text alternative in Welsh."""
    welsh = asked.headers.get("accept-language", "").startswith("cy")
    body = f"<title>T</title>{FIXED}<main><h1>Hours</h1>{FAULTY if welsh else ''}<p>Open</p></main>"
    headers = {"Content-Type": "text/html; charset=utf-8", "Vary": "Accept-Language"}
    return 200, headers, f'<!doctype html><html lang="{"cy" if welsh else "en"}">{body}'.encode()


@pytest.fixture(scope="module")
def audited(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Report, Any]:
    """All these pages in every variant; the report and the site."""
    routes = {path: page(path.strip("/"), body=FIXED + body) for path, body in BODIES.items()}
    routes |= {"/large": page("Large", body=LARGE), "/language": by_language}
    site = site_server(routes)
    at = Site(
        id="town",
        name="Town",
        urls=tuple(f"{site.origin}{path}" for path in routes),
        internal=True,
        delay=0.0,
        concurrency=2,
        follow_links=False,
        variants=EVERY,
    )
    store = f"sqlite:///{tmp_path_factory.mktemp('variants')}/a.db"
    return auditor.audit(at, store=store, sandbox=False), site


def loads(site: Any, path: str) -> int:
    """How often a page was loaded in a browser."""
    return sum(each.path == path and each.headers.get("sec-fetch-dest") == "document" for each in site.asked)


def test_each_fault_in_its_variant_and_none_twice(audited: tuple[Report, Any]) -> None:
    report, site = audited
    found = [
        (f.rule, f.url.removeprefix(site.origin), f.selector, f.variant)
        for f in report.findings(outcome=Outcome.FAILED)
        if f.variant or f.selector == "#same"
    ]
    assert sorted(found) == [
        ("button-name", "/phone", "#menu", "phone"),
        ("color-contrast", "/canvas", "#bad", "dark"),
        ("color-contrast", "/dark", "#note", "dark"),
        ("forced-colours", "/forced", "#print", "forced-colours"),
        ("image-alt", "/dark", "#same", ""),
        ("image-alt", "/language", "#same", "language-cy"),
        ("image-alt", "/plain", "#same", ""),
        ("larger-text", "/large", "#box", "text-200"),
    ]
    assert all(f.state == words(f.variant) for f in report.findings() if f.variant)


def test_pages_are_loaded_only_where_they_could_differ_and_count_once(audited: tuple[Report, Any]) -> None:
    report, site = audited
    assert report.coverage.audited == 7
    assert {each.variant: (each.judged, each.new) for each in report.variants} == {
        "phone": (1, 1),
        "dark": (2, 2),
        "forced-colours": (2, 1),  # dark colours come with them
        "reduced-motion": (0, 0),
        "text-200": (1, 1),
        "language-cy": (1, 1),
    }
    assert {each.pages for each in report.variants} == {7}
    assert not [each for each in report.untested() if each.what == "variant"]
    assert loads(site, "/plain") == 1
    assert loads(site, "/dark") == 4, "as it is, in both, and as it is once more, since something was new"


def test_issues_say_in_which_variants_alone_they_are(audited: tuple[Report, Any]) -> None:
    report, _ = audited
    issues = {(issue.rule, issue.variants): issue for issue in report.issues}
    assert issues["forced-colours", ("forced-colours",)].kind is Kind.ADVICE
    faint = next(i for i in report.issues if i.rule == "color-contrast")
    assert faint.variants == ("dark",)
    assert report.picture(faint.id) is not None
    made = FORMATS["html"](report)
    pages = {name: b"".join(data).decode() for name, data in made if name.endswith(".html")}
    told = next(text for name, text in pages.items() if name.startswith("issues/color-contrast"))
    assert "only in dark colours" in told
    assert "In dark colours" in pages["states.html"]
    assert "In dark colours: 2 of 7 driven pages judged" in pages["not-covered.html"]


def test_page_that_shows_something_else_each_time_is_no_variant(
    site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path
) -> None:
    first = page("Page", body=FIXED + BODIES["/dark"].replace(FAULTY, ""))
    later = page("Page", body=FIXED + BODIES["/dark"])
    shown: list[int] = []

    def changing(asked: Any) -> Any:
        shown.append(1)
        return first if len(shown) == 1 else later

    site = site_server({"/": changing})
    at = Site(
        id="t",
        name="T",
        urls=(f"{site.origin}/",),
        internal=True,
        delay=0.0,
        follow_links=False,
        pictures=False,
        variants=("dark",),
    )
    report = auditor.audit(at, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert [f.selector for f in report.findings(outcome=Outcome.FAILED) if f.variant] == ["#note"]
    assert report.variants == (VariantCount(variant="dark", judged=1, new=1),)
