"""WCAG 2.5.7: what is done by dragging can be done by single presses too."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.listeners import Heard, Listeners


def judge(listeners: Listeners) -> Iterator[Verdict]:
    drags = [
        each for each in listeners.elements if each.visible and each.draggable and _moves(each, listeners)
    ]
    if drags:
        others = f", and {len(drags) - 1} more like it" if len(drags) > 1 else ""
        yield cant_tell(
            drags[0].place,
            f"It can be dragged (“{drags[0].name}”{others}). Can the same be done without dragging, "
            "as with buttons to move it up and down?",
        )


def _moves(each: Heard, listeners: Listeners) -> bool:
    return "dragstart" in {one.type for one in each.own} | each.above | listeners.types
