"""What is told of each page for site rules, whatever the page has done to itself."""

from __future__ import annotations

import json

import pytest

from auditor.evidence import Place
from auditor.evidence.site import PageFacts, Structure, known_as
from tests.browser.conftest import Lab

pytestmark = pytest.mark.asyncio(loop_scope="module")

MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("bins", "tax"))


async def structure(lab: Lab, body: str, head: str = "") -> Structure:
    text = f'<!doctype html><html lang="en-GB"><title>Page</title>{head}<body>{body}'
    lab.site.routes["/page"] = (200, {"Content-Type": "text/html; charset=utf-8"}, text.encode())
    result = await lab.visit("/page")
    assert result.snapshot is not None, result.reason
    place = Place(selector="html", excerpt="<html>")
    page = PageFacts(url="http://x/page", title="", lang="en", place=place, facts=result.snapshot.facts)
    assert page.structure is not None, result.snapshot.facts
    assert len(json.dumps(result.snapshot.facts["structure"])) < 80_000
    return page.structure


async def test_the_lists_of_the_shell(lab: Lab) -> None:
    told = await structure(
        lab,
        f"""<a href="#content">Skip</a><header><a href="/"><img src="data:," alt="Council"></a>
        <nav aria-label="Main"><ul class="menu">{MENU}</ul></nav></header>
        <nav aria-label="Breadcrumb"><a href="/a">A</a></nav>
        <main id="content"><h1>Bins</h1><nav><a href="/own">Own</a></nav><a href="/x#y">x</a></main>
        <footer><a href="tel:+441632960100">Call us</a> <a href="/contact">Contact us</a></footer>""",
    )
    assert [(link.text, link.href, link.block.kind, link.help) for link in told.links] == [
        ("Council", "/", "header", ""),
        ("bins", "/bins", "navigation", ""),
        ("tax", "/tax", "navigation", ""),
        ("Call us", "tel:+441632960100", "footer", "contact details"),
        ("Contact us", "/contact", "footer", "contact mechanism"),
    ]
    assert told.links[1].block.key == "banner|navigation|main|nav"
    assert told.links[1].place.component is not None
    assert told.skips == (True,)
    assert (told.mains, told.links_before, told.has_contact) == (1, 4, True)
    assert [(each.level, each.text, each.in_shell) for each in told.headings] == [(1, "Bins", False)]
    assert {known_as(f"http://x{path}") for path in ("/own", "/x", "/bins/")} <= told.leads


async def test_search_buttons_and_languages(lab: Lab) -> None:
    told = await structure(
        lab,
        """<header><form action="/find?x=1" role="search"><input name="q" aria-label="Words">
        <button type="button" hidden>Clear</button><button aria-label="Search"></button></form>
        <button class="menu-toggle" aria-expanded="false">Menu</button>
        <a class="lang" href="/cy" hreflang="cy">Cymraeg</a></header>
        <div><form method="post"><input type="search" name="s"><button>Go</button></form></div>""",
        '<link rel="alternate" hreflang="CY" href="/cy/page">',
    )
    assert [(each.key, each.field, each.button, each.in_shell) for each in told.searches] == [
        ("/find|q|banner|search", "Words", "Search", True),
        ("/page|s", "", "Go", True),
    ]
    assert "Menu" in [each.name for each in told.buttons]
    assert [(each.hreflang, each.href, each.told_by) for each in told.alternates] == [
        ("cy", "/cy/page", "link")
    ]
    assert (told.links[0].hreflang, told.mains, told.posts) == ("cy", 0, 1)


@pytest.mark.parametrize(
    ("body", "contact", "step", "index"),
    [
        ("<p>T</p><p>Call 01632 960100</p>", True, False, False),
        ("<p>Ref 12345678901234 and 0 0 0</p>", False, False, False),
        ('<p><a href="/c">Cysylltu â ni</a></p>', True, False, False),
        ("<b>x</b><p>Step 2 of 3</p>", False, True, False),
        ('<ol><li aria-current="step">Pay</li></ol>', False, True, False),
        ('<a href="/map">Site map</a>', False, False, True),
        ('<a href="/support-us">Support for carers</a>', False, False, False),
    ],
)
async def test_words(lab: Lab, body: str, contact: bool, step: bool, index: bool) -> None:
    told = await structure(lab, body)
    assert (told.has_contact, told.is_step, told.has_index) == (contact, step, index)


async def test_the_same_shell_is_the_same_template(lab: Lab) -> None:
    shell = '<header class="top"></header><main class="page-{0}">{1}</main><footer></footer>'
    one = await structure(lab, shell.format(1, "<p>One</p>"))
    two = await structure(lab, shell.format(22, "<table><td>Two</table><section class=x></section>"))
    other = await structure(lab, "<div class=old></div>" + shell.format(1, "<p>One</p>"))
    assert one.template == two.template != other.template


async def test_a_page_with_a_shadow_root_is_read_as_one_without(lab: Lab) -> None:
    """Without any, only the elements of one query are read: it must leave out none that counts."""
    marks = (
        'class="x mainnav"',
        'class="oak" id="Footer-Links"',
        'class="elm" aria-label="Sub menu"',
        'role="navigation"',
    )
    lists = [(name, mark) for name in ("div", "section", "ul") for mark in marks]
    lists += [(name, "") for name in ("header", "nav", "aside", "footer")]
    menus = "".join(
        f'<blockquote><{name} {mark}><a href="/{number}">To {number}</a></{name}></blockquote>'
        for number, (name, mark) in enumerate(lists)
    )
    body = f"""<link rel="alternate" hreflang="cy" href="/cy"><div class="old"></div>{menus}
        <blockquote><form method="post" action="/send"></form></blockquote>
        <blockquote><form action="/find"><input type="search" name="q"></form></blockquote>
        <search><input name="keys"></search><p role="search"><input type="search" name="term"></p>
        <button>Menu</button><details><summary>More</summary></details><p role="button" tabindex="0">Open</p>
        <h2>Two</h2><p role="heading" aria-level="3">Three</p><p><i aria-current="step">Here</i></p>
        <map name="m"><area href="/area" alt="Area" coords="0,0,9,9"></map>
        <p role="main">{MENU}</p><span></span>"""
    plain = await structure(lab, body)
    rooted = await structure(
        lab, body + '<script>document.querySelector("span").attachShadow({ mode: "open" })</script>'
    )
    assert plain == rooted
    assert len(plain.links) == 12
    assert len(plain.searches) > 1
    assert len(plain.buttons) > 2
    assert len(plain.headings) == 2
    assert (plain.is_step, plain.mains, len(plain.alternates)) == (True, 1, 1)


async def test_a_page_that_is_hostile_or_huge(lab: Lab) -> None:
    links = "".join(f'<p><a class="{"x" * 500}" href="/{"y" * 400}/{n}">{"z" * 500}</a>' for n in range(270))
    told = await structure(
        lab,
        f"""<form id="f"><input name="action"><input name="method">
        <input name="baseURI"><input type="search" name="q"></form>
        <img name="getElementById"><img name="querySelector"><a href="#%E0%A4%A">x</a>
        <a href="http://[">y</a><nav aria-label="{"n" * 5000}">{links}</nav>""",
    )
    assert 20 < len(told.links) <= 250
    assert all(len(link.href) <= 300 and len(link.text) <= 80 for link in told.links)
    assert told.skips == (False,)
