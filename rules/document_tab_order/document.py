"""WCAG 2.4.3, technique PDF3: the order in which Tab goes through the fields of a tagged PDF."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    if not document.fields or not document.tagged:
        return
    if pages := document.tab_order_pages:
        where = listed([f"page {page}" for page in pages])
        yield cant_tell(
            document.place,
            f"Its Tab key does not follow the tags. Go through the fields: is the order right? {where}",
        )
    else:
        yield passed(document.place)
