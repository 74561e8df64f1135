"""WCAG 1.3.1: the parts of a long document can be found by its headings."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, DocumentKind, listed

KINDS = (DocumentKind.DOCX, DocumentKind.ODT, DocumentKind.PDF)
LONG = 500  # words, about a page and a half: from here on a person should look
VERY_LONG = 1500  # five pages: hardly ever without parts
LOOKS = 3  # paragraphs that look like headings


def judge(document: Document) -> Iterator[Verdict]:
    if document.kind not in KINDS or document.tagged is False:
        return  # that has a rule of its own
    headings = [each for each in document.headings if each.level]
    words = document.words or 0
    if not headings:
        if words >= VERY_LONG or len(document.heading_looks) >= LOOKS:
            yield failed(document.place, f"No headings in a document of {words} words")
        elif words >= LONG:
            yield cant_tell(document.place, f"No headings in a document of {words} words: has it parts?")
        return
    levels = [1, *(each.level for each in headings)]
    skipped = [each.where for before, each in zip(levels, headings, strict=False) if each.level > before + 1]
    if skipped:
        yield cant_tell(
            document.place,
            f"Headings that skip a level: {len(skipped)} of {len(headings)} {listed(skipped)}",
        )
    else:
        yield passed(document.place)
