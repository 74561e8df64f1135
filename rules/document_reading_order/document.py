"""WCAG 1.3.2: what is on a slide is read in an order that makes sense."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.document import Document, DocumentKind, listed, quoted

KINDS = (DocumentKind.PPTX, DocumentKind.ODP)


def judge(document: Document) -> Iterator[Verdict]:
    slides = [each for each in document.sheets if not each.hidden and not each.empty]
    if document.kind not in KINDS or not slides:
        return
    odd = [
        f"{each.where}: {', then '.join(quoted(name) for name in each.odd_order[:6])}"
        for each in slides
        if each.odd_order
    ]
    if odd:
        yield cant_tell(
            document.place,
            f"Slides read in another order than they show: {len(odd)} of {len(slides)} {listed(odd)}",
        )
    else:
        yield passed(document.place)
