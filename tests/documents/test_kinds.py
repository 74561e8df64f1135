"""What a file is by its bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from auditor.documents import Unreadable
from auditor.documents.kinds import OLE2, kind_of
from auditor.evidence.document import DocumentKind


def packed(**entries: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def ooxml(part: str) -> bytes:
    return packed(**{"[Content_Types].xml": "<Types/>", part: "<x/>"})


def old(stream: str) -> bytes:
    return OLE2 + bytes(1000) + stream.encode("utf-16-le") + bytes(1000)


ODF = "application/vnd.oasis.opendocument."
KINDS = {
    "pdf": (b"%PDF-1.4\n", DocumentKind.PDF),
    "pdf after junk": (b"x" * 1000 + b"%PDF-1.4\n", DocumentKind.PDF),
    "pdf too late": (b"x" * 2000 + b"%PDF-1.4\n", DocumentKind.OTHER),
    "docx": (ooxml("word/document.xml"), DocumentKind.DOCX),
    "docx of Office 365": (ooxml("word/document2.xml"), DocumentKind.DOCX),
    "xlsx": (ooxml("xl/workbook.xml"), DocumentKind.XLSX),
    "pptx": (ooxml("ppt/presentation.xml"), DocumentKind.PPTX),
    "odt": (packed(mimetype=f"{ODF}text"), DocumentKind.ODT),
    "ods": (packed(mimetype=f"{ODF}spreadsheet"), DocumentKind.ODS),
    "odp template": (packed(mimetype=f"{ODF}presentation-template"), DocumentKind.ODP),
    "epub": (packed(mimetype="application/epub+zip"), DocumentKind.EPUB),
    "zip": (packed(**{"word/document.xml": "<x/>"}), DocumentKind.OTHER),
    "doc": (old("WordDocument"), DocumentKind.OLD_OFFICE),
    "xls": (old("Workbook"), DocumentKind.OLD_OFFICE),
    "ppt": (old("PowerPoint Document"), DocumentKind.OLD_OFFICE),
    "installer": (old("Property"), DocumentKind.OTHER),
    "rtf": (rb"{\rtf1}", DocumentKind.RTF),
    "picture": (b"\x89PNG\r\n\x1a\n", DocumentKind.OTHER),
}
REASONS = {
    "empty": (b" \n", "empty"),
    "web page": (b"\xef\xbb\xbf\n<html><p>Sign in", "web page"),
    "XHTML": (b'<?xml version="1.0"?><html>', "web page"),
    "password": (old("EncryptedPackage"), "password"),
    "cut": (ooxml("word/document.xml")[:-30], "end of the file is missing"),
    "too many parts": (b"PK\x05\x06" + bytes(6) + b"\xff\xff" + bytes(10), "parts"),
    "no directory": (b"PK\x05\x06" + bytes(6) + b"\x01\0" + b"\xff\0\0\0" + bytes(6), "damaged"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_told_by_the_bytes(tmp_path: Path, name: str) -> None:
    data, kind = KINDS[name]
    (tmp_path / "file.pdf").write_bytes(data)
    assert kind_of(tmp_path / "file.pdf") is kind


@pytest.mark.parametrize("name", REASONS)
def test_what_has_no_kind_has_a_reason(tmp_path: Path, name: str) -> None:
    data, reason = REASONS[name]
    (tmp_path / "file.pdf").write_bytes(data)
    with pytest.raises(Unreadable, match=reason):
        kind_of(tmp_path / "file.pdf")
