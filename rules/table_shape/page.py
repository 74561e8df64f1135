"""Advice: what makes a table hard to follow: a row as its title, uneven rows, blanks, tables in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, failed
from auditor.evidence.markup import Markup, Table


def judge(markup: Markup) -> Iterator[Verdict]:
    for table in markup.tables:
        is_data = table.is_table and any(cell.is_header and cell.text for cell in table.cells)
        if not (is_data or (table.is_table and table.looks_like_data)):
            continue
        for fault in _faults(table, is_data=is_data):
            yield failed(table.place, fault)


def _faults(table: Table, *, is_data: bool) -> Iterator[str]:
    first = table.row(0)
    title = first[0] if len(first) == 1 else None
    if title and title.text and title.columns >= table.width >= 2 and table.height > 2 and not table.caption:
        yield f"The first row (“{title.text[:60]}”) is the table’s title; it is to be its caption"
    usual, _ = Counter(table.widths).most_common(1)[0]
    other = sum(width != usual for width in table.widths)
    if is_data and other > 0 and table.height > 2:
        yield f"{other} of {table.height} rows have more or fewer cells than the others"
    blank = sum(
        bool(row := table.row(n)) and not any(c.has_content for c in row) for n in range(1, table.height)
    )
    if blank:
        yield f"{blank} of {table.height} rows are empty"
    if is_data and table.holds_tables:
        yield "It holds another table"
