"""WCAG 1.3.1, ACT rule d0f69e: each header of a table has cells that it is the header of.

Which those are, after HTML's own way of assigning header cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.markup import Cell, Markup, Table
from auditor.evidence.table_headers import directions, has_cells, in_columns, in_rows

NAMED = 3  # headers in a message


def judge(markup: Markup) -> Iterator[Verdict]:
    apart = {heads.place for heads, data in pairwise(markup.tables) if _is_parted(heads, data)}
    for table in markup.tables:
        heads = [cell for cell in table.cells if cell.is_header and cell.text and not cell.is_hidden]
        if not table.is_table or not heads:
            continue
        if not table.is_whole:
            heads = [cell for cell in heads if cell.row == 0]
        lonely = [cell for cell in heads if not has_cells(table, cell)]
        if not lonely:
            if spanning := _spanning(table):
                yield cant_tell(
                    table.place,
                    f"“{spanning.text[:40]}” spans columns with headers of their own, and nothing says "
                    "that it is theirs too (scope=colgroup, or headers on cells). Is it read out with each?",
                )
            else:
                yield passed(table.place)
            continue
        named = ", ".join(f"“{cell.text[:40]}”" for cell in lonely[:NAMED])
        message = f"{len(lonely)} of {len(heads)} headers have no cells that they are the headers of: {named}"
        if table.place in apart:
            yield failed(table.place, f"{message}; the cells stand in the table that follows")
            continue
        has_data = any(not cell.is_header and cell.has_content for cell in table.cells)
        if has_data and not all(_may_serve(table, cell) for cell in lonely):
            yield failed(table.place, message)
        else:
            yield cant_tell(table.place, f"{message}. Is that as it should be?")


def _spanning(table: Table) -> Cell | None:
    """A header over several columns with headers below it, which HTML gives to none for sure (H43, H63)."""
    if not table.is_whole or any(cell.headers for cell in table.cells):
        return None
    for head in table.cells:
        if (
            head.kind != "header"
            or head.scope
            or head.columns < 2
            or not head.text
            or head.columns >= table.width
        ):
            continue
        beside = any(in_rows(head, cell) and not cell.is_header for cell in table.cells)
        below = [cell for cell in table.row(head.row + head.rows) if in_columns(head, cell)]
        if beside and len(below) > 1 and all(cell.is_header for cell in below):
            return head
    return None


def _is_parted(heads: Table, data: Table) -> bool:
    """A table of one row of headers, and one of the same columns that has none."""
    both = heads.is_table and data.is_table and heads.cells and data.cells
    if not both or heads.height != 1 or heads.width != data.width or heads.width < 2:
        return False
    return all(cell.is_header for cell in heads.cells) and not any(cell.is_header for cell in data.cells)


def _may_serve(table: Table, head: Cell) -> bool:
    """A header at the end of its row, where cells stand before it."""
    _, right = directions(table, head)
    before = [cell for cell in table.cells if in_rows(head, cell) and cell.column < head.column]
    return right and any(not cell.is_header and cell.has_content for cell in before)
