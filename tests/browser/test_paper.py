"""A report on paper: the browser makes a tagged PDF of it, runs nothing and fetches nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from auditor.browser.paper import paper

PAGE = """<!doctype html><html lang="en-GB"><head><title>Town &amp; country</title></head><body>
<h1>Town and country</h1><p>First.</p>
<h2>Counts</h2>
<table><caption>Pages</caption><thead><tr><th scope="col">What</th><th scope="col">Pages</th></tr></thead>
<tbody><tr><th scope="row">Audited</th><td>3</td></tr></tbody></table>
<ul><li>One</li></ul>
<script>location = "{server}/ran";</script>
<img src="{server}/picture.png" alt="A picture"><iframe src="{server}/frame" title="F"></iframe>
</body></html>"""


def kinds(element: Any) -> Iterator[str]:
    """Of the elements of the structure tree."""
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from kinds(each)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield str(element["/S"])
        yield from kinds(element.get("/K"))


async def test_it_is_tagged_and_titled_and_fetches_nothing(site_server: Callable[..., Any]) -> None:
    server = site_server({})
    made = await paper(PAGE.replace("{server}", server.origin), sandbox=False)
    assert server.asked == []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en-GB"
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Town & country"
        found = set(kinds(root.StructTreeRoot))
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Caption"} <= found
        with pdf.open_outline() as outline:
            (first,) = outline.root
            assert (first.title, [each.title for each in first.children]) == ("Town and country", ["Counts"])
