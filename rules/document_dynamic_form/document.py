"""A dynamic XFA form, which most programs cannot show: PDF/UA-1, 7.15, forbids it. Advice."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document


def judge(document: Document) -> Iterator[Verdict]:
    if document.dynamic_form:
        yield failed(document.place, "It is a dynamic form of Adobe's (XFA), which opens in few programs")
    elif document.fields:
        yield passed(document.place)
