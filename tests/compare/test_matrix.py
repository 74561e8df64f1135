"""What is changed on a site, and what two audits must say of it: the matrix.

Each row changes one thing. Its last column says what of all issues is not exactly the same: nothing (""), or a
word for each: "fixed", "new", "unseen", "first_judged"; or the tier by which it is known again: "moved",
"reworded", "component". Fragments stand in the main part of a page that has faults of its own in its header, main
part and footer; what begins with <body> is the whole page. A page alone is the home page.
"""
# ruff: noqa: E501 - HTML that is broken into lines cannot be compared by eye

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import pytest_asyncio

from auditor.browser import visit as visit_module
from auditor.compare import compare
from auditor.models import Comparison, Status
from tests.compare.judging import Judge, Version, judging, told

PALE = 'style="color: #bbb"'  # too little contrast
MENU = '<svg class="icon"><use href="#icon-menu"/></svg>'
FIND = '<svg class="icon"><use href="#icon-find"/></svg>'
LOGO = '<a class="logo" href="/"><img src="/logo.png"{alt}></a>'

SHELL = f"""<body>
<header class="site-header"><img src="/crest.svg">
<nav class="site-nav"><ul class="site-nav__list"><li><a href="/bins" {PALE}>Bins</a></li></ul></nav></header>
<main><h1>Town</h1><p class="lead" {PALE}>Welcome</p>%s</main>
<footer class="site-footer"><a class="social" href="https://social.example/town"></a></footer></body>"""


@dataclass(frozen=True)
class Row:
    what: str
    before: str | Mapping[str, str]
    after: str | Mapping[str, str]
    says: str
    then: Mapping[str, Any] = field(default_factory=dict)  # of the audit before, as `Version`
    now: Mapping[str, Any] = field(default_factory=dict)


def cards(*names: str, link: str = "card__link", more: str = "") -> str:
    each = "".join(
        f'<li class="card{more}"><a class="{link}" href="/{name}" {PALE}>{name.title()}</a></li>'
        for name in names
    )
    return f'<ul class="cards">{each}</ul>'


def classed(token: str, inner: str = "") -> str:
    """Two components whose classes a build tool made."""
    around = f'<div class="{inner or token}">'
    return f'{around}<button class="{token}" {PALE}>Pay</button></div>{around}<p {PALE}>Now</p></div>'


def shadow(html: str) -> str:
    return f'<town-card><template shadowrootmode="open">{html}</template></town-card>'


def framed(html: str, **attributes: str) -> str:
    told = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    inner = f"<html lang=en><title>Map</title><main><h1>Map</h1>{html}</main>".replace('"', "&quot;")
    return f'<iframe title="Map" {told} srcdoc="{inner}"></iframe>'


def banner(place: str, alt: str = "") -> str:
    return SHELL.replace(place, place + LOGO.format(alt=alt))


HEADER, FOOTER = '<header class="site-header">', '<footer class="site-footer">'
LOGOS = SHELL.replace(HEADER, HEADER + LOGO).replace(FOOTER, FOOTER + LOGO)


def logos(header: str, footer: str) -> str:
    first, second, third = LOGOS.split("{alt}")
    return (first + header + second + footer + third) % ""


ALT = ' alt="Town council"'
PICTURE = '<img src="/media/market.jpg">'
FAMILY = "The council meets in the town hall on the first Monday of each month at seven in the evening"


