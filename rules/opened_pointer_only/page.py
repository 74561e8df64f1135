"""WCAG 2.1.1, failures F42, F54 and F59, in what comes to be seen once a button is pressed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.activation import Activation


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        for one in each.clickable:
            said = (
                f"“{one.name[:60]}” came when “{each.name[:60]}” was pressed: a click does something here, "
                "and the element cannot receive the focus"
            )
            if one.own and not one.field:
                yield failed(one.place, said)
            else:
                yield cant_tell(one.place, f"{said}. Can the same be done by keyboard?")
