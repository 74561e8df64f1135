"""WCAG 2.2.2: what moves or changes by itself for over five seconds beside other content can be stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.motion import Control, Motion, Moving

ALLOWED = 5.0  # seconds
APART = 4.0  # from the first change seen to the last: less is a page that is still being filled
TINY = 900  # square CSS pixels
STOPS = re.compile(
    r"\b(paus|stop|hide|close|dismiss|freeze|play|turn off|switch off"
    r"|oedi|seibi|saib|stopi|cuddi|cau\b|chwarae|diffodd)",
    re.IGNORECASE,
)
KIND_STOPS = re.compile(r"paus|stop|(?<!dis)play|toggle", re.IGNORECASE)
FAR_STOPS = re.compile(
    r"\s*(pause|stop|freeze|turn off|switch off|oedi|seibio|stopio|diffodd)\b", re.IGNORECASE
)
HIDES = re.compile(
    r"\s*(hide|cuddio)\b.*\b(chang|mov|updat|animat|carousel|slide|banner|symud|newid)", re.IGNORECASE
)
CLOCK = re.compile(
    r"\d[:.]\d\d\b|\d\s*(hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|awr|munud|eiliad|diwrnod)\b",
    re.IGNORECASE,
)


def judge(motion: Motion) -> Iterator[Verdict]:
    going_on = {each.place: each for each in motion.moving if not each.is_alone and _goes_on(each)}
    for each in going_on.values():
        yield _of(each, is_only=len(going_on) == 1)


def _goes_on(each: Moving) -> bool:
    if each.kind != "content":
        return each.lasts is None or each.lasts > ALLOWED
    repeats = each.changes > 1 or each.longest >= APART
    return repeats and each.last > ALLOWED and each.last - each.first >= APART


def _of(each: Moving, *, is_only: bool) -> Verdict:
    if each.has_controls or any(map(_stops, each.near)):
        return passed(each.place)
    how = _how(each)
    far = next((name for name in each.far if FAR_STOPS.match(name) or HIDES.match(name)), "")
    if far and is_only:
        return passed(each.place)
    if far:
        return cant_tell(each.place, f"{how}. Does “{far[:80]}” stop or hide it?")
    if any(not control.name and not control.is_link for control in each.near):
        return cant_tell(each.place, f"{how}. A button near it has no name. Does that stop it?")
    if each.kind in ("frame", "drawing"):
        return cant_tell(each.place, f"{how}. Is there a way to pause or hide it?")
    is_tiny = each.kind != "content" and each.box.width * each.box.height < TINY
    if each.waits or is_tiny:
        return cant_tell(each.place, f"{how}. Is it needed, or can it be paused or hidden?")
    if each.kind == "content" and (not each.text or _is_clock(each)):
        return cant_tell(each.place, f"{how}. Is that needed, or can it be paused or hidden?")
    return failed(each.place, f"{how}, and nothing near it pauses, stops or hides it")


def _stops(control: Control) -> bool:
    if control.name:
        return bool(STOPS.search(control.name)) and not control.is_link
    return bool(KIND_STOPS.search(control.kind))


def _is_clock(each: Moving) -> bool:
    """Time that goes by may have to be told as it does."""
    if not each.texts:
        return False
    shown = [text.strip() for text in (*each.texts, each.text)]
    counts = [int(text) for text in each.texts if text.strip().isdecimal() and len(text) < 10]
    counts_down = len(counts) == len(each.texts) > 1 and all(a > b for a, b in pairwise(counts))
    return counts_down or all(map(CLOCK.search, shown))


def _how(each: Moving) -> str:
    if each.kind == "video":
        return "A video plays by itself" + ("" if each.lasts is None else f", {_long(each.lasts)}")
    if each.kind == "picture":
        return "The picture moves by itself" + ("" if each.lasts is None else f", {_long(each.lasts)}")
    if each.kind == "frame":
        return "Something in this frame moves by itself for over five seconds"
    if each.kind == "drawing":
        return "What is drawn here moves by itself for over five seconds"
    if each.changes == 1:
        return f"It moves by itself, for at least {each.longest:.0f} seconds"
    return f"It changes by itself, {each.changes} times in {each.last - each.first:.0f} seconds"


def _long(seconds: float) -> str:
    return "without end" if seconds == float("inf") else f"for {seconds:.0f} seconds"
