"""WCAG 1.3.1 and 1.3.2, failures F33, F34 and F48: columns made with spaces, or with boxes without roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import Markup, TextColumns

GAP = re.compile(r"\t+|[ \u00a0\u2003]{2,}")
WIDE_GAP = re.compile(r"[ ]?[\u00a0\u2003][ \u00a0\u2003]{2,}")
PROGRAM = re.compile(r"[{};<>$#\\|=]|\(\)|->|=>|^\s*[-+~]{1,2}\w")
ROWS = 3  # at least
CODE = 0.15  # of the lines: a program or what one prints
RUNNING = 3  # words of a line of running text, in the mean
ALIGNED = 0.7  # of the rows start, or end, each column at the same place


@dataclass(frozen=True, kw_only=True)
class Part:
    """A column's text in one line, and where it stands in it."""

    start: int
    end: int
    text: str


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.columns:
        if each.rows:
            if _has_figures(each.rows):
                message = f"{len(each.rows)} rows of boxes are set out as a table, and are none"
                yield cant_tell(each.place, f"{message}. Are they one?")
            continue
        rows = _rows(each)
        if _is_drawn(each.lines):
            yield cant_tell(each.place, "Signs such as | draw a table. Is there a real one too?")
            continue
        if not rows:
            continue
        message = f"Spaces set {len(rows)} lines in {len(rows[0])} columns; nothing marks them up as a table"
        if _has_figures([[part.text for part in row] for row in rows]):
            yield failed(each.place, message)
        elif _is_running(rows):
            message = (
                f"Spaces set running text in {len(rows[0])} columns, and it is read line by line across them"
            )
            yield failed(each.place, message)
        elif len(rows[0]) >= 3:
            yield cant_tell(each.place, f"{message}. Do the columns mean something?")


def _rows(looks: TextColumns) -> list[list[Part]]:
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
    if len(rows) + headed < ROWS or len(rows) * 2 < len(lines):
        return []
    tabbed = any("\t" in line for line in lines) or not looks.is_pre
    return rows if tabbed or _is_aligned(rows) else []


def _is_drawn(lines: Sequence[str]) -> bool:
    """Rows between upright bars, as in "| Blue | 40 |"."""
    bars = Counter(line.count("|") + line.count("│") for line in lines if line.strip().startswith(("|", "│")))
    return any(count >= ROWS and each >= 3 for each, count in bars.items())


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


def _is_running(rows: Sequence[Sequence[Part]]) -> bool:
    """Sentences go on from line to line in each column."""
    columns = [[row[column].text for row in rows] for column in range(len(rows[0]))]
    return len(rows) > ROWS and all(
        sum(len(text.split()) for text in column) >= RUNNING * len(rows)
        and sum(text.strip()[0].islower() for text in column) * 2 >= len(rows)
        for column in columns
    )


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """A column of figures beside one of words: sure signs of a table."""
    kinds = []
    for column in range(len(rows[0])):
        body = [row[column] for row in rows[1:] if row[column].strip()]
        digits = sum(sum(c.isdigit() for c in text) * 2 >= len(text.strip("£$€%.,:- ")) > 0 for text in body)
        kinds.append(len(body) >= 2 and digits >= 0.8 * len(body))
    return any(kinds) and not all(kinds)
