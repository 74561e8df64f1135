"""Which cells of a table a header is the header of, after HTML's algorithm for assigning header cells.

https://html.spec.whatwg.org/multipage/tables.html#header-and-data-cell-semantics
"""

from __future__ import annotations

from auditor.evidence.markup import Cell, Table


def has_cells(table: Table, head: Cell) -> bool:
    """Whether a header is the header of any cell."""
    down, right = directions(table, head)
    for cell in table.cells:
        if cell is head or cell.is_hidden or cell.kind == "other":
            continue
        if cell.headers:
            if head.id and head.id in cell.headers:
                return True
        elif (down and _is_below(head, cell)) or (right and _is_right(head, cell)):
            return True
    return False


def directions(table: Table, head: Cell) -> tuple[bool, bool]:
    """Whether it heads what is below it, and what is beside it."""
    if head.kind == "columnheader" or (head.kind == "header" and head.scope in ("col", "colgroup")):
        return True, False
    if head.kind == "rowheader" or head.scope == "row":
        return False, True
    if head.scope == "rowgroup":
        return True, True  # it heads the rows of its group
    if not any(in_rows(head, cell) and not cell.is_header for cell in table.cells):
        return True, False
    if not any(in_columns(head, cell) and not cell.is_header for cell in table.cells):
        return False, True
    return True, True  # HTML says neither; browsers guess


def in_rows(head: Cell, cell: Cell) -> bool:
    """Whether they share a row."""
    return head.row < cell.row + cell.rows and cell.row < head.row + head.rows


def in_columns(head: Cell, cell: Cell) -> bool:
    """Whether they share a column."""
    return head.column < cell.column + cell.columns and cell.column < head.column + head.columns


def _is_below(head: Cell, cell: Cell) -> bool:
    return cell.row >= head.row + head.rows and in_columns(head, cell)


def _is_right(head: Cell, cell: Cell) -> bool:
    return cell.column >= head.column + head.columns and in_rows(head, cell)
