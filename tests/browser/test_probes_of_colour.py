"""What measures text changes nothing that lasts, bears hostile pages, and keeps within its bounds."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import icon_pixels, link_looks, state_colours, text_pixels
from auditor.evidence.icon_pixels import IconPixels
from auditor.evidence.state_colours import StateColours
from auditor.evidence.text_pixels import TextPixels
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")
STATE = """() => JSON.stringify([
  document.documentElement.outerHTML,
  [...document.querySelectorAll("*")].map((e) => [e.scrollLeft, e.scrollTop]),
  [...document.querySelectorAll("*")].map((e) => ["color", "background-color", "opacity", "visibility"]
    .map((name) => getComputedStyle(e).getPropertyValue(name))),
])"""
SHADE = "background: linear-gradient(#fff, #eee)"
STYLE = f"""<style>
  p {{ {SHADE} }}
  a {{ color: #999; {SHADE}; transition: color 1s }} a:hover {{ color: #888 }} a:focus {{ color: #bbb }}
  .tape {{ overflow: hidden; width: 200px; white-space: nowrap }}
  .box {{ overflow: auto; height: 100px }} .box p {{ margin-top: 900px }}
  .float {{ position: fixed; inset: 0; background: #0003 }}
  input::placeholder {{ color: #ccc }}
  .icon, .icon * {{ color: #999; transition: all 1s }} .icon::before {{ content: "\\2715"; color: #aaa }}
</style>"""
SVG = '<svg width="24" height="24"><path fill="currentColor" d="M2 2h20v20H2z"/></svg>'
BODY = f"""
  <p style='COLOR:#999 ; letter-spacing: 1px'>Faint</p><p style="color: #999 !important">Faint too</p>
  <div class="tape"><p>one</p><span style="margin-left: 900px; {SHADE}">far to the side</span></div>
  <div class="box"><p>far down in a box</p></div><p style="margin-top: 3000px">far down</p>
  <p>See <a href="#x">the list</a> and <a href="#y" style="margin: 1px">the rest</a>.</p>
  <label>Street <input placeholder="such as High Street"></label><div class="float"></div>
  <button class="icon" aria-label="Close"></button>
  <button class="icon" aria-label="Stop" data-auditor-icon="theirs">{SVG}</button>
"""


class Before:
    pass


class After:
    pass


def looking(kind: type) -> Probe:
    async def run(drive: Drive) -> Any:
        return await drive.page.evaluate(STATE)

    return Probe(gives=kind, run=run, seconds=5)


@pytest.mark.parametrize("policy", ["", "default-src 'self'; style-src 'self' 'nonce-x'"])
async def test_the_page_is_put_back_to_the_letter(lab: Lab, policy: str) -> None:
    head = STYLE.replace("<style>", '<style nonce="x">')
    lab.site.routes["/faint"] = html(BODY, head=head, Content_Security_Policy=policy)
    measuring = (link_looks.PROBE, text_pixels.PROBE, state_colours.PROBE, icon_pixels.PROBE)
    probes = (looking(Before), *measuring, looking(After))
    result = await lab.visit("/faint", probes=lambda arrival: probes)
    assert result.snapshot is not None
    seen = result.snapshot.evidence
    assert any(each.measured for each in seen[TextPixels].texts)
    assert {each.state for each in seen[StateColours].texts} == {"hover", "focus", "placeholder"}
    assert len(seen[IconPixels].icons) == 2
    assert seen[After] == seen[Before]


async def test_a_form_whose_fields_stand_in_for_its_properties(lab: Lab) -> None:
    names = "style childNodes closest checkVisibility scrollTop value scrollIntoView"
    fields = "".join(f'<input name="{name}" aria-label="{name}">' for name in names.split())
    lab.site.routes["/form"] = html(
        f'<form role="button">Words {fields}</form><p style="color: #999">Faint</p>'
        f'<form>{fields}<button class="icon" aria-label="Close">{SVG}</button></form>'
        '<form class="icon" role="button" style="width: 40px"><input hidden name="setAttribute"></form>',
        head=STYLE,
    )
    probes = (link_looks.PROBE, text_pixels.PROBE, state_colours.PROBE, icon_pixels.PROBE)
    result = await lab.visit("/form", probes=lambda arrival: probes)
    assert result.snapshot is not None
    texts = result.snapshot.evidence[TextPixels].texts
    assert [each.measured is not None for each in texts if each.text == "Faint"] == [True]
    assert len(result.snapshot.evidence[IconPixels].icons) == 2


async def test_a_page_with_more_than_can_be_measured(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_pixels, "TEXTS", 3)
    lab.site.routes["/many"] = html("<p>Faint</p>" * 5, head=STYLE)
    result = await lab.visit("/many", probes=lambda arrival: (text_pixels.PROBE,))
    assert result.snapshot is not None
    texts = result.snapshot.evidence[TextPixels].texts
    assert [each.unmeasured for each in texts] == ["", "", "", "too many", "too many"]
    assert [each.place.selector for each in texts] == [f"p:nth-child({n})" for n in range(2, 7)]


CONTROLS = """<style>
  body { background: #fff } a { color: #005; background: #eef;
      display: inline-block; padding: 4px; font-size: 20px }
  .clear:hover { color: #000 } .short:hover { color: #99a } .same:hover { color: #99a; font-style: italic }
  .veiled { background: rgb(0 0 80 / 50%); color: #fff } .veiled:hover { color: #eee;
      background: rgb(0 0 80 / 90%) }
  .under { position: relative; z-index: 0 } .under:hover { color: #fff }
  .under:hover::before { content: ""; position: absolute; inset: 0; background: #003; z-index: -1 }
  .pale:hover { opacity: .3 } .stripes:hover { color: #111; background: linear-gradient(#222, #333) }
  .large { font-size: 30px } .large:hover { color: #777 }
  .out { position: absolute; background: none; left: 300px; top: 5px }
  .out:hover { color: #223 } button { background: #eee; border: 0 } button:hover { color: #bbb }
</style>"""


async def test_styles_tell_of_states_what_the_picture_tells(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["clear", "short", "same", "veiled", "under", "pale", "stripes", "large", "out"]
    links = " ".join(f'<a class="{name}" href="#{name}">The {name} link</a>' for name in names)
    lab.site.routes["/states"] = html(f"<p>{links}</p><button>Press</button>", head=CONTROLS)
    told = []
    drawn: list[int] = []
    measure = text_pixels.measure

    async def counting(drive: Drive, numbers: Any, **given: Any) -> Any:
        drawn.extend(numbers)
        return await measure(drive, numbers, **given)

    monkeypatch.setattr(state_colours, "measure", counting)
    for clearly in (state_colours.CLEARLY, 99.0):
        monkeypatch.setattr(state_colours, "CLEARLY", clearly)
        result = await lab.visit("/states", probes=lambda arrival: (state_colours.PROBE,))
        assert result.snapshot is not None
        texts = result.snapshot.evidence[StateColours].texts
        told.append({(each.text, each.state): each.measured for each in texts})
        drawn.append(-1)
    by_styles, by_picture = told
    assert by_styles.keys() == by_picture.keys()
    assert len(by_styles) > 8
    for key, measured in by_styles.items():
        assert measured.is_enough == by_picture[key].is_enough, key
        assert measured.median.ratio == pytest.approx(by_picture[key].median.ratio, rel=0.05), key
    assert by_styles["The short link", "hover"].is_enough is False
    assert by_styles["The under link", "hover"].is_enough
    few, many = (len(part.split()) for part in " ".join(map(str, drawn)).split("-1")[:2])
    assert few < many


def photograph() -> str:
    noise = np.random.default_rng(1).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


async def test_icons_that_move_and_pictures_and_more_than_can_be_measured(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(icon_pixels, "LOOKS", 4)
    head = """<style>button { padding: 8px } @keyframes turn { to { rotate: 1turn } }
      #turning svg { animation: turn 1.1s infinite linear }</style>"""
    icons = {
        "turning": f'<span style="color: #060">{SVG}</span>',
        "photograph": f'<img width="24" height="24" alt="" src="{photograph()}">',
        "black": SVG,
        "grey": f'<span style="color: #ccc">{SVG}</span>',
        "alike": SVG,
        "red": f'<span style="color: #c00">{SVG}</span>',
        "blue": f'<span style="color: #00c">{SVG}</span>',
    }
    buttons = [f'<button id="{name}" aria-label="{name}">{icon}</button>' for name, icon in icons.items()]
    lab.site.routes["/icons"] = html(" ".join(buttons), head=head)
    result = await lab.visit("/icons", probes=lambda arrival: (icon_pixels.PROBE,))
    assert result.snapshot is not None
    seen = result.snapshot.evidence[IconPixels]
    assert [(each.place.selector, each.share) for each in seen.icons] == [("#black", 1), ("#grey", 0)]
    assert [each.selector for each in seen.moving] == ["#turning"]
    assert seen.left_out == 2
