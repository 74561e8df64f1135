"""WCAG 1.4.3 in the states that axe does not see: under the pointer, with the focus, and empty fields."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.state_colours import StateColours, StateText
from auditor.evidence.text_pixels import UNSEEN

WHEN = {"hover": "Under the pointer its text", "focus": "When it has the focus its text"}


def judge(colours: StateColours) -> Iterator[Verdict]:
    told: set[object] = set()
    for text in colours.texts:
        if not any(character.isalnum() for character in text.text):
            continue
        if text.measured.is_enough:
            yield passed(text.place)
        elif text.at_rest and not text.at_rest.is_enough:
            continue  # it is too faint at all times, which another rule says
        elif told.isdisjoint(alike := _alike(text)):
            told |= alike
            yield _short(text)


def _alike(text: StateText) -> set[object]:
    """What makes it one fault with another: the same control, or one that changes to the same colours."""
    seen = text.measured.median
    return {text.place.selector, (text.state, seen.text, seen.behind)}


def _short(text: StateText) -> Verdict:
    figures = text.measured.figures
    if text.state == "placeholder":
        message = f"The text in the empty field has {figures}"
    else:
        rest = f" (at rest it has {text.at_rest.median.ratio:.1f})" if text.at_rest else ""
        message = f"{WHEN[text.state]} has {figures}{rest}"
    if text.measured.is_enough is False:
        return failed(text.place, message)
    if text.measured.median.ratio < UNSEEN:
        return cant_tell(text.place, f"{message}. Is it meant to vanish?")
    return cant_tell(text.place, f"{message}. Is it easy to read?")
