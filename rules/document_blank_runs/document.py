"""Empty paragraphs and spaces as layout: advice."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, DocumentKind, listed

OTHERS = (DocumentKind.XLSX, DocumentKind.ODS, DocumentKind.PDF)


def judge(document: Document) -> Iterator[Verdict]:
    if document.kind in OTHERS:
        return
    if runs := document.blank_runs:
        yield failed(document.place, f"Gaps made with empty paragraphs or spaces: {len(runs)} {listed(runs)}")
    else:
        yield passed(document.place)
