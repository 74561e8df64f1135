"""Controls that show an icon and no words: the icon's contrast with what is drawn behind it.

Pictures as drawn and without the icons tell an icon's pixels. They are taken enlarged, so that thin lines and
letters are drawn in their full colour: at their own size they would be all mixed edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from auditor.browser.drive import Drive, Picture, Probe
from auditor.browser.pixels import contrasts
from auditor.evidence import Box, Place
from auditor.evidence.icon_pixels import NEEDED, Icon, IconPixels

LOOKS = 15  # measured on one page
LARGEST = 48  # CSS pixels, each way: what is larger is a picture
SCALE = 4
SAME = 3  # of 255: no difference
OFF = 12  # more than this is a change
STILL = 0.01  # of the pixels may change while nothing is done
FEW = 6  # CSS pixels: too little to judge an icon by
NEARLY_MOST = 0.85  # of what differs most within a CSS pixel of it: what differs less is a mixed edge
SHADES = 32  # of 255: the steps in which colours are counted
MANY = 30  # colours, each of `COUNTS` of the pixels or more: a photograph
COUNTS = 0.005


async def run(drive: Drive) -> IconPixels:
    await drive.call("text_pixels.end")  # makes its functions known
    told = await drive.call("icon_pixels.choose", LOOKS, LARGEST)
    try:
        found = await measured(drive, [each["number"] for each in told["icons"]])
    finally:
        await drive.call("text_pixels.end")
    return IconPixels(
        page=Place.of(told["page"]),
        icons=tuple(
            Icon(
                place=Place.of(each["place"]),
                may_be_mark=each["mayBeMark"],
                share=figures[0],
                ratio=figures[1],
            )
            for each in told["icons"]
            if not isinstance(figures := found[each["number"]], str)
        ),
        moving=tuple(Place.of(each["place"]) for each in told["icons"] if found[each["number"]] == "moving"),
        left_out=told["leftOut"],
    )


async def measured(drive: Drive, numbers: list[int]) -> dict[int, tuple[float, float] | str]:
    """`Icon.share` and `Icon.ratio` of those that icon_pixels.js chose; or why there are none."""
    found: dict[int, tuple[float, float] | str] = {}
    waiting = numbers
    while waiting:
        found |= {waiting[0]: "hidden"} | await _window(drive, waiting)
        waiting = [number for number in waiting if number not in found]
    return found


async def _window(drive: Drive, waiting: list[int]) -> dict[int, tuple[float, float] | str]:
    """What is found of the first that waits, and of those near it."""
    boxes = {each["number"]: Box.of(each["box"]) for each in await drive.call("icon_pixels.gather", waiting)}
    if not boxes:
        return {}
    drawn = await _pictures(drive, boxes)
    try:
        await drive.call("icon_pixels.hide", list(boxes))
        behind = await _pictures(drive, boxes)
    finally:
        await drive.call("icon_pixels.unhide")
    again = await _pictures(drive, boxes)
    return {number: _measure(drawn[number], behind[number], again[number]) for number in boxes}


async def _pictures(drive: Drive, boxes: Mapping[int, Box]) -> dict[int, Picture]:
    return {number: await drive.picture(box, scale=SCALE) for number, box in boxes.items()}


def _measure(drawn: Picture, behind: Picture, again: Picture) -> tuple[float, float] | str:
    """`Icon.share` and `Icon.ratio`; or why there are none: "moving", "hidden" or "a picture"."""
    if np.mean(_most(drawn, again) > OFF) > STILL:
        return "moving"
    strength = _most(drawn, behind)
    is_icon = strength > SAME
    if np.sum(is_icon) < FEW * SCALE**2:
        return "hidden"
    if any(np.ptp(each) > LARGEST * SCALE for each in np.nonzero(is_icon)):
        return "a picture"
    near = sliding_window_view(np.pad(strength, SCALE), (2 * SCALE + 1,) * 2).max(axis=(2, 3))
    is_strong = is_icon & (strength >= NEARLY_MOST * near)
    shown, hidden = drawn[is_strong], behind[is_strong]
    _, counts = np.unique(shown // SHADES, axis=0, return_counts=True)
    if np.sum(counts >= COUNTS * len(shown)) >= MANY:
        return "a picture"
    ratios = contrasts(shown, hidden)
    return float(np.mean(ratios >= NEEDED)), float(np.median(ratios))


def _most(one: Picture, other: Picture) -> np.ndarray[Any, np.dtype[np.int16]]:
    """By how much each pixel differs: of red, green and blue, the most."""
    return np.asarray(np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=2))


PROBE = Probe(gives=IconPixels, run=run, seconds=12)
