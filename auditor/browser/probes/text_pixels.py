"""Text whose contrast axe left undecided: what colour it is drawn in, and over what.

Three pictures serve all texts in the window: as drawn; without their letters; and with their letters in one
strong colour, which tells how far each pixel is covered by a letter. Edges, which are mixed, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from auditor.browser.drive import Drive, Picture, Probe
from auditor.browser.pixels import Numbers, contrasts
from auditor.evidence import Box, Place
from auditor.evidence.text_pixels import Colour, DrawnText, Measured, Pair, TextPixels

RULE = "color-contrast"
TEXTS = 500  # measured on one page
WINDOWS = 30  # looked at
MARK = np.array([255.0, 0.0, 255.0])
COVERED = 0.75  # of a pixel, by a letter, for it to count: the rest are mixed edges
WHOLE = 0.9  # where the letter's colour is read from the picture itself
SAME = 3.0  # of 255: no difference
OFF = 12.0  # by which a drawn colour may differ from the expected one
MOST_INK = 0.75  # of a line's box; where more changes with the letters' colour, it moved
STILL = 0.01  # of the pixels that are no letters may change between pictures
FEW = 6  # pixels: too little to judge a text by


async def run(drive: Drive) -> TextPixels:
    told = await drive.call("text_pixels.find", RULE, TEXTS)
    waiting = {each["number"]: each for each in told if each["number"] >= 0}
    found = await measure(drive, waiting)
    return TextPixels(texts=tuple(_text(each, found.get(each["number"], "too many")) for each in told))


async def measure(
    drive: Drive, waiting: Mapping[int, Mapping[str, Any]], *, windows: int = WINDOWS
) -> dict[int, Measured | str]:
    """Of texts by their numbers in text_pixels.js, with what its `looks` tells; or why there are no figures.

    Those for which so many windows do not suffice are left out. The page is put back as it was.
    """
    waiting = dict(waiting)
    found: dict[int, Measured | str] = {}
    try:
        for _ in range(windows):
            if not waiting:
                break
            first = next(iter(waiting))
            for number, what in (await _window(drive, waiting)).items():
                if isinstance(what, str) and number != first:
                    continue  # it may do better in the middle of the window
                found[number] = what
                del waiting[number]
    finally:
        await drive.call("text_pixels.end")
    return found


def _text(told: Mapping[str, Any], found: Measured | str) -> DrawnText:
    if told["why"]:
        found = told["why"]
    return DrawnText(
        place=Place.of(told["place"]),
        text=told["text"],
        is_exempt=told["off"],
        measured=found if isinstance(found, Measured) else None,
        unmeasured=found if isinstance(found, str) else "",
    )


async def _window(drive: Drive, waiting: Mapping[int, Mapping[str, Any]]) -> dict[int, Measured | str]:
    """What was measured of the first text that waits and of those near it; why not, where it was not."""
    window = await drive.call("text_pixels.gather", list(waiting))
    texts = [each for each in window["found"] if each["rects"]]
    first = next(iter(waiting))
    if not texts or texts[0]["number"] != first:
        return {first: "hidden"}
    rects = [rect for each in texts for rect in each["rects"]]
    left, top = (max(0.0, min(rect[key] for rect in rects) - 2) for key in ("left", "top"))
    right = min(window["width"], max(rect["right"] for rect in rects) + 2)
    bottom = min(window["height"], max(rect["bottom"] for rect in rects) + 2)
    left, top = float(int(left)), float(int(top))
    box = Box(
        x=left + window["x"], y=top + window["y"], width=int(right - left + 1), height=int(bottom - top + 1)
    )
    numbers = [each["number"] for each in texts]
    drawn = await drive.picture(box)
    try:
        await drive.call("text_pixels.draw", numbers, "hidden")
        behind = await drive.picture(box)
        await drive.call("text_pixels.draw", numbers, "marked")
        marked = await drive.picture(box)
    finally:
        await drive.call("text_pixels.undraw")
    return {
        each["number"]: _measure(waiting[each["number"]], each, (left, top), drawn, behind, marked)
        for each in texts
    }


def _measure(
    looks: Mapping[str, Any], seen: Mapping[str, Any], origin: tuple[float, float], *pictures: Picture
) -> Measured | str:
    drawn, behind, marked = (_cut(picture, seen["rects"], origin) for picture in pictures)
    by_mark, by_text = _most(marked - behind), _most(drawn - behind)
    is_full = np.mean(by_mark > 2 * SAME) > MOST_INK
    if is_full or np.mean((by_mark <= SAME) & (by_text > OFF)) > STILL:
        return "moving"
    letters = (by_mark > 2 * SAME) & (_most(drawn - marked) > SAME)  # what no colour changes is a picture
    if np.sum(letters) < FEW:
        return (
            "no letters" if np.sum(by_mark > 2 * SAME) >= FEW else "covered" if seen["covered"] else "hidden"
        )
    drawn, behind, marked = drawn[letters], behind[letters], marked[letters]
    strength = _length(marked - behind) / np.maximum(_length(MARK - behind), 1.0)
    peak = float(np.quantile(strength, 0.98))
    inside = strength >= COVERED * peak
    if np.sum(inside) < FEW:
        return "unclear"
    drawn, behind, marked, strength = drawn[inside], behind[inside], marked[inside], strength[inside, None]
    as_marked = np.median(_most(behind + strength * (MARK - behind) - marked)) <= OFF
    if looks["colour"] and as_marked:
        *colour, alpha = looks["colour"]
        way = alpha * (np.array(colour, dtype=np.float64) - behind)
        if np.median(_most(behind + strength * way - drawn)) <= OFF:
            return _figures(looks, seen, behind + looks["opacity"] * way, behind, as_styled=True)
    coverage = np.minimum(1.0, strength / peak)
    whole = coverage[:, 0] >= WHOLE
    if np.sum(whole) < FEW:
        return "unclear"
    text = behind[whole] + (drawn[whole] - behind[whole]) / coverage[whole]
    return _figures(looks, seen, np.clip(text, 0, 255), behind[whole], as_styled=False)


def _figures(
    looks: Mapping[str, Any], seen: Mapping[str, Any], text: Numbers, behind: Numbers, *, as_styled: bool
) -> Measured:
    ratios = contrasts(text, behind)
    order = np.argsort(ratios)
    is_large = looks["size"] >= 24 or (looks["size"] >= 18.66 and looks["weight"] >= 700)
    needed = 3.0 if is_large else 4.5

    def pair(share: float) -> Pair:
        at = order[int(share * (len(order) - 1))]
        return Pair(ratio=float(ratios[at]), text=_colour(text[at]), behind=_colour(behind[at]))

    return Measured(
        needed=needed,
        share_below=float(np.mean(ratios < needed)),
        worst=pair(0.1),
        median=pair(0.5),
        as_styled=as_styled,
        is_covered=bool(seen["covered"]),
        is_outlined=bool(looks["outlined"]),
    )


def _most(difference: Numbers) -> Numbers:
    """Of red, green and blue."""
    return np.asarray(np.abs(difference).max(axis=1))


def _length(difference: Numbers) -> Numbers:
    return np.asarray(np.sqrt(np.sum(difference**2, axis=1)))


def _colour(pixel: Numbers) -> Colour:
    red, green, blue = (round(float(part)) for part in pixel)
    return red, green, blue


def _cut(picture: Picture, rects: list[Mapping[str, float]], origin: tuple[float, float]) -> Numbers:
    """The pixels in these rectangles, one a row."""
    height, width = picture.shape[:2]
    within = np.zeros((height, width), dtype=bool)
    for rect in rects:
        top, bottom = (round(rect[key] - origin[1]) for key in ("top", "bottom"))
        left, right = (round(rect[key] - origin[0]) for key in ("left", "right"))
        within[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return picture[within].astype(np.float64)


PROBE = Probe(gives=TextPixels, run=run, seconds=20)
