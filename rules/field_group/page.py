"""WCAG 1.3.1, technique H71: radio buttons and boxes that answer one question are a group that says so."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.markup import ChoiceGroup, Markup

QUESTION = 30  # words at most
BOXES = 3  # boxes of one name, at least


def judge(markup: Markup) -> Iterator[Verdict]:
    for group in markup.groups:
        if group.name or group.by_each:
            yield passed(group.place)
        elif verdict := _verdict(group):
            yield verdict


def _verdict(group: ChoiceGroup) -> Verdict | None:
    is_radio = group.type == "radio"
    what = f"{group.count} {'radio buttons' if is_radio else 'boxes'}"
    around = "The group around them has no name" if group.in_group else "No group is around them"
    asked = group.question if len(group.question.split()) <= QUESTION else ""
    if asked and group.question_is != "heading":
        message = f"The {what} under “{asked[:80]}” are not tied to it. {around}"
        if is_radio or (group.count >= BOXES and asked.endswith(("?", ":", "*"))):
            return failed(group.place, message)
        return (
            cant_tell(group.place, f"{message}. Can each be understood without it?")
            if group.count >= BOXES
            else None
        )
    if group.in_group or (is_radio and asked):
        labels = ", ".join(f"“{label}”" for label in group.labels if label)
        return cant_tell(
            group.place, f"{around}: {labels}. Do the labels of the {what} say what they are about?"
        )
    return passed(group.place) if is_radio else None
