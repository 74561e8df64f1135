"""WCAG 1.3.1, failure F43: headings, quotations and groups of fields used for how they look."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.markup import Markup


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.misused:
        yield cant_tell(
            each.place, f"This is {each.text}. Is it what its markup says, or only to look like it?"
        )
