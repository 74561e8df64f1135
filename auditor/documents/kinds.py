"""What a file is by its bytes, never by its name or by what its server calls it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from auditor.documents import Unreadable
from auditor.evidence.document import DocumentKind
from auditor.limits import MB

PDF_BEGINS_WITHIN = 1024  # bytes: what readers allow (ISO 32000-1, annex H.3, note 13)
DIRECTORY_BYTES = 4 * MB  # of a ZIP
ENTRIES = 20_000
END_OF_ZIP = b"PK\x05\x06"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROTECTED = "It opens only with a password, so it was not read."
OOXML = {"word/": DocumentKind.DOCX, "xl/": DocumentKind.XLSX, "ppt/": DocumentKind.PPTX}
ODF = "application/vnd.oasis.opendocument."
MIMETYPES = {  # what the entry "mimetype" of a ZIP begins with
    f"{ODF}text": DocumentKind.ODT,
    f"{ODF}spreadsheet": DocumentKind.ODS,
    f"{ODF}presentation": DocumentKind.ODP,
    "application/epub+zip": DocumentKind.EPUB,
}
OLD = ("WordDocument", "Workbook", "Book", "PowerPoint Document")  # streams of .doc, .xls and .ppt
WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


def kind_of(file: Path) -> DocumentKind:
    """Raises `Unreadable` where it is empty, cut off, a web page, or opens only with a password."""
    with file.open("rb") as stream:
        head = stream.read(PDF_BEGINS_WITHIN + 8)
    if not head.strip():
        raise Unreadable("The file is empty.")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(WEB_PAGE) or (text.startswith(b"<?xml") and b"<html" in text):
        raise Unreadable("It is a web page, though it is offered as a document.")
    if b"%PDF-" in head:
        return DocumentKind.PDF
    if head.startswith(b"{\\rtf"):
        return DocumentKind.RTF
    if head.startswith(OLE2):
        return _in_ole2(file)
    if head.startswith((b"PK\x03\x04", END_OF_ZIP)):
        return _in_zip(file)
    return DocumentKind.OTHER


def _in_ole2(file: Path) -> DocumentKind:
    """The names of its streams stand in it in UTF-16, wherever its directory lies ([MS-CFB])."""
    wanted = {name: name.encode("utf-16-le") + b"\0\0" for name in ("EncryptedPackage", *OLD)}
    found: set[str] = set()
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(MB):
            found |= {name for name, as_written in wanted.items() if as_written in tail + block}
            tail = block[-64:]
    if "EncryptedPackage" in found:
        raise Unreadable(PROTECTED)
    return DocumentKind.OLD_OFFICE if found else DocumentKind.OTHER


def _in_zip(file: Path) -> DocumentKind:
    _look_at_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    said = stream.read(100).decode("ascii", "replace").strip()
                return next((kind for key, kind in MIMETYPES.items() if said.startswith(key)), _OTHER)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise Unreadable("It is damaged: what lists its parts cannot be read.") from error
    if "[Content_Types].xml" not in names:
        return _OTHER
    return next((kind for key, kind in OOXML.items() if any(n.startswith(key) for n in names)), _OTHER)


def _look_at_end(file: Path) -> None:
    """Whether the directory is there, and small enough to be read whole (APPNOTE.TXT, 4.3.16)."""
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        end = stream.read()
    at = end.rfind(END_OF_ZIP)
    if at < 0 or len(end) - at < 22:
        raise Unreadable("It is damaged: the end of the file is missing.")
    entries, length = struct.unpack_from("<HI", end, at + 10)
    if entries > ENTRIES or length > DIRECTORY_BYTES:
        raise Unreadable(f"It has more than {ENTRIES:,} parts, which no document needs.")


_OTHER = DocumentKind.OTHER
