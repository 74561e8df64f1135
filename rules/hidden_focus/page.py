"""WCAG 4.1.2: Tab leads into no part that is hidden from screen readers, where axe could not tell."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.aria import Aria


def judge(aria: Aria) -> Iterator[Verdict]:
    for part in aria.hidden:
        if part.entered:
            at = f" to “{part.name}”" if part.name else ""
            yield failed(part.place, f"Tab leads in{at}, of which a screen reader says nothing")
        elif part.entered is None:
            yield cant_tell(part.place, "Does the Tab key lead into it? A screen reader says nothing there")
        else:
            yield passed(part.place)
