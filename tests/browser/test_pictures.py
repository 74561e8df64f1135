"""Pictures of elements: the right place, outlined; nothing of what fields hold; no page holds us up."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from auditor.browser import pictures as module
from auditor.browser.drive import Drive, Probe
from auditor.browser.pictures import clip_around
from auditor.browser.visit import Result
from auditor.checks.axe_adapter import adapt
from auditor.evidence import Box
from auditor.models import Finding, Picture, Snapshot, UrlOutcome
from tests.browser.conftest import Lab, bad, html

pytestmark = pytest.mark.asyncio(loop_scope="module")

RED, YELLOW, GREY = (255, 0, 0), (255, 221, 0), (154, 154, 154)
STYLE = "<style>img { display: block; width: 100px; height: 50px; background: #f00 }</style>"
STATE = """() => JSON.stringify([document.documentElement.outerHTML,
  [...document.querySelectorAll("*")].map((e) => [e.scrollLeft, e.scrollTop])])"""


class State:
    pass


async def _state(drive: Drive) -> Any:
    return await drive.page.evaluate(STATE)


def wanting(lab: Lab) -> Callable[[Snapshot], Any]:
    """Each element that failed is an issue of its own, named as its selector."""

    async def unpictured(snapshot: Snapshot) -> Sequence[Finding]:
        _, findings = adapt(snapshot, lab.rules)
        return [replace(each, issue=each.selector) for each in findings if each.rule == "image-alt"]

    return unpictured


async def shown(lab: Lab, path: str, **options: Any) -> Result:
    result = await lab.visit(path, unpictured=wanting(lab), **options)
    assert result.outcome is UrlOutcome.AUDITED, result.reason
    return result


async def pictures(lab: Lab, path: str) -> dict[str, Picture]:
    return {each.issue: each for each in (await shown(lab, path)).pictures}


def opened(picture: Picture) -> Image.Image:
    assert picture.media_type == "image/webp"
    image = Image.open(io.BytesIO(picture.data)).convert("RGB")
    assert image.size == (picture.width, picture.height)
    return image


def near(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has a colour, but for what the format loses."""
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))


def outlined(picture: Picture) -> bool:
    """A red element of 100 by 50 in the middle, with a light line between dark ones around it."""
    image = opened(picture)
    left, middle = image.width // 2 - 50, image.height // 2
    inside = near(image, left + 4, middle, RED) and near(image, left + 95, middle, RED)
    return inside and near(image, left - 4, middle, YELLOW) and near(image, left - 7, middle, (0, 0, 0))


@pytest.fixture(scope="module", autouse=True)
def places(lab: Lab) -> None:
    hostile = f"""
      <div style="position: fixed; inset: 0 0 auto 0; height: 200px; background: #00f"></div>
      <div style="height: 1000px"></div>
      <div style="overflow: auto; width: 300px; height: 200px"><div style="height: 2000px; width: 2000px">
        <div style="padding: 1500px 0 0 1500px">{bad("scrolled")}</div></div></div>
      <div style="height: 3000px"></div><div style="margin-left: 500px">{bad("far")}</div>
      <div style="height: 3000px"></div>
      <div style="display: none">{bad("none")}</div><div style="visibility: hidden">{bad("hidden")}</div>
      <div style="position: absolute; left: -9999px">{bad("outside")}</div>
      <div style="position: absolute; width: 1px; height: 1px; overflow: hidden">
        <div style="width: 1px; overflow: hidden">{bad("speck")}</div></div>
      <div style="position: relative">{bad("covered")}
        <div style="position: absolute; inset: -9px; background: #0f0"></div></div>
      {bad("moving")}{bad("huge")}<div style="height: 3000px"></div>
      <script>
        let at = 0;
        const move = () => {{
          moving.style.transform = `translateX(${{at++ * 7 % 300}}px)`;
          requestAnimationFrame(move);
        }};
        move();
      </script>"""
    size = "#speck { width: 1px; height: 1px } #huge { width: 20000px; height: 20000px }"
    lab.site.routes["/hostile"] = html(hostile, head=f"{STYLE}<style>{size}</style>")


async def test_the_element_is_outlined_and_the_page_stays_as_it_was(lab: Lab) -> None:
    lab.site.routes["/far"] = html(f'<p style="height: 2500px">Far</p>{bad("far")}', head=STYLE)
    looking = Probe(gives=State, run=_state, seconds=5)
    without = await lab.visit("/far", probes=lambda arrival: [looking])
    result = await shown(lab, "/far", probes=lambda arrival: [looking])
    (picture,) = result.pictures
    assert (picture.url, picture.width, picture.height) == (lab.url("/far"), 480, 270)
    image = opened(picture)
    top, left = image.height - 50 - image.height // 2, 8  # the end of the page: it cannot be in the middle
    assert any(near(image, left + 50, y, RED) for y in range(top, image.height))
    assert any(near(image, left + 50, y, YELLOW) for y in range(top, image.height))
    assert without.snapshot is not None
    assert result.snapshot is not None
    assert result.snapshot.evidence[State] == without.snapshot.evidence[State]


