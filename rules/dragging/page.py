"""WCAG 2.5.7: what is done by dragging can be done by single presses too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.listeners import Heard, Listeners

STEPS = re.compile(r"\b(?:move|up|down|earlier|later|higher|lower|symud|i fyny|i lawr)\b", re.IGNORECASE)


def judge(listeners: Listeners) -> Iterator[Verdict]:
    drags = [
        each for each in listeners.elements if each.visible and each.draggable and _moves(each, listeners)
    ]
    if drags and all(each.holds_control and STEPS.search(each.name) for each in drags):
        yield passed(drags[0].place)  # each holds a button that moves it
    elif drags:
        others = f", and {len(drags) - 1} more like it" if len(drags) > 1 else ""
        yield cant_tell(
            drags[0].place,
            f"It can be dragged (“{drags[0].name}”{others}). Can the same be done without dragging, "
            "as with buttons to move it up and down?",
        )


def _moves(each: Heard, listeners: Listeners) -> bool:
    return "dragstart" in {one.type for one in each.own} | each.above | listeners.types