HARMLESS = [
    Row("nothing", cards("bins", "tax") + PICTURE, cards("bins", "tax") + PICTURE, ""),
    Row("a wrapper without a class is added", f"<p>{PICTURE}</p>", f"<div><p>{PICTURE}</p></div>", ""),
    Row("a wrapper with a class is added", f"<p>{PICTURE}</p>", f'<p class="box">{PICTURE}</p>', "moved"),
    Row("a wrapper with a class is removed", f'<div class="box">{PICTURE}</div>', PICTURE, "moved"),
    Row(
        "a wrapper with a class is added around a field that says nothing",
        '<form class="find"><input></form>',
        '<form class="find"><div class="find__row"><input></div></form>',
        "component",
    ),
    Row("a wrapper is added around cards", cards("bins"), f'<div class="grid">{cards("bins")}</div>', ""),
    Row("CSS modules: hashes", classed("Card_title__3xY2z"), classed("Card_title__kQ9rT"), ""),
    Row("CSS modules of webpack: hashes", classed("card-title_a8f3e1"), classed("card-title_0b7c2d"), ""),
    Row("styled-components: hashes", classed("sc-bdvvtL kHaBcD"), classed("sc-bdvvtL iNkLmO"), ""),
    Row("styled-components: hashes of letters", classed("sc-1kx bqwzrt"), classed("sc-1kx hgplmn"), ""),
    Row(
        "styled-components with names: hashes",
        classed("Card__Title-sc-1abc2d-0 kHaBcD"),
        classed("Card__Title-sc-9xyz8w-0 bqwzrt"),
        "",
    ),
    Row("Vite: hashes of letters", classed("_title_xkqpz_1"), classed("_title_mnbvc_12"), ""),
    Row("Emotion: hashes", classed("css-1x2y3z-Button e1abc0"), classed("css-9q8w7e-Button e9xyz3"), ""),
    Row("Angular: numbered classes", classed("ng-tns-c12-3 title"), classed("ng-tns-c44-7 title"), ""),
    Row("Svelte: hashes", classed("title svelte-1abcd2"), classed("title svelte-9xywv8"), ""),
    Row("Tailwind: another size", classed("btn pt-4 md:w-[13px]"), classed("btn pt-6 md:w-[15px]"), ""),
    Row("classes in another order", classed("btn big blue"), classed("blue btn big"), ""),
    Row("a state's class is added", classed("btn"), classed("btn is-open active"), ""),
    Row("a state's class as a modifier", classed("menu menu__item"), classed("menu menu__item--current"), ""),
    Row(
        "attributes in another order",
        '<img src="/media/a.jpg" width="9" class="wide">',
        '<img class="wide" width="9" src="/media/a.jpg">',
        "",
    ),
    Row("items in another order", cards("bins", "tax", "parks"), cards("parks", "bins", "tax"), ""),
    Row("an item is added before", cards("bins", "tax"), cards("roads", "bins", "tax"), ""),
    Row("all items are others", cards("bins", "tax"), cards("roads", "parks", "schools"), ""),
    Row(
        "pictures in another order",
        '<p><img src="/media/a.jpg"></p><p><img src="/media/b.jpg"></p>',
        '<p><img src="/media/b.jpg"></p><p><img src="/media/a.jpg"></p>',
        "",
    ),
    Row(
        "a template's text is edited",
        f'<p class="note" {PALE}>Closed</p>',
        f'<p class="note" {PALE}>We open</p>',
        "",
    ),
    Row(
        "an editor's text is edited",
        f'<p lang="xyz">{FAMILY}</p>',
        f'<p lang="xyz">{FAMILY.replace("evening", "afternoon")}</p>',
        "reworded",
    ),
    Row(
        "a typing error is mended",
        '<p lang="xyz">Opening huors</p>',
        '<p lang="xyz">Opening hours</p>',
        "reworded",
    ),
    Row(
        "counter, date and price change",
        '<p lang="xyz">On 3 March 2026 tickets cost £4.50; 17 are left</p>',
        '<p lang="xyz">On 12 May 2026 tickets cost £5; 9 are left</p>',
        "",
    ),
    Row(
        "a link's words are edited",
        '<a href="/a" lang="xyz">Old</a>',
        '<a href="/a" lang="xyz">New words</a>',
        "reworded",
    ),
    Row(
        "a Welsh variant of a page is added",
        {"/": cards("bins") + PICTURE + '<a href="/contact"></a>'},
        {
            "/": cards("bins") + PICTURE + '<a href="/contact"></a>',
            "/cy/": cards("biniau") + PICTURE + '<a href="/cy/contact"></a>',
        },
        "",
    ),
    Row("a page moves to another address", {"/": "", "/news": PICTURE}, {"/": "", "/latest": PICTURE}, ""),
    Row(
        "an id is changed",
        '<div id="a"><img id="b" src="/a.jpg"></div>',
        '<div id="c"><img id="d" src="/a.jpg"></div>',
        "",
    ),
    Row(
        "random ids and names",
        '<form class="find"><input id=":r1:" name="q_8f3e1a"></form>',
        '<form class="find"><input id=":r9:" name="q_0b7c2d"></form>',
        "",
    ),
    Row("another query of a src", '<img src="/a.jpg?v=17">', '<img src="/a.jpg?v=18&w=9">', ""),
    Row("another hash in a src", '<img src="/a.3f2a1b.jpg">', '<img src="/a.9b8c7d.jpg">', ""),
    Row(
        "another hash in the folder of a src",
        '<img src="/static/3f2a1b/a.jpg">',
        '<img src="/static/9b8c7d/a.jpg">',
        "",
    ),
    Row("a timestamp in a src", '<img src="/a.1699999999.jpg">', '<img src="/a.1799999999.jpg">', ""),
    Row("another size of a picture", '<img src="/a-300x200.jpg">', '<img src="/a-600x400.jpg">', ""),
    Row(
        "a picture is loaded when it is seen",
        '<img src="/media/a.jpg">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" data-src="/media/a.jpg">',
        "",
    ),
    Row("another hash in a href", '<a href="/doc.3f2a1b.pdf"></a>', '<a href="/doc.9b8c7d.pdf?x"></a>', ""),
    Row("a href names the host", '<a href="/contact"></a>', '<a href="{origin}/contact"></a>', ""),
    Row("a host of its own", '<a href="{origin}/contact"></a>', '<a href="{origin}/contact"></a>', ""),
    Row(
        "an entry of the navigation is added",
        SHELL % "",
        SHELL.replace("<li>", f'<li><a href="/tax" {PALE}>Tax</a></li><li>') % "",
        "",
    ),
    Row(
        "landmarks by role",
        SHELL % PICTURE,
        (SHELL % PICTURE)
        .replace("<header", '<div role="banner"')
        .replace("</header", "</div")
        .replace("<footer", '<div role="contentinfo"')
        .replace("</footer", "</div")
        .replace("<main", '<div role="main"')
        .replace("</main", "</div")
        .replace("<nav", '<div role="navigation"')
        .replace("</nav", "</div"),
        "",
    ),
    Row(
        "main is marked up",
        (SHELL % PICTURE).replace("<main", "<div").replace("</main", "</div"),
        SHELL % PICTURE,
        "moved moved",
    ),
    Row(
        "the header is restyled: all its classes are renamed",
        SHELL.replace("<li>", f'<li class="item"><a class="entry" href="/tax" {PALE}>Tax</a></li><li>') % "",
        SHELL.replace(
            "<li>", f'<li class="punkt"><a class="link" href="/tax" {PALE}>Tax</a></li><li>'
        ).replace("site-", "top-")
        % "",
        "component moved",
    ),
    Row(
        "a section moves to another place",
        f'<section class="one">{PICTURE}</section><section class="two"><p>Text</p></section>',
        f'<section class="one"></section><section class="two"><p>Text</p>{PICTURE}</section>',
        "moved",
    ),
    Row(
        "a section moves out of main",
        PICTURE,
        {"/": (SHELL % "").replace(FOOTER, f"<aside>{PICTURE}</aside>" + FOOTER)},
        "moved",
    ),
    Row("the only logo moves from header to footer", banner(HEADER) % "", banner(FOOTER) % "", "moved moved"),
    Row("the level of a heading above changes", f"<h2>News</h2>{PICTURE}", f"<h3>News</h3>{PICTURE}", ""),
    Row(
        "a carousel turns",
        '<div class="slides"><div class="slide active"><img src="/s1.jpg"></div><div class="slide"><img src="/s2.jpg"></div></div>',
        '<div class="slides"><div class="slide"><img src="/s2.jpg"></div><div class="slide active"><img src="/s1.jpg"></div></div>',
        "",
    ),
    Row(
        "a cookie banner appears",
        SHELL % PICTURE,
        (SHELL % PICTURE).replace(
            "<body>",
            '<body><div class="cookies" role="dialog" aria-label="Cookies"><button>Yes</button></div>',
        ),
        "",
    ),
    Row(
        "a cookie banner lies over what failed",
        f'<p class="note" {PALE}>Closed</p>',
        f'<div style="position: fixed; inset: 0; background: #fff" role="dialog" aria-label="Cookies">Yes</div><p class="note" {PALE}>Closed</p>',
        "",
    ),
    Row(
        "a teaser's other variant for a test",
        f'<div class="teaser teaser--a"><a class="teaser__link" href="/a" {PALE}>Pay now</a></div>',
        f'<div class="teaser teaser--b"><a class="teaser__link" href="/b" {PALE}>Save time online</a></div>',
        "",
    ),
    Row("a fault on one more page", {"/": PICTURE, "/b": ""}, {"/": PICTURE, "/b": PICTURE}, ""),
    Row("a fault on one page fewer", {"/": PICTURE, "/b": PICTURE}, {"/": PICTURE, "/b": ""}, ""),
    Row("a frame's id changes", framed(PICTURE, id="map-a8f3e"), framed(PICTURE, id="map-0b7c2"), ""),
    Row("a frame's name changes", framed(PICTURE, id="map"), framed(PICTURE, id="plan"), "moved"),
    Row(
        "in a shadow root, the page around changes",
        shadow(PICTURE),
        f"<p>News</p><div>{shadow(PICTURE)}</div>",
        "",
    ),
    Row(
        "in a shadow root, a wrapper is added",
        shadow(PICTURE),
        shadow(f'<div class="box">{PICTURE}</div>'),
        "moved",
    ),
    Row("a picture gets a class", PICTURE, PICTURE.replace("<img", '<img class="wide"'), "component"),
    Row(
        "another item of a template is empty, as some were",
        '<ul><li><a class="more" href="/a"></a></li><li><a class="more" href="/b">B</a></li></ul>',
        '<ul><li><a class="more" href="/a">A</a></li><li><a class="more" href="/b"></a></li></ul>',
        "",
    ),
]

