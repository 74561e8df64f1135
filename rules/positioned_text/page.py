"""WCAG 1.3.2, failure F1: text that absolute positions put in an order of their own."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.markup import Markup


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.moved:
        yield cant_tell(
            each.place,
            f"“{each.seen}” is seen where “{each.read}” is read out. Does it mean the same in both orders?",
        )
