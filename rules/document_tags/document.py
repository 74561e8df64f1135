"""WCAG 1.3.1: a PDF without tags tells programs nothing of its headings, lists, tables and order."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document


def judge(document: Document) -> Iterator[Verdict]:
    if document.tagged is None:
        return
    if document.tagged:
        yield passed(document.place)
    else:
        yield failed(
            document.place, "It has no tags, which tell a screen reader what is a heading, a list, a table"
        )
