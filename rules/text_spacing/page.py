"""WCAG 1.4.12: with more space between lines, words and letters, no text is lost. Failure F104."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.text import Cut, Overlap, TextSpacing


def judge(spacing: TextSpacing) -> Iterator[Verdict]:
    told = [*map(_cut, spacing.changes.cut), *map(_over, spacing.changes.over)]
    yield from told
    if spacing.texts and not told:
        yield passed(spacing.page)


def _cut(cut: Cut) -> Verdict:
    what = f"With wider spacing of text, {cut.lost} letters are cut off here, from “{cut.text}” on"
    if (cut.partly or (cut.downward and cut.rest)) and not cut.shortened and not cut.more:
        return failed(cut.place, what)
    return cant_tell(cut.place, f"{what}. Can all of it be shown?")


def _over(over: Overlap) -> Verdict:
    what = f"With wider spacing of text “{over.text}” and “{over.other_text}” lie over each other"
    if over.layered:
        return cant_tell(over.place, f"{what}. Can both be read?")
    return failed(over.place, what)
