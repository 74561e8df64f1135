"""WCAG 1.4.10: at 320 CSS pixels nothing but what needs two dimensions makes the page scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.reflow import Reflow


def judge(reflow: Reflow) -> Iterator[Verdict]:
    at_fault = [each for each in reflow.wide if each.text and not each.exempt]
    for each in at_fault:
        over = each.box.x + each.box.width - reflow.width
        yield failed(each.place, f"In a window 320 pixels wide it reaches {over:.0f} pixels beyond the edge")
    if not at_fault and reflow.scroll_width > reflow.width + 1:
        yield cant_tell(
            reflow.page, "The page scrolls sideways at 320 pixels. Does only a table, map or picture need it?"
        )
    elif not at_fault:
        yield passed(reflow.page)
