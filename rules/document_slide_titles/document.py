"""WCAG 1.3.1 and 2.4.6: a slide has a title in its place for titles, that tells it from others."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.document import Document, DocumentKind, listed

KINDS = (DocumentKind.PPTX, DocumentKind.ODP)


def judge(document: Document) -> Iterator[Verdict]:
    slides = [each for each in document.sheets if not each.hidden and not each.empty]
    if document.kind not in KINDS or not slides:
        return
    of = f"of {len(slides)}"
    untitled = [each for each in slides if not (each.title or "").strip()]
    missing = [each.where for each in untitled if each.words != 0]
    pictures = [each.where for each in untitled if each.words == 0]
    first: set[str] = set()
    doubled = []
    for each in slides:
        title = " ".join((each.title or "").casefold().split())
        if title in first:
            doubled.append(each.where)
        elif title:
            first.add(title)
    if missing:
        yield failed(document.place, f"Slides without a title: {len(missing)} {of} {listed(missing)}")
    if pictures:
        yield cant_tell(
            document.place,
            f"Slides of pictures alone without a title: {len(pictures)} {of} {listed(pictures)}",
        )
    if doubled:
        yield cant_tell(
            document.place, f"Slides with the title of another: {len(doubled)} {of} {listed(doubled)}"
        )
    if not (untitled or doubled):
        yield passed(document.place)
