"""WCAG 1.3.1, failure F91: tables of data in which no cell is marked up as a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.markup import Cell, Markup, Table

LABEL = 6  # words; a longer text heads nothing


def judge(markup: Markup) -> Iterator[Verdict]:
    for table in markup.data_tables():
        if any(
            cell.is_header or (cell.kind == "cell" and (cell.scope or cell.headers)) for cell in table.cells
        ):
            yield passed(table.place)
        elif why := _heads(table):
            yield failed(table.place, f"{why}; no cell is marked up as a header")
        elif _may_have_heads(table):
            message = (
                "No cell is marked up as a header. Does the first row or column say what the others mean?"
            )
            yield cant_tell(table.place, message)


def _heads(table: Table) -> str:
    """What shows that there are headers, "" where nothing does."""
    first = [cell for cell in table.row(_top(table)) if cell.text]
    rest = [cell for cell in table.cells if cell.row > _top(table)]
    side = [cell for cell in table.column(0) if cell.text and cell.row > _top(table)]
    beside = [cell for cell in table.cells if cell.column > 0 and cell.text and _top(table) < cell.row < 4]
    said = ", ".join(f"“{cell.text[:25]}”" for cell in first[:3])
    if len(first) >= 2 and all(cell.words <= LABEL for cell in first):
        if _stand_out(first, [cell for cell in rest if cell.row < 4]):
            return f"The first row stands out as headers do ({said})"
        if table.has_head:
            return f"The first row is set apart as the table’s head ({said})"
        if _over_figures(first, rest):
            return f"The first row says what the figures below are ({said})"
    if len(side) >= 2 and _stand_out(side, beside) and all(cell.words <= LABEL for cell in side):
        return f"The first column stands out as headers do (“{side[0].text[:25]}”)"
    return ""


def _top(table: Table) -> int:
    """The first row that is no title over the whole table."""
    first = table.row(0)
    return 1 if len(first) == 1 and first[0].columns >= table.width and table.height > 2 else 0


def _stand_out(heads: Sequence[Cell], others: Sequence[Cell]) -> bool:
    others = [cell for cell in others if cell.text]
    if not others:
        return False
    if all(cell.is_bold for cell in heads) and not any(cell.is_bold for cell in others[-2:]):
        return True
    shades = {cell.shade for cell in heads}
    # Rows may be striped: the shade of the heads is nobody else's.
    return len(shades) == 1 and not shades & {cell.shade for cell in others}


def _over_figures(first: Sequence[Cell], rest: Sequence[Cell]) -> bool:
    if any(cell.is_figure for cell in first[1:]) or not first[0].text:
        return False
    for head in first[1:]:
        below = [cell for cell in rest if cell.column == head.column and cell.text]
        if len(below) >= 2 and all(cell.is_figure for cell in below):
            return True
    return False


def _may_have_heads(table: Table) -> bool:
    side = [cell.text for cell in table.column(0)]
    if table.height >= 3 and all(text.endswith(":") for text in side):
        return True
    if table.caption or table.is_named or not table.is_native:
        return True
    return table.height >= 3 and table.width >= 3
