"""The browser's font size doubled: no text is lost. WCAG 1.4.4 is met by zoom too, which text-size judges."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.text import Cut, LargerText, Overlap

WHEN = "With the browser's font size doubled,"


def judge(larger: LargerText) -> Iterator[Verdict]:
    told = [*map(_cut, larger.changes.cut), *map(_over, larger.changes.over)]
    yield from told
    if larger.texts and not told:
        yield passed(larger.page)


def _cut(cut: Cut) -> Verdict:
    what = f"{WHEN} {cut.lost} letters are cut off here, from “{cut.text}” on"
    if (cut.partly or (cut.downward and cut.rest)) and not cut.shortened and not cut.more:
        return failed(cut.place, what)
    return cant_tell(cut.place, f"{what}. Can all of it be shown?")


def _over(over: Overlap) -> Verdict:
    what = f"{WHEN} “{over.text}” and “{over.other_text}” lie over each other"
    if over.layered:
        return cant_tell(over.place, f"{what}. Can both be read?")
    return failed(over.place, what)
