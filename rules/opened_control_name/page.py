"""WCAG 4.1.2: controls that come to be seen once a button is pressed have names (failure F68)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.activation import Activation


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        found = [one for one in each.unnamed if not one.is_picture]
        for one in found:
            yield failed(one.place, f"It has no name. It came when “{each.name[:60]}” was pressed")
        if not found and each.controls:
            yield passed(each.trigger)
