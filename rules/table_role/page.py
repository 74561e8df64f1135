"""WCAG 1.3.1, failures F46 and F92: data declared to be no table, or a layout marked up as data."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import Markup, Table


def judge(markup: Markup) -> Iterator[Verdict]:
    for table in markup.tables:
        if not table.is_native:
            continue
        if table.is_presentation:
            if marks := _marks(table):
                heads = sum(cell.is_header and bool(cell.text) for cell in table.cells)
                message = f"The table has {marks}, yet its role says that it is for layout alone"
                if heads >= 2 and table.looks_like_data:
                    yield failed(table.place, message)
                else:
                    yield cant_tell(table.place, f"{message}. Is it a table of data?")
        elif table.is_table and _is_layout(table) and (marks := _marks(table)):
            yield cant_tell(
                table.place,
                f"The table seems to set out parts of the page, yet has {marks}. Is it a table of data?",
            )


def _marks(table: Table) -> str:
    """Markup that only a table of data has."""
    found = [
        *(["header cells"] if any(cell.is_header and cell.text for cell in table.cells) else []),
        *(["a caption"] if table.caption else []),
        *(["a summary"] if table.summary else []),
    ]
    return " and ".join(found)


def _is_layout(table: Table) -> bool:
    blocks = any(cell.has_blocks for cell in table.cells)
    return table.holds_tables or (blocks and (table.height == 1 or table.width == 1))
