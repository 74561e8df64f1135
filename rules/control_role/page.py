"""WCAG failures F59 and F15: what takes the focus and acts says what kind of control it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.listeners import Heard, Listeners

ACTS = {"click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchend"}
KEYS = {"keydown", "keyup", "keypress"}
AROUND = {"html", "body", "label", "dialog", "form", "fieldset", "details", "canvas", "svg"}
SCROLLS = re.compile(r"scroll(?:To|By|Top|IntoView)\b")
CELLS = {"td", "th"}  # told as what they are, and in a grid they may act
LARGE = 0.25  # of the window: a map, an editor, a part that hears keys for what it holds
FEW = 6  # elements in it: more are not one control


def judge(listeners: Listeners) -> Iterator[Verdict]:
    for each in listeners.elements:
        if _is_control(each):
            yield _verdict(each)


def _is_control(each: Heard) -> bool:
    """One thing that a person activates, in the Tab order. Custom elements may have a role by script."""
    if each.native or each.tag in AROUND or "-" in each.tag or each.holds_control or each.within_control:
        return False
    is_one = each.descendants < FEW and each.cover < LARGE
    acts = [one for one in each.does(ACTS) if not SCROLLS.search(one.code)]
    return each.visible and each.focusable and not each.disabled and is_one and bool(acts)


def _verdict(each: Heard) -> Verdict:
    if each.role not in ("", "none", "presentation", "generic"):
        return passed(each.place)
    what = f"Tab leads here and a click does something, and nothing says what it is (“{each.name}”)"
    if each.tag not in CELLS and (each.does(KEYS) or each.pointing):
        return failed(each.place, f"{what}: it has no role such as button or link")
    return cant_tell(each.place, f"{what}. Is it a control?")
