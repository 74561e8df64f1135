"""WCAG failures F42, F54 and F59: an action that only a pointing device can trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.clicks import CLICKS, DOES, KEYS, acts
from auditor.evidence.listeners import Heard, Listeners

SLIDES = re.compile(
    r"^(?:prev|next|scroll|slide|go to|blaenorol|nesaf)", re.I
)  # Tab may lead to what it shows
ARROWS = re.compile(r"Arrow|keyCode|\bwhich\b|focus\(")
ROLES = {"button", "link", "tab", "menuitem", "checkbox", "radio", "switch", "option"}
AROUND = {"html", "body", "label", "option", "dialog", "form", "fieldset", "optgroup", "details", "canvas"}
COMES = {"mouseenter", "mouseover", "pointerenter", "pointerover"}
FOCUS = {"focus", "focusin"}
CHANGES = re.compile(
    r"\b(?:innerHTML|innerText|textContent|src|hidden) ?= ?[^=]|\.(?:display|visibility) ?= ?[^=]"
)
BACKDROP = 0.5  # of the window: a click there closes what lies over it
FEW = 3  # elements: it is a thing to click, not a container that hears for what it holds


def judge(listeners: Listeners) -> Iterator[Verdict]:
    arrows = any(one.type in KEYS and ARROWS.search(one.code) for one in listeners.everywhere)
    for each in listeners.elements:
        if each.untabbed and each.visible and not each.disabled and acts(each) and not each.above & KEYS:
            yield _passed_over(each, arrows)
            continue
        if not each.visible or each.disabled or each.native or each.tag in AROUND:
            continue
        if not acts(each):
            yield from _under_the_pointer(each)
            continue
        if each.focusable or each.holds_control or each.within_control:
            yield passed(each.place)
        elif each.cover < BACKDROP:
            yield from _judge(each)


def _under_the_pointer(each: Heard) -> Iterator[Verdict]:
    """Words that do something, as far as is known, when the pointer comes, and nothing else does it (F54)."""
    if (
        each.focusable
        or each.holds_control
        or each.within_control
        or each.descendants >= FEW
        or not each.name
    ):
        return
    if each.above & FOCUS or any(one.type in FOCUS for one in each.own):
        return
    if any(CHANGES.search(one.code) for one in each.does(COMES)):
        yield cant_tell(
            each.place,
            f"Something changes when the pointer comes here, and the element cannot receive the focus "
            f"(“{each.name}”). Can the same be had by keyboard?",
        )


def _passed_over(each: Heard, arrows: bool) -> Verdict:
    said = f"Tab passes over this button (“{each.name}”): tabindex takes it out"
    if arrows or SLIDES.search(each.name):
        return cant_tell(each.place, f"{said}. Can the same be done by keyboard?")
    return failed(each.place, said)


def _judge(each: Heard) -> Iterator[Verdict]:
    said = f"A click does something here, {{}} the element cannot receive the focus (“{each.name}”)"
    if not each.beside_control and (each.role in ROLES or each.pointing or _is_plain(each)):
        yield failed(each.place, said.format("and no key can:"))
    elif each.role in ROLES or each.pointing or (each.does(CLICKS) and _is_one(each)):
        yield cant_tell(each.place, said.format("and") + ". Can the same be done by keyboard?")


def _is_plain(each: Heard) -> bool:
    """Words and nothing else, and a click on them is known to do something."""
    return (
        bool(each.name) and not each.descendants and any(DOES.search(one.code) for one in each.does(CLICKS))
    )


def _is_one(each: Heard) -> bool:
    return each.points_within or each.descendants < FEW
