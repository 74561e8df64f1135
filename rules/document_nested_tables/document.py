"""WCAG 1.3.2: a table within a table is most often a layout, and its order may be lost."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    tables = document.tables
    if not tables:
        return
    nested = [each.where for each in tables if each.nested]
    if nested:
        yield cant_tell(
            document.place, f"Tables within tables: {len(nested)} of {len(tables)} {listed(nested)}"
        )
    else:
        yield passed(document.place)
