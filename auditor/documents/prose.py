"""What word processors' files have in common: paragraphs one after another, and what they show together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from auditor.evidence.document import Heading, quoted

EMPTY_IN_A_ROW = 3
LOOKS_WORDS = 12  # at most, of what may be a heading
LARGER = 1.2  # times the size of most of the text
SPACES = re.compile(r"[ \u00a0]{5,}")
DOTS = re.compile(r"\.{8}|_{6}|…{4}")  # or more
ENDS = (".", ",", ";", ":", "?", "!", "…", "_")


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """`text`: as it stands, spaces and all. `level`: of a heading; 0: of the title; None: neither."""

    text: str
    where: str
    level: int | None = None
    size: float | None = None  # points
    bold: bool = False  # all of it
    stands_alone: bool = True  # no item of a list, no cell of a table
    holds: bool = False  # a picture or the like
    container: object = None  # what it stands in: the text, a cell, a box


class Prose:
    """Gathers paragraphs in their order."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.languages: Counter[str] = Counter()  # characters in each
        self._heading = ""
        self._counts: Counter[str] = Counter()

    def where(self, what: str) -> str:
        """The place of the next thing of this kind: "table 2, under “Fees”"."""
        self._counts[what] += 1
        return self._place(what)

    def here(self, *, in_cell: bool = False) -> str:
        """The place of the paragraph that comes next, should it say something."""
        return self._place("table") if in_cell else self._place("paragraph", 1)

    def _place(self, what: str, more: int = 0) -> str:
        under = f", under {quoted(self._heading)}" if self._heading else ""
        return f"{what} {self._counts[what] + more}{under}"

    def add(self, text: str, *, in_cell: bool, in_list: bool, level: int | None = None, **look: Any) -> None:
        """One more paragraph; in what people are told, empty ones and those in tables are not counted."""
        says = bool(text.strip())
        if says and not in_cell:
            self._counts["paragraph"] += 1
        self.paragraphs.append(
            Paragraph(
                text=text,
                where=self._place("table" if in_cell else "paragraph"),
                level=level if says else None,
                stands_alone=not (in_cell or in_list),
                **look,
            )
        )
        if says and level is not None:
            self._heading = text

    def fields(self) -> dict[str, Any]:
        """Fields of `Document`."""
        return {
            "language": self.languages.most_common(1)[0][0] if self.languages else None,
            "words": sum(len(each.text.split()) for each in self.paragraphs),
            "headings": tuple(
                _heading(each, each.level) for each in self.paragraphs if each.level is not None
            ),
            "heading_looks": self._looks(),
            "blank_runs": tuple(self._blank_runs()),
            "dotted_lines": tuple(each.where for each in self.paragraphs if DOTS.search(each.text)),
        }

    def _looks(self) -> tuple[Heading, ...]:
        """Short, alone, bold or larger, and above a longer paragraph that is neither."""
        sizes: Counter[float | None] = Counter()
        for each in self.paragraphs:
            if each.level is None:
                sizes[each.size] += len(each.text)
        most = sizes.most_common(1)[0][0] if sizes else None
        saying = [each for each in self.paragraphs if each.text.strip() or each.holds]
        return tuple(
            _heading(each, 0)
            for each, below in pairwise(saying)
            if _stands_out(each, most)
            and below.level is None
            and below.stands_alone
            and len(below.text) > len(each.text)
            and not _stands_out(below, most)
            and not below.bold
        )

    def _blank_runs(self) -> list[str]:
        told = []
        row = 0
        before: Paragraph | None = None  # the last that says something
        container: object = None
        for each in self.paragraphs:
            is_empty = not (each.text.strip() or each.holds)
            if is_empty and each.container == container:
                row += 1
                continue
            if not is_empty and row >= EMPTY_IN_A_ROW and each.container == container and before is not None:
                told.append(f"{row} empty paragraphs after {before.where}")
            row = 1 if is_empty else 0
            container = each.container
            before = before if is_empty else each
            if SPACES.search(each.text.strip()):
                told.append(f"spaces in {each.where}")
        return told


def _heading(each: Paragraph, level: int) -> Heading:
    return Heading(level=level, text=" ".join(each.text.split())[:200], where=each.where)


def _stands_out(each: Paragraph, most: float | None) -> bool:
    text = each.text.strip()
    larger = each.size is not None and most is not None and each.size >= LARGER * most
    return (
        each.level is None
        and each.stands_alone
        and not each.holds
        and (each.bold or larger)
        and len(text) <= 80
        and 1 <= len(text.split()) <= LOOKS_WORDS
        and any(char.isalpha() for char in text)
        and not text.endswith(ENDS)
    )
