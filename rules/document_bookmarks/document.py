"""WCAG technique PDF2: bookmarks to find one's way through a long PDF. Advice."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document

LONG = 20  # pages, above which regulators' tools ask for bookmarks


def judge(document: Document) -> Iterator[Verdict]:
    if document.bookmarks is None or (document.pages or 0) <= LONG:
        return
    if document.bookmarks:
        yield passed(document.place)
    else:
        yield failed(document.place, f"It has {document.pages} pages and no bookmarks")
