# ruff: noqa: E501 - texts as they are read
"""What measures.js tells of a page, and what it weighs: in a real browser."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from auditor.models import UrlOutcome
from tests.browser.conftest import Answer, Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def facts(lab: Lab, answer: Answer) -> dict[str, Any]:
    lab.site.routes["/measured"] = answer
    result = await lab.visit("/measured")
    assert result.outcome is UrlOutcome.AUDITED, result.reason
    assert result.snapshot is not None
    return dict(result.snapshot.facts)


async def told(lab: Lab, body: str, **options: Any) -> dict[str, Any]:
    measures: dict[str, Any] = (await facts(lab, html(body, **options)))["measures"]
    assert "fault" not in measures
    return measures


async def test_prose_is_what_the_main_content_says(lab: Lab) -> None:
    body = """<nav>Menu of many words here.</nav><h2>Head line of the part</h2><p>One <b>two</b> three.</p>
      <ul><li><a href="/a">Only a link</a><li>An item with <a href="/b">link</a> in it</ul>
      <p hidden>Not shown.</p><p style="display: none">Nor this.</p><details><summary>Open</summary><p>Closed.</p></details>
      <label>Name <input></label><script>var x = "no";</script><div>Text<br>Next line<p>Inner</p>After</div>
      <x-in id="x"></x-in><script>document.querySelector("#x").attachShadow({mode: "open"}).innerHTML = "<p>In a shadow.</p>"</script>"""
    found = (await told(lab, body))["prose"]
    assert found == [
        "One two three.", "An item with link in it", "Text", "Next line", "Inner", "After", "In a shadow.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "routes"),
    [
        ("<p>Call 01632 960100.</p>", ["phone"]),
        ("<p>Call (01632) 960 100 or +44 1632 960100</p>", ["phone"]),
        ("<a href='tel:999'>Ring us</a>", ["phone"]),
        ("<p>Reference 2026/04/11, 12345678901234, ISBN 978-0-306-40615-7, 08.11.2026</p>", []),
        ("<p>Use Relay UK</p>", ["relay"]),
        ("<p>Dial 18001 first</p>", ["relay"]),
        ("<p>We have BSL interpreters</p>", ["sign"]),
        ("<p>Use our web chat</p>", ["chat"]),
        ("<p>Town Hall, Mill Lane, HM1 2AB. Open Monday to Friday, 9am to 5pm</p>", ["person"]),
        ("<p>Town Hall, Mill Lane, HM1 2AB</p>", []),
        ("<a href='/x'>Contact us</a>", ["link"]),
        ("<p hidden>Call 01632 960100.</p>", []),
    ],
)
async def test_ways_to_a_person(lab: Lab, body: str, routes: list[str]) -> None:
    assert (await told(lab, body))["help"]["page"] == routes


async def test_formats_and_walls(lab: Lab) -> None:
    found = await told(
        lab, "<p>Easy-read, large print, Braille, an audio CD. You will need to create an account.</p>"
    )
    assert found["formats"] == ["easy-read", "large-print", "braille", "audio"]
    assert found["walls"] == {"account": "You will need to create an account"}
    assert not found["password"]
    assert (await told(lab, "<input type=password>"))["password"]
    assert not (await told(lab, "<input type=password autocomplete=new-password>"))["password"]


async def test_links_to_documents(lab: Lab) -> None:
    found = await told(
        lab, "<a href='/a.PDF?x'>A</a><a href='b.docx#p'>B</a><a href='/c'>C</a><a href='#d'>D</a>"
    )
    assert found["links"] == {"documents": 2, "others": 1}


@pytest.mark.parametrize(
    ("head", "kind", "id_"),
    [
        ("<meta name=Generator content='WordPress 7.1'>", "system", "wordpress"),
        ("<link rel=stylesheet href='/wp-content/x.css'>", "system", "wordpress"),
        ("<script src='https://cdn.userway.org/widget.js' async></script>", "overlay", "userway"),
        ("<script src='https://userway.org.example/x.js' async></script>", "", ""),
        ("<meta name=author content='WordPress'>", "", ""),
    ],
)
async def test_tools_are_told_by_what_they_show(lab: Lab, head: str, kind: str, id_: str) -> None:
    found = (await told(lab, "<p>Text</p>", head=head))["tools"]
    assert {(k, i) for k, ids in found.items() for i in ids} == ({(kind, id_)} if kind else set())


async def test_a_cookie_banner_is_told(lab: Lab) -> None:
    found = await told(lab, "<div id='ccc-notify'>Cookies?</div>")
    assert list(found["tools"]["consent"]) == ["civic-cookie-control"]


async def test_a_page_that_sets_traps_is_told_all_the_same(lab: Lab) -> None:
    body = """<form><p>In a form.</p></form>
      <form name="body"></form><img name="querySelectorAll" alt=""><p>&#x1F600; Text &#0; &#x202e; here.</p>
      <script>String.prototype.trim = Array.prototype.push = () => { throw 1 }; JSON.stringify = () => "{}";</script>"""
    assert (await told(lab, body))["prose"][0] == "In a form."


async def test_much_text_is_cut(lab: Lab) -> None:
    many = "<p>" + '"\\\u0001' * 10_000 + " and some words more.</p>"
    found = await told(lab, many * 4)
    assert found["cut"]
    assert len(json.dumps(found)) < 200_000


async def test_bytes_are_those_of_the_network_and_of_a_first_visit(lab: Lab) -> None:
    style = b"p { color: black } " * 5_000
    packed = zlib.compress(style)
    head = {"Content-Type": "text/css", "Content-Encoding": "deflate", "Cache-Control": "max-age=600"}
    lab.site.routes["/style.css"] = (200, head, packed)
    page = html("<p>Text</p>", head="<link rel=stylesheet href=/style.css>")
    first = (await facts(lab, page))["weight"]
    again = (await facts(lab, page))["weight"]
    assert first["requests"] == again["requests"] == 2
    assert len(packed) + len(page[2]) < first["bytes"] < len(packed) + len(page[2]) + 1_500
    assert abs(again["bytes"] - first["bytes"]) < 200, "what the browser had kept counts as it came"
    alone = (await facts(lab, html("<p>Text</p>")))["weight"]
    assert alone["requests"] == 1
    assert alone["bytes"] < 1_500
