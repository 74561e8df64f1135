"""What a page holds, for the checklist of people: counted whatever the page has done to itself."""

from __future__ import annotations

import pytest

from auditor.checklist import features
from auditor.models import UrlOutcome
from tests.browser.conftest import PIXEL, Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def counted(lab: Lab, body: str) -> dict[str, int]:
    """The features of a page with this body that are there at all."""
    lab.site.routes["/features"] = html(body)
    result = await lab.visit("/features")
    assert result.outcome is UrlOutcome.AUDITED, result.reason
    assert result.snapshot is not None
    assert set(result.snapshot.features) == set(features())
    return {name: n for name, n in result.snapshot.features.items() if n}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>Text, <a href='/x'>a link</a> and a <button>button</button></p>", {}),
        (f'<img src="{PIXEL}" alt=""><svg></svg><b role="img" aria-label="x"></b>', {"picture": 3}),
        ("<div style=\"background: url('data:image/gif;base64,')\">x</div>", {"picture": 1}),
        ("<audio controls></audio><a href='/a.MP3'>Listen</a>", {"audio": 2}),
        ("<video controls></video><a href='/a.mp4?x'>Watch</a>", {"video": 2}),
        ("<lite-youtube>Watch</lite-youtube>", {"video": 1}),
        ("<iframe title='x' srcdoc='<video></video>'></iframe>", {"frame": 1}),
        ("<input type='hidden'><input type='submit'><input><select></select>", {"field": 2}),
        ("<b contenteditable>x</b><b contenteditable='false'>y</b>", {"field": 1}),
        ("<dialog><label>Name <input></label></dialog>", {"field": 1}),
        ("<input type='password'>", {"field": 1, "login": 1}),
        ("<input autocomplete='section-a one-time-code'>", {"field": 1, "login": 1}),
        ("<marquee>News</marquee>", {"motion": 1}),
        ("<div class='hero-Carousel'>x</div>", {"motion": 1, "drag": 1}),
        ("<ul><li draggable='true'>x</li></ul>", {"drag": 1}),
        ("<meta http-equiv='Refresh' content='900'>", {"refresh": 1}),
    ],
)  # fmt: skip
async def test_each_kind(lab: Lab, body: str, found: dict[str, int]) -> None:
    assert await counted(lab, body) == found


async def test_a_picture_behind_the_text(lab: Lab) -> None:
    lab.site.routes["/behind.png"] = (200, {"Content-Type": "image/png"}, b"no matter")
    style = "<style>main { background: url(/behind.png) }</style>"
    assert await counted(lab, f"{style}<p>x</p>") == {"picture": 1}


async def test_within_open_shadow_roots(lab: Lab) -> None:
    script = """<div id="out"></div><script>
      const shadow = document.getElementById("out").attachShadow({ mode: "open" });
      shadow.innerHTML = "<video></video><div id=in></div>";
      shadow.getElementById("in").attachShadow({ mode: "open" }).innerHTML = "<input>";
    </script>"""
    assert await counted(lab, script) == {"video": 1, "field": 1}


async def test_names_that_stand_in_for_properties(lab: Lab) -> None:
    names = ("querySelectorAll", "shadowRoot", "getEntriesByType")
    fields = "".join(f'<input name="{name}">' for name in names)
    forms = "".join(f'<form name="{name}">{fields}</form>' for name in names)
    script = """<script>
      document.querySelectorAll = Element.prototype.matches = () => { throw 1 };
      performance.getEntriesByType = () => null;
    </script>"""
    assert await counted(lab, forms + script) == {"field": len(names) ** 2}


async def test_more_shadow_roots_than_are_looked_into(lab: Lab) -> None:
    script = """<script>
      for (let n = 0; n < 1100; n++) {
        const host = document.querySelector("main").appendChild(document.createElement("div"));
        host.attachShadow({ mode: "open" }).innerHTML = "<input>";
      }
    </script>"""
    assert await counted(lab, script) == {"field": 1000}


async def test_what_the_engine_leaves_to_a_person(lab: Lab) -> None:
    """`can_fail` as it is said, beside what the engine does."""
    hints = {"video-caption": "<video src='/x.mp4'></video>", "server-side-image-map":
             f"<a href='/x'><img ismap alt='Map' src='{PIXEL}'></a>"}  # fmt: skip
    for rule, body in hints.items():
        assert not lab.rules[rule].can_fail
        lab.site.routes["/hint"] = html(body)
        result = await lab.visit("/hint")
        assert result.snapshot is not None
        assert rule in {each["id"] for each in result.snapshot.engine["incomplete"]}
    assert lab.rules["image-alt"].can_fail
