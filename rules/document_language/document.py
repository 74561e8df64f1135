"""WCAG 3.1.1, technique PDF16: a document says what language it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, quoted

TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,8}")  # BCP 47, as far as documents use it


def judge(document: Document) -> Iterator[Verdict]:
    if document.language is None:
        return
    if not document.language:
        yield failed(document.place, "It does not say what language it is in")
    elif not TAG.fullmatch(document.language):
        yield failed(document.place, f"What it gives as its language is none: {quoted(document.language)}")
    else:
        yield passed(document.place)
