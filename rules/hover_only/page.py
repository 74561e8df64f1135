"""WCAG 2.1.1: what shows under the pointer can be opened by keyboard too."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.hover import Hover, Hovered

LONG = 40  # characters: more than a name that is said elsewhere in other words
SHORT = 20  # characters: a caption or a hint; a name is rarely longer


def judge(hover: Hover) -> Iterator[Verdict]:
    for each in hover.revealed:
        yield _verdict(each)
    if hover.left_out:
        yield untested(hover.page, f"{hover.left_out} more places may show something under the pointer")


def _verdict(each: Hovered) -> Verdict:
    if each.on_focus or each.on_keys or each.elsewhere or each.told:
        return passed(each.content)
    at = f"when the pointer is over “{each.name}”" if each.name else "under the pointer"
    if each.controls and not each.leads and not each.toggles:
        return failed(each.content, f"These controls show only {at}; no key was found that opens them")
    if each.controls:
        what = "the link there leads to the same" if each.leads else "the button there opens them"
        return cant_tell(
            each.content, f"No key was found that opens these controls, which show {at}. See if {what}"
        )
    if len(each.text) < SHORT or each.leads:
        return passed(each.content)
    if each.said:
        return passed(each.content)
    if not each.toggles and len(each.text) >= LONG:
        return failed(each.content, f"This text shows only {at}; no key was found that shows it")
    return cant_tell(each.content, f"This text was only seen {at}. Can it be read by keyboard, or elsewhere?")
