"""What links, controls, pictures and frames are called: seen in shadow roots, on hostile pages, unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import names
from auditor.evidence.names import Names
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHART = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="60" height="40"/></svg>'
)
FIELDS = ["closest", "checkVisibility", "contains", "childElementCount", "previousElementSibling"]


class Before:
    pass


class After:
    pass


def looking(kind: type) -> Probe:
    async def run(drive: Drive) -> Any:
        return await drive.page.evaluate("document.documentElement.outerHTML")

    return Probe(gives=kind, run=run, seconds=5)


async def seen(lab: Lab, body: str) -> Names:
    lab.site.routes["/names"] = html(body)
    probes = (looking(Before), names.PROBE, looking(After))
    result = await lab.visit("/names", probes=lambda arrival: probes)
    assert result.snapshot is not None
    evidence = result.snapshot.evidence
    assert evidence[After] == evidence[Before]
    told = evidence[Names]
    assert isinstance(told, Names), told
    return told


async def test_links_and_what_stands_around_them(lab: Lab) -> None:
    told = await seen(
        lab,
        """<h2>Trees</h2><p>An oak. See <a href="/oak/index.html?utm_source=x">more</a></p>
        <ul><li>Plans<ul><li><a href="/a.pdf">PDF</a></li></ul></li></ul>
        <table><tr><th>Ward</th><th>Count</th></tr>
        <tr><th>North</th><td><a href="/n">View</a></td></tr></table>
        <p><a href="/oak">Oak</a> and <a href="/elm">Elm</a></p>""",
    )
    more, pdf, view = told.links
    assert told.link_count == 5
    assert (more.vague, more.heading, more.heading_level) == ("phrase", "Trees", 2)
    assert more.target.endswith("/oak")
    assert more.context == "An oak. See"
    assert (pdf.vague, pdf.context) == ("format", "Plans")
    assert set(view.context.split(" | ")) == {"North", "Count"}


async def test_shadow_roots_are_entered(lab: Lab) -> None:
    told = await seen(
        lab,
        """<div><template shadowrootmode="open"><p><a href="/x">Click here</a></p>
        <button aria-label="Shut">Close</button></template></div>""",
    )
    assert [each.place.selector for each in told.links] == ["div >>> a"]
    assert [(each.label, each.name) for each in told.controls] == [("Close", "Shut")]


async def test_pictures_tell_their_file_and_whether_they_are_drawn(lab: Lab) -> None:
    lab.site.routes["/turnout-chart.svg"] = (200, {"Content-Type": "image/svg+xml"}, CHART)
    told = await seen(
        lab,
        """<p><img src="/turnout-chart.svg" alt=""></p>
        <p><img src="/gone.png" alt="" width="90" height="90"></p>
        <canvas width="120" height="80"></canvas><canvas id="c" width="120" height="80"></canvas>
        <script>document.getElementById("c").getContext("2d").fillRect(0, 0, 50, 50)</script>""",
    )
    assert [each.file for each in told.pictures] == ["turnout-chart.svg", "gone.png", "", ""]
    assert [each.is_loaded for each in told.pictures] == [True, False, False, True]
    assert {each.hidden_by for each in told.pictures if each.tag == "img"} == {"alt"}


async def test_frames_of_the_same_site_are_read(lab: Lab) -> None:
    lab.site.routes["/inner"] = html('<p>High water</p><a href="/more">More</a>')
    told = await seen(lab, '<iframe title="Tides" src="/inner"></iframe><iframe title="x" hidden></iframe>')
    (frame,) = told.frames
    assert (frame.name, frame.title, frame.text) == ("Tides", "Page", "Page High water More")
    assert frame.is_open
    assert (told.link_count, told.links_in_frames) == (0, 1)


async def test_a_hostile_page_hides_nothing(lab: Lab) -> None:
    fields = "".join(f'<input name="{name}" aria-label="{name}">' for name in FIELDS)
    long = "word " * 3_000
    told = await seen(
        lab,
        f"""<form>{fields}<p>{long}<a href="/x">click here</a></p><img name="body" alt="image" src="/x.png"
        width="90" height="60"><img name="getElementById" alt="" src="/y.png" width="9" height="9"></form>
        {"<div>" * 60}<a href="/y">here</a>{"</div>" * 60}
        {'<p>x <a href="/z?%s">more</a></p>' % ("q=" * 5000)}""",
    )
    assert [each.name for each in told.links] == ["click here", "here", "more"]
    assert all(len(each.context) <= 1500 and len(each.target) <= 1000 for each in told.links)
    assert told.pictures[0].name == "image"


async def test_a_page_of_many_links_is_told_in_part_and_in_time(lab: Lab) -> None:
    told = await seen(lab, "".join(f'<p>Item <a href="/{n}">more</a></p>' for n in range(250)))
    assert told.link_count == 250
    assert (len(told.links), told.links_left_out) == (200, 50)
