"""WCAG 1.1.1, failure F20: a picture is another once a button was pressed, and its text is the old one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.activation import Activation

SAME = re.compile(r"zoom|enlarge|larger|magnif|play|pause|full ?screen|dark|light|contrast|theme", re.I)


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        if SAME.search(each.name):
            continue  # it may well show the same as before
        for one in each.swapped:
            yield cant_tell(
                one.place,
                f"Another picture is shown since “{each.name[:60]}” was pressed, and its text is as before: "
                f"“{one.alt[:100]}”. Does it fit this picture too?",
            )
