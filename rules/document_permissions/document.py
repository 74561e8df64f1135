"""WCAG 1.3.1 and 4.1.2, Matterhorn 26-002: protection that keeps screen readers from the text."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, DocumentKind


def judge(document: Document) -> Iterator[Verdict]:
    if document.blocks_assistive_technology:
        yield failed(document.place, "Its protection does not let screen readers have its text")
    elif document.kind is DocumentKind.PDF:
        yield passed(document.place)
