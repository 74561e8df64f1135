"""Merged cells: advice. With headers that refer well they can meet WCAG."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    tables = document.tables
    if not tables:
        return
    merged = [each.where for each in tables if each.merged]
    if merged:
        yield failed(
            document.place, f"Tables with merged cells: {len(merged)} of {len(tables)} {listed(merged)}"
        )
    else:
        yield passed(document.place)
