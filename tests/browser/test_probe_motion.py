"""The page watched untouched: what its examples cannot show, and that a hostile one costs only itself."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from PIL import Image

from auditor.browser.probes import motion, pulses
from auditor.browser.probes.pulses import Frame
from auditor.evidence.motion import Motion
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


def gif(*colours: str, held: int = 400, loop: int | None = 0) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour).convert("P") for colour in colours]
    options = {} if loop is None else {"loop": loop}
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=held, **options)
    return written.getvalue()


def waves(rate: float, light: float = 1.0, seconds: float = 2.0) -> list[Frame]:
    """All of a window going dark and light again so many times in a second, at 50 frames a second."""
    times = np.arange(0, seconds, 0.02)
    return [
        Frame(at=float(at), light=np.full((10, 10), light * (int(at * rate * 2) % 2), dtype=np.float32))
        for at in times
    ]


async def watched(lab: Lab, path: str) -> Motion:
    result = await lab.visit(path, probes=lambda arrival: [motion.PROBE])
    assert result.snapshot is not None, result.reason
    evidence = result.snapshot.evidence[Motion]
    assert isinstance(evidence, Motion), evidence
    return evidence


@pytest.mark.parametrize(
    ("content", "lasts"),
    [
        (gif("navy", "white"), math.inf),
        (gif("navy", "white", loop=None), 0.8),
        (gif("navy", "white", "red", loop=4), 6.0),
        (gif("navy"), None),
        (gif("navy", "white")[:40], None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
async def test_how_long_a_picture_moves(content: bytes, lasts: float | None) -> None:
    picture = pulses.animated(content)
    assert (picture and picture.lasts) == (lasts and pytest.approx(lasts))


async def test_more_than_three_flashes_in_a_second() -> None:
    assert pulses.worst(waves(3), 400, 400) is None
    assert pulses.worst(waves(5), 140, 150) is None, "too small"
    assert pulses.worst(waves(5, light=0.09), 400, 400) is None, "too faint"
    worst = pulses.worst(waves(5), 400, 400)
    assert worst is not None
    assert (worst.times, worst.as_one) == (5, True)


async def test_pictures_by_address_and_behind_text(lab: Lab) -> None:
    lab.site.routes["/flag"] = (200, {"Content-Type": "image/gif"}, gif("navy", "white"))
    lab.site.routes["/lamp"] = (200, {"Content-Type": "image/gif"}, gif("red", "white"))
    lab.site.routes["/still"] = (200, {"Content-Type": "image/gif"}, gif("red"))
    lab.site.routes["/pictures"] = html(
        "<img id='flag' src='/flag' width='60' height='60' alt=''>"
        "<img src='/still' width='60' height='60' alt=''>"
        "<p id='lamp' style='background: url(/lamp)'>Offices are open from nine to five.</p>"
    )
    seen = await watched(lab, "/pictures")
    assert {(each.place.selector, each.kind, each.lasts) for each in seen.moving} == {
        ("#flag", "picture", math.inf),
        ("#lamp", "picture", math.inf),
    }
    pictures = [each.path for each in lab.site.asked if each.path in ("/flag", "/lamp", "/still")]
    assert sorted(pictures) == ["/flag", "/lamp", "/still"], "nothing is asked for a second time"


async def test_a_frame_of_another_site(lab: Lab) -> None:
    lab.port.routes["/inside"] = html(
        "<div id='x' style='position: absolute; width: 80px; height: 80px; background: navy'></div>"
        "<script>let n = 0; setInterval(() => { x.style.left = `${(n += 2) % 211}px` }, 100)</script>"
    )
    address = lab.port.origin.replace("127.0.0.1", "localhost")
    lab.site.routes["/around"] = html(
        f"<p>Offices are open from nine to five.</p><iframe id='f' title='x' src='{address}/inside'></iframe>"
    )
    seen = await watched(lab, "/around")
    assert [(each.place.selector, each.kind) for each in seen.moving] == [("#f", "frame")]


async def test_a_page_that_never_rests(lab: Lab) -> None:
    lab.site.routes["/restless"] = html(
        "<form><input name='closest' aria-label='x'><b id='b'>x</b></form><ul></ul>"
        "<script>setInterval(() => { b.textContent += 'x'; document.querySelector('ul').innerHTML ="
        " '<li>one</li>'.repeat(50 + Math.random() * 9) }, 100)</script>"
    )
    seen = await watched(lab, "/restless")
    assert seen.seconds < 15
    assert seen.moving
    await lab.assert_sound()
