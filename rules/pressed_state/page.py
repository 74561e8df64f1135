"""WCAG 4.1.2, failure F79: a button that stays pressed, or is the chosen one of several, says so."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.activation import Activation


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        if each.worn == "chosen":
            yield failed(
                each.trigger,
                f"“{each.name[:60]}” is the chosen one of several buttons once it was pressed, "
                "and its look alone says so",
            )
        elif each.worn == "stays":
            yield failed(
                each.trigger,
                f"“{each.name[:60]}” stays pressed until it is pressed again, and its look alone says so",
            )
        elif each.worn == "said":
            yield passed(each.trigger)
