"""WCAG 1.4.10: at 320 CSS pixels no text is lost, and none needs scrolling sideways to be read."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.sizes import Sizes, Wide, WideKind

EDGE = 64  # CSS pixels of a field that may be out of sight while most of it is seen
COVERED = 2 / 3  # of the window
AT_FAULT = {WideKind.TEXT, WideKind.FIELD}
TO_SEE = {
    WideKind.WORD: "Can this one long word be broken?",
    WideKind.TABLE: "Is it a table of data, which may be wide, or does it only lay out the page?",
    WideKind.CELL: "A table may be wide; can the text in this cell be read without scrolling sideways?",
    WideKind.CODE: "Do these lines lose their meaning when they are broken?",
    WideKind.SCROLLER: "Each line in this box must be scrolled to be read. Does its meaning need that?",
}


def judge(sizes: Sizes) -> Iterator[Verdict]:
    told = [*map(_wide, sizes.wide), *_lost(sizes)]
    yield from told
    if not told:
        yield passed(sizes.page)


def _wide(wide: Wide) -> Verdict:
    reach = f"In a window 320 pixels wide it reaches {wide.over:.0f} pixels beyond the edge (“{wide.text}”)"
    if wide.kind is WideKind.FIELD and wide.over < EDGE:
        return cant_tell(wide.place, f"{reach}. Can it be filled in and read with its edge out of sight?")
    if wide.kind in AT_FAULT:
        return failed(wide.place, reach)
    return cant_tell(wide.place, f"{reach}. {TO_SEE[wide.kind]}")


def _lost(sizes: Sizes) -> Iterator[Verdict]:
    for cut in sizes.narrow.cut:
        what = f"In a window 320 pixels wide text is cut off here, with no way to scroll to it: “{cut.text}”"
        if cut.partly and not cut.shortened and not cut.more:
            yield failed(cut.place, what)
        else:
            yield cant_tell(cut.place, f"{what}. Can all of it be shown?")
    for over in sizes.narrow.over:
        what = f"In a window 320 pixels wide “{over.text}” and “{over.other_text}” lie over each other"
        if over.layered:
            yield cant_tell(over.place, f"{what}. Can both be read?")
        else:
            yield failed(over.place, what)
    for gone in sizes.gone:
        yield cant_tell(
            gone.place, f"In a window 320 pixels wide this is not shown: “{gone.text}”. Can it be got at?"
        )
    if sizes.covering and sizes.covering.share > COVERED:
        yield cant_tell(
            sizes.covering.place,
            f"At 400% what stays in place covers {sizes.covering.share:.0%} of the window. Can one read?",
        )
