"""Text whose contrast axe left undecided: what colour it is drawn in, and over what.

Two pictures serve all texts in the window: as drawn, and without their letters. They suffice for text in its
stated colour on one other. For the rest there is a third, with letters in one strong colour: it tells how far
each pixel is covered by a letter. Edges, which are mixed, are left out.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from auditor.browser.drive import Drive, Picture, Probe
from auditor.browser.pixels import Numbers, contrasts
from auditor.evidence import Box, Place
from auditor.evidence.text_pixels import Colour, DrawnText, Measured, Pair, TextPixels

RULE = "color-contrast"
TEXTS = 2000  # looked for on one page
SAMPLE = (0, 1, 0.5)  # which of those that look alike are measured: where they are the same, so are the rest
WINDOWS = 20  # looked at for the samples, and half as many for the rest
MARK = np.array([255.0, 0.0, 255.0])
COVERED = 0.75  # of a pixel, by a letter, for it to count: the rest are mixed edges
WHOLE = 0.9  # where the letter's colour is read from the picture itself
STRONG = 40.0  # from a letter's colour to what is behind it, in the space of red, green and blue: no noise
SAME = 3.0  # of 255: no difference
OFF = 12.0  # by which a drawn colour may differ from the expected one
MOST_INK = 0.75  # of a line's box; where more changes with the letters' colour, it moved
STILL = 0.01  # of the pixels that are no letters may change between pictures
PATIENCE = 3  # texts that move get a second chance
COMES_IN = 0.8  # seconds in which what is scrolled to may appear slowly
FEW = 6  # pixels: too little to judge a text by


async def run(drive: Drive) -> TextPixels:
    told = await drive.call("text_pixels.find", RULE, TEXTS)
    alike: dict[str, list[int]] = {}
    for each in told:
        if each["number"] >= 0:
            alike.setdefault(each["like"] or f"alone {each['number']}", []).append(each["number"])
    drive.only_looked = not alike
    samples = {key: _sample(numbers) for key, numbers in alike.items()}
    rounds = itertools.zip_longest(*samples.values())  # one of each look, then another of each
    found = await measure(drive, [number for each in rounds for number in each if number is not None])
    for key, sample in samples.items():
        if figures := _shared([found[number] for number in sample if number in found]):
            found |= dict.fromkeys(set(alike[key]) - found.keys(), figures)
    rest = sorted(number for numbers in alike.values() for number in numbers if number not in found)
    found |= await measure(drive, rest, windows=WINDOWS // 2)
    return TextPixels(texts=tuple(_text(each, found.get(each["number"], "too many")) for each in told))


def _sample(numbers: list[int]) -> list[int]:
    """From all over the page."""
    last = len(numbers) - 1
    return list(dict.fromkeys(numbers[round(last * share)] for share in SAMPLE))


def _shared(found: list[Measured | str]) -> Measured | str | None:
    """What a sample has in common: one plain colour on another, or nothing to measure."""
    if len(found) < 2 or any(each != found[0] for each in found):
        return None
    if isinstance(found[0], Measured):
        return found[0] if found[0].worst == found[0].median else None
    return found[0] if found[0] in ("unclear", "no letters") else None


async def measure(
    drive: Drive, numbers: Iterable[int], *, windows: int = WINDOWS
) -> dict[int, Measured | str]:
    """Of texts by their numbers in text_pixels.js, or why there are no figures. The page is put back.

    Those for which so many windows do not suffice are left out.
    """
    waiting = list(numbers)
    found: dict[int, Measured | str] = {}
    if not waiting:
        return found
    patience = PATIENCE
    try:
        for _ in range(windows):
            if not waiting:
                break
            first = waiting[0]
            measured = await _window(drive, waiting)
            if measured[first] == "moving" and patience > 0:  # it may only be coming in
                patience -= 1
                await asyncio.sleep(COMES_IN)
                measured |= await _window(drive, [first])
            # What could not be measured beside the first may do better in the middle of the window.
            found |= {n: what for n, what in measured.items() if n == first or isinstance(what, Measured)}
            waiting = [number for number in waiting if number not in found]
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


async def _window(drive: Drive, waiting: list[int]) -> dict[int, Measured | str]:
    """Figures of the first text that waits and of those near it; or why there are none."""
    window = await drive.call("text_pixels.gather", waiting)
    texts = [each for each in window["found"] if each["rects"]]
    if not texts or texts[0]["number"] != waiting[0]:
        return {waiting[0]: "hidden"}
    numbers = [each["number"] for each in texts]
    box, origin = _around([rect for each in texts for rect in each["rects"]], window)
    drawn = await drive.picture(box)
    found: dict[int, Measured | str] = {}
    try:
        await drive.call("text_pixels.draw", numbers, "hidden")
        behind = await drive.picture(box)
        for each in texts:
            told = _plainly(each, *(_cut(picture, each["rects"], origin) for picture in (drawn, behind)))
            if told is not None:
                found[each["number"]] = told
        if len(found) < len(texts):
            await drive.call("text_pixels.draw", numbers, "marked")
            marked = await drive.picture(box)
    finally:
        await drive.call("text_pixels.undraw")
    for each in texts:
        if each["number"] not in found:
            pixels = (_cut(picture, each["rects"], origin) for picture in (drawn, behind, marked))
            found[each["number"]] = _measure(each, *pixels)
    unlike = [each for each in texts if isinstance(m := found[each["number"]], Measured) and not m.as_styled]
    if unlike:  # it may have been coming in, or going
        again = await drive.picture(box)
        for each in unlike:
            changed = _most(_cut(again, each["rects"], origin) - _cut(drawn, each["rects"], origin)) > OFF
            if np.mean(changed) > STILL:
                found[each["number"]] = "moving"
    return found


def _around(rects: list[Mapping[str, float]], window: Mapping[str, float]) -> tuple[Box, tuple[float, float]]:
    """What to take a picture of, in the document, and its corner in the window."""
    left, top = (float(int(max(0.0, min(rect[key] for rect in rects) - 2))) for key in ("left", "top"))
    right = min(window["width"], max(rect["right"] for rect in rects) + 2)
    bottom = min(window["height"], max(rect["bottom"] for rect in rects) + 2)
    width, height = int(right - left + 1), int(bottom - top + 1)
    return Box(x=left + window["x"], y=top + window["y"], width=width, height=height), (left, top)


def _plainly(text: Mapping[str, Any], drawn: Numbers, behind: Numbers) -> Measured | None:
    """From the pixels of its lines, drawn and without letters, where these stand on one colour."""
    if not text["colour"] or not text["worded"]:  # signs may be pictures in colours of their own
        return None
    if text["opacity"] < 1 and np.any(behind != behind[0]):  # what is behind may be as faint as the letters
        return None
    *ink, alpha = text["colour"]
    ways = text["opacity"] * alpha * (np.array(ink, dtype=np.float64) - behind)
    letters = _most(drawn - behind) > SAME
    if np.sum(letters) < FEW or np.mean(letters) > MOST_INK or np.any(_most(ways) <= 2 * SAME):
        return None  # where something has nearly the letters' colour, there may be more of them
    drawn, behind, way = drawn[letters], behind[letters], ways[letters][0]
    if np.any(behind != behind[0]) or np.sqrt(np.sum(way**2)) < STRONG:
        return None
    strength = (drawn - behind) @ way / np.sum(way**2)
    is_ink = _most(behind + strength[:, None] * way - drawn) <= SAME
    if not np.all(is_ink) or np.sum(strength >= WHOLE) < FEW or np.max(strength) > 1 / WHOLE:
        return None
    return _figures(text, behind[:1] + way, behind[:1], as_styled=True)


def _measure(text: Mapping[str, Any], drawn: Numbers, behind: Numbers, marked: Numbers) -> Measured | str:
    """From the pixels of its lines, one a row: as drawn, without letters, and with letters in `MARK`."""
    by_mark = _most(marked - behind)
    is_full = np.mean(by_mark > 2 * SAME) > MOST_INK
    if is_full or np.mean((by_mark <= SAME) & (_most(drawn - behind) > OFF)) > STILL:
        return "moving"
    letters = (by_mark > 2 * SAME) & (_most(drawn - marked) > SAME)  # what no colour changes is a picture
    if np.sum(letters) < FEW:
        return (
            "no letters" if np.sum(by_mark > 2 * SAME) >= FEW else "covered" if text["covered"] else "hidden"
        )
    drawn, behind, marked = drawn[letters], behind[letters], marked[letters]
    strength = _length(marked - behind) / np.maximum(_length(MARK - behind), 1.0)
    peak = float(np.quantile(strength, 0.98))
    inside = strength >= COVERED * peak
    if np.sum(inside) < FEW:
        return "unclear"
    drawn, behind, marked, strength = drawn[inside], behind[inside], marked[inside], strength[inside, None]
    as_marked = np.median(_most(behind + strength * (MARK - behind) - marked)) <= OFF
    if text["colour"] and as_marked:
        *ink, alpha = text["colour"]
        way = alpha * (np.array(ink, dtype=np.float64) - behind)
        if np.median(_most(behind + strength * way - drawn)) <= OFF:
            return _figures(text, behind + text["opacity"] * way, behind, as_styled=True)
    coverage = np.minimum(1.0, strength / peak)
    whole = coverage[:, 0] >= WHOLE
    if np.sum(whole) < FEW:
        return "unclear"
    letter = behind[whole] + (drawn[whole] - behind[whole]) / coverage[whole]
    return _figures(text, np.clip(letter, 0, 255), behind[whole], as_styled=False)


def least(size: float, weight: float) -> float:
    """The contrast that text needs: `size` in CSS pixels (WCAG 2.2, "large scale")."""
    return 3.0 if size >= 24 or (size >= 18.66 and weight >= 700) else 4.5


def _figures(text: Mapping[str, Any], letters: Numbers, behind: Numbers, *, as_styled: bool) -> Measured:
    ratios = contrasts(letters, behind)
    order = np.argsort(ratios)
    needed = least(text["size"], text["weight"])

    def pair(share: float) -> Pair:
        at = order[int(share * (len(order) - 1))]
        return Pair(ratio=float(ratios[at]), text=colour(letters[at]), behind=colour(behind[at]))

    return Measured(
        needed=needed,
        share_below=float(np.mean(ratios < needed)),
        worst=pair(0.1),
        median=pair(0.5),
        as_styled=as_styled,
        is_covered=bool(text["covered"]),
        is_outlined=bool(text["outlined"]),
    )


def _most(difference: Numbers) -> Numbers:
    """Of red, green and blue."""
    return np.asarray(np.abs(difference).max(axis=1))


def _length(difference: Numbers) -> Numbers:
    return np.asarray(np.sqrt(np.sum(difference**2, axis=1)))


def colour(pixel: Iterable[float]) -> Colour:
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
