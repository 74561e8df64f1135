"""Icons that are all a control shows: what is left of them in forced colours, which take backgrounds away."""

from __future__ import annotations

import asyncio
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.probes import icon_pixels
from auditor.evidence import Place
from auditor.evidence.forced_colours import ForcedColours, ForcedIcon
from auditor.evidence.icon_pixels import NEEDED

# White on black, as most who use them choose. A page that was loaded so keeps the black when it is freed.
FORCED: dict[str, Any] = {"forced_colors": "active", "color_scheme": "dark"}
FREE: dict[str, Any] = {"forced_colors": "none", "color_scheme": "light"}


async def run(drive: Drive) -> ForcedColours:
    """In whichever of both the page is now, it is left."""
    (_, is_forced), *_ = await drive.call("heeds.holds", ["(forced-colors: active)"])
    await drive.call("text_pixels.end")  # makes its functions known
    try:
        await _force(drive, on=True)  # what looks alike as the page is may differ now
        told = await drive.call("icon_pixels.choose", icon_pixels.LOOKS, icon_pixels.LARGEST)
        icons = [each for each in told["icons"] if not each["isLetter"]]  # letters are given a colour
        numbers = [each["number"] for each in icons]
        forced = await icon_pixels.measured(drive, numbers)
        await _force(drive, on=False)
        plain = await icon_pixels.measured(drive, numbers)
    finally:
        await drive.call("text_pixels.end")
        await _force(drive, on=is_forced)
    return ForcedColours(
        page=Place.of(told["page"]),
        icons=tuple(
            ForcedIcon(place=Place.of(each["place"]), ratio=ratio, forced=_ratio(forced[each["number"]]))
            for each in icons
            if (ratio := _ratio(plain[each["number"]])) is not None
            and ratio >= NEEDED
            and (forced[each["number"]] == "hidden" or _ratio(forced[each["number"]]) is not None)
        ),
        left_out=told["leftOut"],
    )


async def _force(drive: Drive, *, on: bool) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        await drive.page.emulate_media(**(FORCED if on else FREE))
    await drive.frames()


def _ratio(measured: tuple[float, float] | str) -> float | None:
    return None if isinstance(measured, str) else measured[1]


PROBE = Probe(gives=ForcedColours, run=run, seconds=15)
