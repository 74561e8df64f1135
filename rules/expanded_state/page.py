"""WCAG 4.1.2: a button that opens and shuts a part of the page says which of both (technique ARIA5)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.activation import Activated, Activation


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        if each.toggles:
            yield _of(each)


def _of(each: Activated) -> Verdict:
    if each.renamed:
        return passed(each.trigger)  # as from “Show” to “Hide”: its name says it
    shown = next((one.text for one in each.appeared if one.within != "button"), "")
    return failed(
        each.trigger,
        f"“{each.name[:60]}” shows and hides “{shown[:60]}”, and does not say whether it is open",
    )
