"""WCAG 1.3.1 and 1.3.2, failures F33, F34 and F48: columns made with spaces, or with boxes without roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import Markup
from auditor.evidence.text_columns import LEAST_ROWS, Part, rows_of

RUNNING = 3  # words of a line of running text, in the mean


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.columns:
        if each.rows:
            if _has_figures(each.rows):
                message = f"{len(each.rows)} rows of boxes are set out as a table, and are none"
                yield cant_tell(each.place, f"{message}. Are they one?")
            continue
        rows = rows_of(each)
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


def _is_drawn(lines: Sequence[str]) -> bool:
    """Rows between upright bars, as in "| Blue | 40 |"."""
    bars = Counter(line.count("|") + line.count("│") for line in lines if line.strip().startswith(("|", "│")))
    return any(count >= LEAST_ROWS and each >= 3 for each, count in bars.items())


def _is_running(rows: Sequence[Sequence[Part]]) -> bool:
    """Sentences go on from line to line in each column."""
    columns = [[row[column].text for row in rows] for column in range(len(rows[0]))]
    return len(rows) > LEAST_ROWS and all(
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