REAL = [
    Row("a fault is mended", PICTURE, PICTURE.replace(">", ALT + ">"), "fixed"),
    Row("a fault is made", "<p>Text</p>", f"<p>Text</p>{PICTURE}", "new"),
    Row(
        "one picture is mended, its neighbour broken",
        f'<img src="/a.jpg"><img src="/b.jpg"{ALT}>',
        f'<img src="/a.jpg"{ALT}><img src="/b.jpg">',
        "fixed new",
    ),
    Row(
        "a picture is replaced by another",
        '<img src="/media/a.jpg">',
        '<img src="/media/b.jpg">',
        "fixed new",
    ),
    Row(
        "a camera's picture is replaced by the next",
        '<img src="/IMG_1234.jpg">',
        '<img src="/IMG_1235.jpg">',
        "fixed new",
    ),
    Row(
        "a picture named by a machine is replaced",
        '<img src="/m/3f2a1b9c.jpg">',
        '<img src="/m/9b8c7d6e.jpg">',
        "fixed new",
    ),
    Row(
        "a picture in the code is replaced",
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=">',
        "fixed new",
    ),
    Row("a second bare picture is added", PICTURE, PICTURE + '<img src="/media/fair.jpg">', "new"),
    Row(
        "a second picture of a camera is added",
        '<img src="/IMG_1.jpg">',
        '<img src="/IMG_1.jpg"><img src="/IMG_2.jpg">',
        "new",
    ),
    Row(
        "of two buttons of one class the other has no name",
        f'<div class="bar"><button class="btn">{MENU}</button><button class="btn">Find{FIND}</button></div>',
        f'<div class="bar"><button class="btn">Menu{MENU}</button><button class="btn">{FIND}</button></div>',
        "fixed new",
    ),
    Row(
        "of two fields of one class the other has no label",
        '<form><input class="field" name="street"><input class="field" name="town" aria-label="Town"></form>',
        '<form><input class="field" name="street" aria-label="Street"><input class="field" name="town"></form>',
        "fixed new",
    ),
    Row(
        "of two buttons that say the same the other is pale",
        f'<div class="promo-x"><button class="btn" {PALE}>More</button></div><div class="promo-y"><button class="btn">More</button></div>',
        f'<div class="promo-x"><button class="btn">More</button></div><div class="promo-y"><button class="btn" {PALE}>More</button></div>',
        "fixed new",
    ),
    Row(
        "of two buttons deep within one part the other is pale",
        f'<div class="page"><div class="col"><div class="row"><div class="promo-x"><button class="btn" {PALE}>More</button></div><div class="promo-y"><button class="btn">More</button></div></div></div></div>',
        f'<div class="page"><div class="col"><div class="row"><div class="promo-x"><button class="btn">More</button></div><div class="promo-y"><button class="btn" {PALE}>More</button></div></div></div></div>',
        "fixed new",
    ),
    Row(
        "of two links that say the same the other is pale",
        f'<div class="promo-x"><a class="btn" href="/a" {PALE}>More</a></div><div class="promo-y"><a class="btn" href="/b">More</a></div>',
        f'<div class="promo-x"><a class="btn" href="/a">More</a></div><div class="promo-y"><a class="btn" href="/b" {PALE}>More</a></div>',
        "fixed new",
    ),
    Row(
        "of two buttons that say the same the other is pale, with other classes",
        f'<p class="x"><button class="go" {PALE}>More</button></p><p class="y"><button class="do">More</button></p>',
        f'<p class="x"><button class="go">More</button></p><p class="y"><button class="do" {PALE}>More</button></p>',
        "fixed new",
    ),
    Row(
        "two faulty components change places",
        cards("bins") + f'<div class="promo">{PICTURE}</div>',
        f'<div class="promo">{PICTURE}</div>' + cards("bins"),
        "",
    ),
    Row(
        "the logo is mended in the header and broken in the footer",
        logos("", ALT),
        logos(ALT, ""),
        "fixed fixed new new",
    ),
    Row(
        "a component's neighbour is broken",
        f'<div class="card"><a class="card__link" href="/a" {PALE}>A</a><span class="card__date">1 May</span></div>',
        f'<div class="card"><a class="card__link" href="/a" {PALE}>A</a><span class="card__date" {PALE}>1 May</span></div>',
        "new",
    ),
    Row(
        "a component breaks another rule",
        f'<button class="btn" {PALE}>Pay</button>',
        f'<button class="btn" {PALE} aria-expanded="maybe">Pay</button>',
        "new",
    ),
    Row(
        "a question becomes a failure",
        '<p class="note" style="color: #bbb; background: linear-gradient(#fff, #eee)">Closed</p>',
        f'<p class="note" {PALE}>Closed</p>',
        "fixed new",
    ),
    Row(
        "a failure becomes a question",
        f'<p class="note" {PALE}>Closed</p>',
        '<p class="note" style="color: #bbb; background: linear-gradient(#fff, #eee)">Closed</p>',
        "new unseen",
    ),
    Row(
        "one empty link is mended, another made",
        '<p><a href="/a"></a> <a href="/b">B</a></p>',
        '<p><a href="/a">A</a> <a href="/b"></a></p>',
        "fixed new",
    ),
    Row(
        "of two texts the other is in no language",
        '<p lang="xyz">Opening hours of libraries</p><p>Opening hours of museums</p>',
        '<p>Opening hours of libraries</p><p lang="xyz">Opening hours of museums</p>',
        "fixed new",
    ),
    Row(
        "of two tables the other is broken",
        '<table><tr><td headers="no">Streets</td><td>Days</td></tr></table><table><tr><td>Schools</td><td>Places</td></tr></table>',
        '<table><tr><td>Streets</td><td>Days</td></tr></table><table><tr><td headers="no">Schools</td><td>Places</td></tr></table>',
        "fixed new",
    ),
    Row(
        "of two videos the other has no title",
        '<iframe src="/embed/dQw4w9WgXcQ"></iframe><iframe src="/embed/a1B2c3D4e5F" title="B"></iframe>',
        '<iframe src="/embed/dQw4w9WgXcQ" title="A"></iframe><iframe src="/embed/a1B2c3D4e5F"></iframe>',
        "fixed new",
    ),
    Row(
        "mended on one page, another made on another",
        {"/": '<img src="/a.jpg">', "/b": ""},
        {"/": "", "/b": '<img src="/b.jpg">'},
        "fixed new",
    ),
    Row(
        "mended in a shadow root, another made outside",
        shadow('<img src="/a.jpg">'),
        '<img src="/b.jpg">',
        "fixed new",
    ),
    Row(
        "of two frames' buttons that say nothing alike",
        framed('<button class="a"></button>', id="one") + framed("", id="two"),
        framed("", id="one") + framed('<button class="b"></button>', id="two"),
        "fixed new",
    ),
    Row(
        "of two frames' buttons of one class the other has no name",
        framed('<button class="a"></button>', id="one") + framed('<button class="a">Pay</button>', id="two"),
        framed('<button class="a">Pay</button>', id="one") + framed('<button class="a"></button>', id="two"),
        "fixed new",
    ),
    Row(
        "of two buttons of one class the other, deeper one is pale",
        f'<div class="page"><div class="row"><button class="btn" {PALE}>Pay</button><div class="promo"><button class="btn">Save</button></div></div></div>',
        f'<div class="page"><div class="row"><button class="btn">Pay</button><div class="promo"><button class="btn" {PALE}>Save</button></div></div></div>',
        "fixed new",
    ),
    Row("a new page with faults of its own", {"/": ""}, {"/": "", "/b": PICTURE}, "new"),
    Row("a page is removed", {"/": "", "/b": PICTURE}, {"/": ""}, "fixed"),
    Row(
        "a page could not be audited",
        {"/": "", "/b": PICTURE},
        {"/": "", "/b": PICTURE},
        "unseen",
        now={"not_audited": ["/b"]},
    ),
    Row(
        "a page could not be audited before",
        {"/": "", "/b": PICTURE},
        {"/": "", "/b": PICTURE},
        "new",
        then={"not_audited": ["/b"]},
    ),
    Row("a rule is off", "", "", "unseen", now={"off": ["image-alt"]}),
    Row("a rule is on", "", "", "new", then={"off": ["image-alt"]}),
    Row("a rule has another version", PICTURE, PICTURE, "", now={"versions": {"image-alt": "2"}}),
    Row(
        "a rule has another version, which finds more",
        "",
        PICTURE,
        "new",
        now={"versions": {"image-alt": "2"}},
    ),
    Row(
        "a driven rule, on a page that is not driven",
        {"/": "", "/b": PICTURE},
        {"/": "", "/b": PICTURE},
        "unseen",
        then={"driven": {"image-alt": ["/", "/b"]}},
        now={"driven": {"image-alt": ["/"]}},
    ),
    Row(
        "a driven rule, on a page that was not driven",
        {"/": "", "/b": PICTURE},
        {"/": "", "/b": PICTURE},
        "first_judged",
        then={"driven": {"image-alt": ["/"]}},
        now={"driven": {"image-alt": ["/", "/b"]}},
    ),
]

