"""A document that claims PDF/UA (ISO 14289), and fails what can be checked of it: for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    if not document.claims_pdf_ua:
        return
    if faults := [*_faults(document), *(f"veraPDF: {each}" for each in document.failed_clauses)]:
        yield cant_tell(document.place, f"It claims to meet PDF/UA, and seems not to {listed(faults)}")
    else:
        yield passed(document.place)


def _faults(document: Document) -> Iterator[str]:
    if not document.tagged:
        yield "7.1: it has no tags"
    if not document.title or not document.shows_title:
        yield "7.1: it has no title, or does not show it"
    if not document.language:
        yield "7.2: it does not say its language"
    if any(not (each.alternative or "").strip() for each in document.pictures):
        yield "7.3: pictures without an alternative"
    if document.dynamic_form:
        yield "7.15: it is a dynamic form"
    if document.blocks_assistive_technology:
        yield "7.16: its protection shuts screen readers out"
    if document.tab_order_pages:
        yield "7.18.3: its Tab key does not follow the tags"
