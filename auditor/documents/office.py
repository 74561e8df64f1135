"""Office files, opened: what is true of one, as fields of `Document`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auditor.documents import opendocument, slides, spreadsheet, word
from auditor.documents.package import opened
from auditor.evidence.document import DocumentKind
from auditor.limits import OFFICE_PARTS

READERS = {
    DocumentKind.DOCX: word.read,
    DocumentKind.XLSX: spreadsheet.read,
    DocumentKind.PPTX: slides.read,
    DocumentKind.ODT: opendocument.read_text,
    DocumentKind.ODS: opendocument.read_spreadsheet,
    DocumentKind.ODP: opendocument.read_slides,
}


def read(file: Path, kind: DocumentKind) -> dict[str, Any]:
    """Fields of `Document`, for a kind that stands in `READERS`. Raises `Unreadable`."""
    with opened(file) as package:
        told = READERS[kind](package)
    left_out = list(told.get("left_out", ()))
    for name, value in told.items():
        if isinstance(value, tuple) and len(value) > OFFICE_PARTS:
            told[name] = value[:OFFICE_PARTS]
            left_out.append(f"{name.replace('_', ' ')} after the first {OFFICE_PARTS:,} of {len(value):,}")
    return {**told, "left_out": tuple(left_out)}
