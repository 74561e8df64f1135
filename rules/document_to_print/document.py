"""A form of dotted lines, to be printed and written on. Advice."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, listed


def judge(document: Document) -> Iterator[Verdict]:
    if document.fields:
        yield passed(document.place)
    elif document.dotted_lines:
        yield failed(
            document.place,
            f"It asks to be written on, on dotted lines, and has no fields {listed(document.dotted_lines)}",
        )
