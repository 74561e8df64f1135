"""WCAG 1.4.4: at 200% all text has grown, is there, and can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.sizes import Growth, Sizes

STAYS = 1.2  # times as large at 200%, and little more at 400%: the size follows the window alone
STAYS_FOURFOLD = 1.5
LARGE = 32.0  # CSS pixels; what is larger to begin with can be read


def judge(sizes: Sizes) -> Iterator[Verdict]:
    told = [*_growth(sizes.growth), *_lost(sizes)]
    yield from told
    if sizes.texts and not told:
        yield passed(sizes.page)


def _growth(growth: tuple[Growth, ...]) -> Iterator[Verdict]:
    for each in growth:
        if each.twice < STAYS and each.fourfold < STAYS_FOURFOLD:
            yield failed(
                each.place,
                f"It does not grow with the page: at 400% its letters are {each.fourfold:.1f} times as large",
            )
        elif each.size < LARGE:
            yield cant_tell(
                each.place,
                f"At 400% its letters are only {each.fourfold:.1f} times as large. Can they be doubled?",
            )


def _lost(sizes: Sizes) -> Iterator[Verdict]:
    for cut in sizes.twice.cut:
        what = f"With the page at 200% text is cut off here, with no way to scroll to it: “{cut.text}”"
        if (cut.partly or (cut.downward and cut.rest)) and not cut.shortened and not cut.more:
            yield failed(cut.place, what)
        else:
            yield cant_tell(cut.place, f"{what}. Can all of it be shown?")
    for over in sizes.twice.over:
        what = f"With the page at 200% “{over.text}” and “{over.other_text}” lie over each other"
        if over.layered:
            yield cant_tell(over.place, f"{what}. Can both be read?")
        else:
            yield failed(over.place, what)
