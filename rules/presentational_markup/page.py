"""Advice: markup that changes looks alone: what HTML has given up, blanks, quotations that are none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed
from auditor.evidence.markup import Markup


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.presentation:
        yield failed(each.place, f"{each.count:,} × {each.what}")
