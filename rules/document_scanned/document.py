"""WCAG 1.4.5 and 1.1.1, technique PDF7: pages that are a picture of text, with no text."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    pages = document.scanned_pages
    if document.words is None:
        return
    if pages and not document.words:
        yield failed(document.place, "It is a scan: its pages are pictures, and no text is in them")
    elif pages:
        where = listed([f"page {page}" for page in pages])
        yield cant_tell(
            document.place, f"Some pages show a picture and hold no text. Are they scans? {where}"
        )
    elif document.words:
        yield passed(document.place)
