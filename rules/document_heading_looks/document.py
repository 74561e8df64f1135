"""WCAG 1.3.1: what looks like a heading is marked as one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.document import Document, DocumentKind, listed, quoted

KINDS = (DocumentKind.DOCX, DocumentKind.ODT)


def judge(document: Document) -> Iterator[Verdict]:
    if document.kind not in KINDS:
        return
    if looks := document.heading_looks:
        places = [f"{quoted(each.text)}, {each.where}" for each in looks]
        yield cant_tell(
            document.place,
            f"Paragraphs that look like headings and are not marked: {len(looks)} {listed(places)}",
        )
    elif document.headings:
        yield passed(document.place)
