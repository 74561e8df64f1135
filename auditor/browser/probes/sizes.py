"""Smaller windows, as a page enlarged to 200% and 400% has: is all text there, and within the width?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.probes.text import changes, settled
from auditor.browser.world import send
from auditor.evidence import Place
from auditor.evidence.sizes import Asks, Covering, Gone, Growth, Sizes, Stance, Wide, WideKind

LYING = (640, 400)  # 1280 by 800 at 200%
UPRIGHT = (320, 640)
LOW = (320, 256)  # 1280 by 1024 at 400%


async def run(drive: Drive) -> Sizes:
    texts = await drive.call("text.remember")
    await drive.call("sizes.remember")
    try:
        await _hold(drive, *LYING, "landscapePrimary")
        lying_text = await settled(drive)
        lying = await drive.call("sizes.stance")
        await _hold(drive, *UPRIGHT, "portraitPrimary")
        upright_text = await settled(drive)
        upright = await drive.call("sizes.stance")
        found = await drive.call("sizes.found")
    finally:  # else it would hold for the tab's next pages too; what Playwright had set goes with it
        await send(drive.tab.session, "Emulation.clearDeviceMetricsOverride", {}, ANSWER_SECONDS)
        await drive.resize(*LOW)
    await drive.frames()
    covering = await drive.call("sizes.covering")
    sideways = found["sideways"]
    return Sizes(
        page=Place.of(found["page"]),
        texts=texts,
        twice=changes(lying_text["cut"], lying_text["over"]),
        growth=tuple(
            Growth(
                place=Place.of(each["place"]),
                text=each["text"],
                size=each["size"],
                twice=each["twice"],
                fourfold=each["fourfold"],
            )
            for each in found["growth"]
        ),
        narrow=changes(upright_text["cut"], upright_text["over"]),
        scroll_width=sideways["scrollWidth"],
        wide=tuple(
            Wide(
                place=Place.of(each["place"]),
                kind=WideKind(each["kind"]),
                text=each["text"],
                over=each["over"],
            )
            for each in sideways["wide"]
        ),
        gone=tuple(Gone(place=Place.of(each["place"]), text=each["text"]) for each in found["gone"]),
        covering=Covering(place=Place.of(covering["place"]), share=covering["share"]) if covering else None,
        upright=_stance(upright),
        lying=_stance(lying),
        locks=found["locks"],
    )


async def _hold(drive: Drive, width: int, height: int, orientation: str) -> None:
    """Another viewport, and a screen that says it is held so."""
    params = {
        "width": width,
        "height": height,
        "deviceScaleFactor": 1,
        "mobile": False,
        "screenOrientation": {"type": orientation, "angle": 0},
    }
    await send(drive.tab.session, "Emulation.setDeviceMetricsOverride", params, ANSWER_SECONDS)


def _stance(told: Mapping[str, Any]) -> Stance:
    turned, asks = told["turned"], told["asks"]
    return Stance(
        letters=told["letters"],
        turned=Place.of(turned) if turned else None,
        asks=Asks(place=Place.of(asks["place"]), text=asks["text"]) if asks else None,
    )


PROBE = Probe(gives=Sizes, run=run, seconds=15)
