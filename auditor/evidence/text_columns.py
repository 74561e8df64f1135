"""Text that blanks set in columns, parted into rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.evidence.markup import TextColumns

GAP = re.compile(r"\t+|[ \u00a0\u2003]{2,}")
WIDE_GAP = re.compile(r"[ ]?[\u00a0\u2003][ \u00a0\u2003]{2,}")
PROGRAM = re.compile(r"[{};<>$#\\|=]|\(\)|->|=>|^\s*[-+~]{1,2}\w")
CODE = 0.15  # of the lines: a program or what one prints
ALIGNED = 0.7  # of the rows start, or end, each column at the same place
LEAST_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class Part:
    """A column's text in one line, and where it stands in it."""

    start: int
    end: int
    text: str


def rows_of(looks: TextColumns) -> list[list[Part]]:
    """The lines that have the same columns, as most have that have any."""
    lines = [line for line in looks.lines if line.strip()]
    if looks.is_pre and sum(bool(PROGRAM.search(line)) for line in lines) > CODE * len(lines):
        return []
    parted = [_parts(line.rstrip(), GAP if looks.is_pre else WIDE_GAP) for line in lines]
    counts = Counter(len(row) for row in parted if len(row) >= 2)
    if not counts:
        return []
    columns, _ = counts.most_common(1)[0]
    rows = [row for row in parted if len(row) == columns]
    headed = len(parted[0]) == columns - 1  # nothing stands over the first column
    if len(rows) + headed < LEAST_ROWS or len(rows) * 2 < len(lines):
        return []
    tabbed = any("\t" in line for line in lines) or not looks.is_pre
    return rows if tabbed or _is_aligned(rows) else []


def _parts(line: str, gap: re.Pattern[str]) -> list[Part]:
    found, at = [], len(line) - len(line.lstrip())
    for between in gap.finditer(line, at):
        found.append(Part(start=at, end=between.start(), text=line[at : between.start()]))
        at = between.end()
    found.append(Part(start=at, end=len(line), text=line[at:]))
    return [part for part in found if part.text.strip()]


def _is_aligned(rows: Sequence[Sequence[Part]]) -> bool:
    for column in range(1, len(rows[0])):
        starts = Counter(row[column].start for row in rows).most_common(1)[0][1]
        ends = Counter(row[column].end for row in rows).most_common(1)[0][1]
        if max(starts, ends) < ALIGNED * len(rows):
            return False
    return True
