"""Advice: tables that set out parts of the page. CSS does that, and leaves order and meaning alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed
from auditor.evidence.markup import Markup, Table


def judge(markup: Markup) -> Iterator[Verdict]:
    for table in markup.tables:
        if table.is_native and table.role == "" and not table.is_nested and _sets_out(table):
            yield failed(table.place, "The table sets out parts of the page; it is no table of data")


def _sets_out(table: Table) -> bool:
    if not any(cell.has_content for cell in table.cells) or table.caption or table.summary:
        return False
    if any(cell.is_header and cell.text for cell in table.cells):
        return False
    blocks = any(cell.has_blocks for cell in table.cells)
    return table.holds_tables or blocks or table.height == 1 or table.width == 1
