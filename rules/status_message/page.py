"""WCAG 4.1.3, failure F103: a message on what was done is told without the focus moving to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed, untested
from auditor.evidence.activation import Activated, Activation, Appeared
from auditor.evidence.form_words import is_error
from auditor.evidence.validation import Told, TriedForm, Validation

DONE = "saved|added|removed|updated|copied|changed|applied|received|sent|submitted|deleted"
BROUGHT_ABOUT = (
    rf"(?:{DONE}|archived|cancelled|canceled|booked|reserved|subscribed|unsubscribed|registered|confirmed"
    "|renewed|reported)"
)
STATUS = re.compile(
    rf"^(?:{DONE}|success|error|sorry|loading|searching|please wait|thank you|thanks)\b"
    rf"|\b(?:was|were|been|successfully) (?:{DONE})\b"
    rf"|^(?:your|all|the|this|these)\b.* (?:is|are|has been|have been)(?: now)? {BROUGHT_ABOUT}[.!]?$"
    r"|\b(?:is|are|was) (?:right|correct|wrong|incorrect|invalid|not (?:right|correct|valid|found))\b"
    rf"|\b(?:{DONE}) (?:to|from|in) (?:your|the) (?:basket|bag|cart|list|favourites|account)\b"
    r"|^(?:sub)?total\b.*\d"
    r"|\b(?:no|\d+) (?:results?|matches)\b"
    r"|^(?:showing )?\d[\d,]* (?:[^\W\d]+ ){1,2}(?:found|shown|listed|left|remaining|selected|available)\b"
    r"|^showing \d"
    r"|^(?:please )?enter (?:a|an|your|the)\b"
    r"|^(?:gwall|diolch|arhoswch|llwyddiant)\b"
    r"|\bwedi(?:’|'| e)i (?:gadw|chadw|anfon|ychwanegu|dileu|ddiweddaru)\b",
    re.I,
)
SHORT = 100  # characters: a message, not a part of the page
FEW = 3  # texts that came at once: with more, another part of the page is shown


def judge(activation: Activation, validation: Validation) -> Iterator[Verdict]:
    for each in activation.activated:
        yield from _judge(each)
    for form in validation.forms:
        yield from _of_form(form)
    for refused in activation.refused:
        yield untested(refused.place, f"It was not pressed: {refused.reason}")
    if activation.left_out:
        yield untested(activation.page, f"{activation.left_out} more buttons were not pressed")


def _judge(each: Activated) -> Iterator[Verdict]:
    if each.moved or each.opens or each.dialog or each.went or len(each.appeared) > FEW:
        return
    for one in each.appeared:
        if one.within or not _is_status(one):
            continue
        if one.live or each.shown_live:
            yield passed(one.place)
        else:
            yield failed(
                one.place,
                f"“{one.text}” comes when “{each.name}” is pressed, and a screen reader is not told of it",
            )


def _of_form(form: TriedForm) -> Iterator[Verdict]:
    """Of a form whose page answers itself, and did not find the entries wrong."""
    came = [each for each in form.told if each.at_end]
    if form.sends or not form.stopped or form.moved or form.dialog or len(came) > FEW:
        return
    for one in came:
        if one.fields or is_error(one.text) or not _is_status(one):
            continue
        if one.live or form.live:
            yield passed(one.place)
        else:
            yield failed(
                one.place, f"“{one.text}” comes when the form is sent, and a screen reader is not told of it"
            )


def _is_status(one: Appeared | Told) -> bool:
    return len(one.text) <= SHORT and STATUS.search(one.text) is not None
