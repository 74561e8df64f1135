"""A file opened as the neutral `Document` that rules judge, whatever its format."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from auditor.documents import Unreadable
from auditor.documents.kinds import kind_of
from auditor.evidence import Place
from auditor.evidence.document import Document, DocumentKind, quoted
from auditor.models import Component


def opened(file: Path, url: str, content_type: str, *, failed_clauses: tuple[str, ...] = ()) -> Document:
    """Raises `Unreadable`. `failed_clauses`: as veraPDF told them."""
    kind = kind_of(file)
    if not kind.is_judged:
        raise Unreadable(f"Files of this kind are listed and not judged: {kind.words}.")
    if kind is DocumentKind.PDF:
        from auditor.documents import pdf

        fields = pdf.read(file)
    else:
        from auditor.documents import office

        fields = office.read(file, kind)
    return Document(
        url=url,
        content_type=content_type,
        file=file,
        kind=kind,
        place=whole(kind, url, fields),
        failed_clauses=failed_clauses,
        **fields,
    )


def whole(kind: DocumentKind, url: str, fields: dict[str, object]) -> Place:
    """The document as the place of a finding.

    One repair clears a rule's findings on all documents of a kind only in so far as one way of making them
    does, so they are one issue (docs/decisions/0022-documents.md); which document it is tells the fault.
    """
    path = urlsplit(url).path
    name = unquote(path.rpartition("/")[2]) or url
    title, pages = fields.get("title"), fields.get("pages")
    told = [kind.words, quoted(str(title)) if title else name, f"pages: {pages}" if pages else ""]
    return Place(
        selector="",
        excerpt=", ".join(filter(None, told)),
        component=Component(landmarks=(), path=(), shape=kind.words, target=path, text=""),
    )
