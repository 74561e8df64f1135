"""Which pages a change touches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from auditor.file_rules import FileRule
from auditor.net.folder import FolderSite
from auditor.touched import Kinds, of_folder, of_sources, touched

RULES = [
    FileRule(pattern="**"),
    FileRule(pattern="content/**/*.md", url="/{path}/"),
    FileRule(pattern="content/news/*.md", url="/news/{path}/", pages=["/news/"]),
    FileRule(pattern="content/**/index.md", url="/{path}/"),
    FileRule(pattern="layouts/news/**", pages=["/news/*"]),
    FileRule(pattern="*.css", pages=["/*"]),
]
FORM, TEXT = frozenset({1, 2, 3}), frozenset({7, 8, 9})
SITE: Mapping[str, Kinds] = {
    "/": TEXT,
    "/news/": frozenset({20, 21}),
    "/news/a/": TEXT,
    "/news/b/": FORM,
    "/news/c/": FORM,
}


def known(matches: Callable[[str], bool]) -> Mapping[str, Kinds]:
    return {page: kinds for page, kinds in SITE.items() if matches(page)}


def test_a_page_by_its_file_and_the_pages_that_list_it() -> None:
    what = touched({"content/news/c.md": False, "README.md": False}, RULES, known)
    assert what.pages == {"/news/c/": "content/news/c.md", "/news/": "content/news/c.md"}
    assert (what.files, what.removed, what.unmapped) == (2, {}, {})


def test_one_page_for_each_template_and_a_changed_one_before_another() -> None:
    layout = "layouts/news/item.html"
    assert set(touched({layout: False}, RULES, known).pages) == {"/news/", "/news/a/", "/news/b/"}
    also = touched({layout: False, "content/news/c.md": False}, RULES, known)
    assert set(also.pages) == {"/news/", "/news/a/", "/news/c/"}
    assert set(touched({"site.css": False}, RULES, known).pages) == {"/", "/news/", "/news/b/"}


def test_a_page_whose_file_moved_within_it_is_not_removed() -> None:
    files = {"content/about.md": True, "content/about/index.md": False, "content/old.md": True}
    what = touched(files, RULES, known)
    assert set(what.pages) == {"/about/"}
    assert what.removed == {"/old/": "content/old.md"}


def test_what_nobody_knows_is_never_left_out() -> None:
    rules = [*RULES[1:], FileRule(pattern="shop/**", pages=["/shop/*"])]
    what = touched({"data/a.json": False, "shop/style.css": False, "content/a.md": False}, rules, known)
    assert set(what.pages) == {"/a/"}
    assert what.unmapped == {
        "data/a.json": "no rule of [[files]] matches",
        "shop/style.css": "no page is known that matches /shop/*",
    }


def test_without_an_audit_the_repository_tells_the_pages() -> None:
    sources = of_sources(["content/index.md", "content/news/long.md", "content/news/b.md", "a.css"], RULES)
    what = touched({"layouts/news/item.html": False}, RULES, sources)
    assert set(what.pages) == {"/news/b/"}, "one, as no template is known"


def test_templates_of_a_folder_are_told_by_its_pages(tmp_path: Path) -> None:
    for name in ("a", "b", "form"):
        body = "<form class=ask><fieldset></fieldset></form>" if name == "form" else "<article></article>"
        (tmp_path / f"{name}.html").write_text(f"<title>{name}</title><main>{body}</main>", encoding="utf-8")
    with FolderSite(tmp_path) as site:
        what = touched({"a.css": False}, RULES, of_folder(site))
    assert set(what.pages) == {"/a.html", "/form.html"}
