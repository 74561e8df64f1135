"""What is left of a page without scripts, and which pages are looked at."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from auditor.evidence import Place
from auditor.evidence.site import PageFacts
from auditor.inclusion.plain import PLAIN_BYTES, plain, sample


def test_what_is_counted() -> None:
    page = b"""<!doctype html><html><head><title>Not counted</title><style>p {}</style><body>
      <h1>Pay a bill</h1><p>Two words</p><a href="/x">One</a><a name="y">anchor</a>
      <script>var no = "words";</script><template><h2>No</h2></template><noscript>Call us</noscript>
      <form><input type="hidden"><input><select><option>A</select><textarea></textarea><br/></form>"""
    assert plain(page, "text/html") == {"words": 10, "links": 1, "headings": 1, "fields": 3}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>caf\u00e9 ol\u00e9</p>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="latin1"><p>caf\u00e9 ol\u00e9</p>'.encode("latin-1"), "text/html"),
        ("<p>caf\u00e9 ol\u00e9</p>".encode(), "text/html; charset=no-such-thing"),
    ],
)
def test_in_its_coding(body: bytes, content_type: str) -> None:
    assert plain(body, content_type)["words"] == 2


@pytest.mark.parametrize(
    "piece", [b"<", b"<!--", b"<a ", b"<div>", b"&", b"<script>", b"<![CDATA[", b"</", b"<?"]
)
def test_hostile_pages_take_little_time(piece: bytes) -> None:
    began = time.process_time()
    plain(piece * (PLAIN_BYTES // len(piece)), "text/html")
    assert time.process_time() - began < 3


def page(path: str, fields: int = 0) -> PageFacts:
    told = {"plain": {"words": 1, "fields": fields}, "fields": fields}
    return PageFacts(
        url=f"https://x.example{path}",
        title="",
        lang="en",
        place=Place(selector="", excerpt=""),
        facts={"measures": told},
    )


def test_the_sample_is_the_first_page_and_one_of_each_section_forms_first() -> None:
    pages = [page("/"), page("/a/1"), page("/a/2", 1), page("/b"), page("/c", 2), page("/c/2", 2)]
    assert [url.partition("example")[2] for url, _ in sample(pages, 8)] == ["/", "/a/2", "/c", "/b"]
    assert len(sample([page(f"/{n}", n % 2) for n in range(100)], 8)) == 8
    assert sample([], 8) == []
    assert sample([replace(page("/", 1), by_address=False)], 8) == [], "only a journey met it"