ROWS = [*HARMLESS, *REAL]
SHORT = [*HARMLESS[::3], *REAL[::2]]  # of `make test`; the others wait for `make soak`


def version(pages: str | Mapping[str, str], more: Mapping[str, Any]) -> Version:
    by_path = {"/": pages} if isinstance(pages, str) else pages
    return Version(pages={path: page(html) for path, html in by_path.items()}, **more)


def page(html: str) -> str:
    body = html if html.startswith("<body") else SHELL % html
    head = '<meta charset="utf-8"><title>Town</title><style>a { display: inline-block; padding: 1em }</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>'


Compared = Callable[[Row], Comparison]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def compared(site_server: Callable[[], Any], request: pytest.FixtureRequest) -> Any:
    """Both versions of each row that was chosen judged, in one browser: row -> the comparison."""
    here = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = [cast(Row, item.callspec.params["row"]) for item in here if item.function is test_the_matrix]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visit_module, "LOADED_STILL_MS", 100)
        async with judging(site_server) as judge:
            wanted = []
            for row in chosen:
                for which, pages in enumerate((row.before, row.after)):
                    wanted += [(which, *each) for each in version(pages, {}).pages.items()]
            await judge.judge(wanted)
        yield lambda row: changes(judge, row)


def changes(judge: Judge, row: Row) -> Comparison:
    before = judge.known(0, version(row.before, row.then))
    return compare(before, judge.known(1, version(row.after, row.now)))


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.what, marks=[] if row in SHORT else [pytest.mark.soak]) for row in ROWS],
)
def test_the_matrix(row: Row, compared: Compared) -> None:
    comparison = compared(row)
    detail = "\n".join(f"{c.status} {c.tier} {c.issue.rule} {c.issue.component}" for c in comparison.changes)
    assert told(comparison) == row.says, detail
    assert comparison.of(Status.PERSISTING, outcome=None), "the page has faults of its own, which stay"


def test_the_matrix_is_large() -> None:
    assert len({row.what for row in ROWS}) == len(ROWS) >= 40
