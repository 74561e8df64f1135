"""What kinds of document are called, by their bytes, by the server's word and by their names."""

from __future__ import annotations

from auditor.evidence.document import DocumentKind

KINDS: dict[DocumentKind, str] = {
    DocumentKind.PDF: "PDF document",
    DocumentKind.DOCX: "Word document",
    DocumentKind.XLSX: "spreadsheet",
    DocumentKind.PPTX: "slides",
    DocumentKind.ODT: "text document",
    DocumentKind.ODS: "spreadsheet",
    DocumentKind.ODP: "slides",
    DocumentKind.OLD_OFFICE: "old office file",
    DocumentKind.RTF: "text document",
    DocumentKind.EPUB: "e-book",
    DocumentKind.OTHER: "other file",
}
# What names a document in a media type (https://www.iana.org/assignments/media-types/).
_SAID = {
    "application/pdf": "PDF document",
    "application/x-pdf": "PDF document",
    "msword": "Word document",
    "wordprocessingml": "Word document",
    "opendocument.text": "text document",
    "/rtf": "text document",
    "ms-excel": "spreadsheet",
    "spreadsheetml": "spreadsheet",
    "opendocument.spreadsheet": "spreadsheet",
    "ms-powerpoint": "slides",
    "presentationml": "slides",
    "opendocument.presentation": "slides",
    "epub": "e-book",
    "text/csv": "data file",
}
UNJUDGED = frozenset({"e-book", "data file"})  # kinds that no reader of ours opens, whatever they hold
UNJUDGED_ENDINGS = (".doc", ".dot", ".xls", ".xlsb", ".ppt", ".pps", ".rtf", ".epub", ".csv")


def said(content_type: str) -> str | None:
    """What the server's word says it is, where that is a document."""
    told = content_type[:200].lower()
    return next((kind for name, kind in _SAID.items() if name in told), None)
