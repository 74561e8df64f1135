"""A document that a site offers: a PDF or an office file, as it was fetched. Document rules judge it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file. `place`: the document as a whole."""

    url: str
    content_type: str
    file: Path
    place: Place