async def test_hostile_places(lab: Lab) -> None:
    began = time.monotonic()
    found = await pictures(lab, "/hostile")
    assert time.monotonic() - began < 15
    assert set(found) == {"#scrolled", "#far", "#huge"}
    assert outlined(found["#far"]), "not under what is fixed at the top"
    image = opened(found["#scrolled"])
    assert any(near(image, x, image.height // 2, RED) for x in range(0, image.width, 5))
    huge = opened(found["#huge"])
    assert huge.size == (800, 600)
    assert near(huge, 700, 500, RED)
    assert all(len(each.data) < 25_000 for each in found.values())


FIELDS = """
  <input value="{0}"><input type="password" placeholder="{0}"><textarea>{0}</textarea><input id="typed">
  <select><option>None</option><option selected>{0}</option></select>
  <div contenteditable class="text">{0}</div><div role="textbox" class="text">{0}</div>
  <div id="host"></div><iframe srcdoc="<input value='{0}'>"></iframe><iframe src="{1}"></iframe>
  <object data="{2}" type="text/html"></object>
  <script>
    document.getElementById("typed").value = "{0}";
    host.attachShadow({{ mode: "open" }}).innerHTML = `<input value="{0}">`;
  </script>"""
FIXED = """<style>
  input, select, textarea, .text, iframe, object { display: inline-block; box-sizing: border-box;
    width: 140px; height: 40px; overflow: hidden; vertical-align: top; border: 2px solid #000;
    white-space: nowrap }
  #host { display: inline-block } main { width: 700px } h1 { display: none }</style>"""


async def with_value(lab: Lab, value: str) -> Image.Image:
    name = value.lower()
    lab.site.routes[f"/inner-{name}"] = html(f"<input value='{value}'>")
    inner = f"/inner-{name}"
    other = lab.port.origin + inner
    lab.port.routes[inner] = lab.site.routes[inner]
    fields = FIELDS.format(value, other, inner)
    body = f'<div style="width: 700px; height: 300px">{bad("here")}{fields}</div>'
    head = STYLE + FIXED + "<style>img { width: 700px; height: 4px }</style>"
    lab.site.routes[f"/fields-{name}"] = html(body, head=head)
    return opened((await pictures(lab, f"/fields-{name}"))["#here"])


async def test_nothing_of_what_fields_hold_is_in_the_picture(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, other = await with_value(lab, "WWWWWW"), await with_value(lab, "iiiiii")
    assert secret.tobytes() == other.tobytes()
    assert (0, 0, 0) in {secret.getpixel((x, y)) for x in range(secret.width) for y in range(40, 120)}
    colours = secret.getcolors(1_000_000)
    assert colours is not None
    grey = sum(count for count, colour in colours if colour == GREY)
    assert grey > 8 * 100 * 30, "the fields are there, in grey"
    monkeypatch.setattr(module, "_boxes", lambda told: [])
    assert (await with_value(lab, "WWWWWW")).tobytes() != (await with_value(lab, "iiiiii")).tobytes()


async def test_a_page_that_hangs_when_it_is_scrolled_costs_its_pictures_alone(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 1.5)
    script = "<script>addEventListener('scroll', () => { for (;;); })</script>"
    lab.site.routes["/hangs"] = html(f'<p style="height: 3000px">Far</p>{bad("far")}{script}', head=STYLE)
    began = time.monotonic()
    result = await shown(lab, "/hangs")
    assert (result.pictures, result.tab_is_sound) == ((), False)
    assert time.monotonic() - began < 12
    await lab.assert_sound()


async def test_a_picture_that_is_too_large_is_not_kept(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PICTURE_BYTES", 100)
    lab.site.routes["/one"] = html(bad("far"), head=STYLE)
    result = await shown(lab, "/one")
    assert (result.pictures, result.missed) == ((), ("#far",))


async def test_a_page_has_so_many_pictures_at_most(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PICTURES_PER_PAGE", 2)
    lab.site.routes["/many"] = html("".join(bad(name) for name in "abc"), head=STYLE)
    assert set(await pictures(lab, "/many")) == {"#a", "#b"}


@pytest.mark.parametrize(
    ("box", "clip"),
    [
        ((600, 400, 100, 50), (410, 290, 480, 270)),  # least, around the middle
        ((5, 5, 20, 20), (0, 0, 480, 270)),  # at a corner: no less of it
        ((1270, 790, 20, 20), (800, 530, 480, 270)),
        ((300, 200, 500, 300), (220, 120, 660, 460)),  # with its margins
        ((200, 200, 5000, 5000), (120, 120, 800, 600)),  # the beginning of what is larger
        ((1300, 10, 20, 20), None),
        ((-50, 10, 20, 20), None),
    ],
)
async def test_what_is_shown_of_an_element(box: tuple[float, ...], clip: tuple[float, ...] | None) -> None:
    x, y, width, height = box
    found = clip_around(Box(x=x, y=y, width=width, height=height))
    assert (found and (found.x, found.y, found.width, found.height)) == clip
