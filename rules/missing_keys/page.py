"""WCAG 2.1.1: a control that can have the focus, hears the pointer and no key, does nothing by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.listeners import Heard, Listeners

KEYS = {"keydown", "keyup", "keypress"}
FOCUS = {"focus", "focusin"}  # it may act as soon as it has the focus
CLICKS = {"click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"}
PRESSED = {
    "button",
    "link",
    "tab",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "checkbox",
    "radio",
    "switch",
}
MOVED = {"slider", "spinbutton"}


def judge(listeners: Listeners) -> Iterator[Verdict]:
    for each in listeners.elements:
        if not each.visible or each.disabled or each.native or not each.focusable:
            continue
        if each.holds_control or each.within_control or not _is_control(each):
            continue
        types = {one.type for one in each.own} | each.above | listeners.types
        if types & KEYS:
            yield passed(each.place)
        elif not types & FOCUS:
            yield from _judge(each)


def _is_control(each: Heard) -> bool:
    return each.role in PRESSED | MOVED or (each.pointing and not each.role)


def _judge(each: Heard) -> Iterator[Verdict]:
    if each.does(CLICKS):
        yield failed(
            each.place,
            "It can have the focus and a click works, but neither it nor what is around it hears a key "
            f"(“{each.name}”)",
        )
    elif each.role in PRESSED | MOVED and each.above & CLICKS:
        yield cant_tell(
            each.place,
            f"Nothing hears a key here (“{each.name}”). "
            "Does Enter, Space or an arrow key do what the pointer does?",
        )
