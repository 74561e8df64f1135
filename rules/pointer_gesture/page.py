"""WCAG 2.5.1, failure F105: what a swipe or another path of a finger does, a single press does too (G215)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.listeners import Heard, Listeners

BEGINS = {"touchstart", "pointerdown", "mousedown"}
GOES_ON = {"touchmove", "touchend", "pointermove", "pointerup", "mousemove", "mouseup"}
WAY = re.compile(r"\b(?:client|page|screen|movement)[XY]\b|\b(?:changedT|targetT|t)ouches\b")


def judge(listeners: Listeners) -> Iterator[Verdict]:
    for each in listeners.elements:
        if each.visible and not each.native and _follows(each):
            yield _of(each)


def _follows(each: Heard) -> bool:
    """Whether its code reads where a finger came down and where it goes."""
    began, went = each.does(BEGINS), each.does(GOES_ON)
    return any(WAY.search(one.code) for one in began) and any(WAY.search(one.code) for one in went)


def _of(each: Heard) -> Verdict:
    if each.holds_control or each.beside_control:
        return passed(each.place)  # what is there to be pressed may do the same
    return cant_tell(
        each.place,
        f"It follows how a finger or the mouse moves (“{each.name}”), and no button is in or beside it. "
        "Can the same be done by single presses?",
    )
