"""WCAG 1.3.1: cells that head a column or a row of a table are marked so."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, DocumentKind, Table, listed

SHEETS = (DocumentKind.XLSX, DocumentKind.ODS)


def judge(document: Document) -> Iterator[Verdict]:
    tables = [each for each in document.tables if each.rows > 1 and each.columns > 1 and not each.nested]
    if not tables:
        return
    of = f"of {len(tables)}"
    without = [each for each in tables if not each.header_cells]
    plain = [each.where for each in without if _has_headers(each) and each.header_cells is not None]
    unsure = [each.where for each in without if each.where not in plain and _may_have(each, document.kind)]
    unscoped = [each.where for each in tables if each.scopes_missing]
    if plain:
        yield failed(document.place, f"Tables without marked headers: {len(plain)} {of} {listed(plain)}")
    if unsure:
        yield cant_tell(
            document.place,
            f"Tables without marked headers, that may need them: {len(unsure)} {of} {listed(unsure)}",
        )
    if unscoped:
        yield cant_tell(
            document.place,
            f"Tables whose headers do not say what they head: {len(unscoped)} {of} {listed(unscoped)}",
        )
    if not (plain or unsure or unscoped):
        yield passed(document.place)


def _has_headers(table: Table) -> bool:
    """Whether the first row reads like headers and the table is no list of names and values, nor a layout."""
    return table.rows >= 3 and table.columns >= 3 and len(table.first_row) >= 3 and _are_words(table)


def _are_words(table: Table) -> bool:
    return all(
        any(c.isalpha() for c in each) and not any(c.isdigit() for c in each) for each in table.first_row
    )


def _may_have(table: Table, kind: DocumentKind) -> bool:
    return kind not in SHEETS or (table.rows >= 3 and _are_words(table))
