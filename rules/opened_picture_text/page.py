"""WCAG 1.1.1: pictures that come to be seen once a button is pressed have a text (failure F65)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed
from auditor.evidence.activation import Activation


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        for one in each.unnamed:
            if one.is_picture:
                yield failed(one.place, f"It has no text. It came when “{each.name[:60]}” was pressed")
