"""WCAG 1.4.3: text of a PDF against the plain colour behind it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, DocumentKind, listed


def judge(document: Document) -> Iterator[Verdict]:
    if pale := document.contrasts:
        shown = [f"{each.where}, {each.colour} on {each.background}, {each.ratio:g} to 1" for each in pale]
        yield failed(
            document.place, f"Text is too pale to be read: pairs of colours {len(pale)} {listed(shown)}"
        )
    elif document.kind is DocumentKind.PDF and document.words:
        yield passed(document.place)
