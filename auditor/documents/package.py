"""The ZIP that an office file is, looked at before anything of it is read, and its parts.

Read with lxml alone. The libraries that write such files keep little of what is judged here (alternatives,
header rows, languages), refuse templates, files with macros and Strict Open XML, and make a cell for each
that a merged range declares, which may be 17 billion. What a file points to elsewhere is never fetched.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from auditor.documents import Unreadable
from auditor.limits import MB, PACKAGE_BYTES, PACKAGE_ENTRIES, PACKAGE_PART_BYTES, PACKAGE_RATIO

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OUGHT_TO_END = b"PK\x05\x06"  # a ZIP without this is cut off
ENTRY = b"PK\x01\x02"
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that the formats allow
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")  # ISO 29500's own names, since 2008

PROTECTED = (
    "It is protected with a password, so it was not read: nobody without the password can read it either."
)
CUT = "It is damaged: the end of the file is missing."
EMPTY = "It is damaged: it has no document in it."
DAMAGED = "It is damaged: a part of it cannot be read."
TOO_LARGE = "It is too large to read when it is unpacked."
BOMB = "It unpacks to far more than a document needs, as files do that are made to harm."
DECLARES = "It declares entities of its own, as no office program does and files do that are made to harm."

Element = Any  # lxml has no types
Faults = (
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
)


class Package:
    """An office file whose ZIP was found harmless; `opened` makes one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def bytes(self, name: str) -> io.BufferedIOBase:
        """A part as a stream. Raises `KeyError`."""
        return self._archive.open(name)  # type: ignore[return-value]

    def size(self, name: str) -> int:
        return self._archive.getinfo(name).file_size

    def xml(self, name: str) -> Element | None:
        """A part's root, None where there is none. Raises `Unreadable`."""
        if name not in self.names:
            return None
        if self.size(name) > PACKAGE_PART_BYTES:
            raise Unreadable(TOO_LARGE)
        data = STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", self._archive.read(name))
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))

    def streamed(self, name: str, *tags: str) -> Iterator[Element]:
        """A large part's elements of these names as they end: who reads them clears them."""
        with self._archive.open(name) as stream:
            parts = etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True)
            for _, element in parts:
                yield element

    def related(self, name: str) -> Mapping[str, tuple[str, str]]:
        """What an Open XML part refers to: by id, the last word of the kind, and the part's name or URL."""
        folder, _, file = name.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        told = {}
        for each in () if root is None else root.iter("{*}Relationship"):
            target = each.get("Target", "")
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            told[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target)
        return told

    def main(self) -> str:
        """The name of the part that an Open XML file is about. Raises `Unreadable`."""
        for kind, target in self.related("").values():
            if kind == "officeDocument" and target in self.names:
                return target
        if any("vba" in name.casefold() for name in self.names):
            raise Unreadable("It holds macros and no document.")
        raise Unreadable(EMPTY)

    def properties(self) -> dict[str, Any]:
        """What an Open XML file says of itself: fields of `Document`."""
        core, extended = self.xml("docProps/core.xml"), self.xml("docProps/app.xml")
        if core is None:  # it may stand under another name
            names = [name for kind, name in self.related("").values() if kind == "core-properties"]
            core = self.xml(names[0]) if names else None
        return {
            "title": text_of(core, "{*}title"),
            "producer": " ".join(
                filter(None, (text_of(extended, "{*}Application"), text_of(extended, "{*}AppVersion")))
            ),
            "created": when(text_of(core, "{*}created")),
            "modified": when(text_of(core, "{*}modified")),
        }

    def count(self, what: str) -> int | None:
        """A figure of its statistics ("Pages"), as the program that wrote it counted."""
        return number(text_of(self.xml("docProps/app.xml"), f"{{*}}{what}"))


@contextmanager
def opened(file: Path) -> Iterator[Package]:
    """An office file, once its ZIP was looked at. Raises `Unreadable`, also for what shows on reading."""
    try:
        _look_at_bytes(file)
        with zipfile.ZipFile(file) as archive:
            _look_at(archive, file.stat().st_size)
            package = Package(archive)
            _look_at_manifest(package)
            yield package
    except Faults as error:
        raise Unreadable(DAMAGED) from error


def _look_at_bytes(file: Path) -> None:
    data = file.read_bytes()
    if data.startswith(OLE2):  # Open XML with a password stands in a file of the old kind
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(PROTECTED)
        raise Unreadable("It is in an old format of Office's, which is not read.")
    if OUGHT_TO_END not in data:
        raise Unreadable(CUT if data.startswith(b"PK") else DAMAGED)
    if data.count(ENTRY) > PACKAGE_ENTRIES:
        raise Unreadable(f"It has over {PACKAGE_ENTRIES:,} parts.")


def _look_at(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    if any(each.flag_bits & 1 for each in parts):
        raise Unreadable(PROTECTED)
    if any(each.compress_type not in PACKED for each in parts):
        raise Unreadable("It is packed in a way that no office program uses.")
    if sum(each.compress_size for each in parts) > size:  # parts that lie over each other
        raise Unreadable(BOMB)
    if any(
        each.file_size > 10 * MB and each.file_size > PACKAGE_RATIO * each.compress_size for each in parts
    ):
        raise Unreadable(BOMB)
    if sum(each.file_size for each in parts) > PACKAGE_BYTES:
        raise Unreadable(TOO_LARGE)
    for each in parts:
        if each.filename.endswith((".xml", ".rels")):
            with archive.open(each) as stream:
                _look_for_entities(stream)


def _look_for_entities(stream: Any) -> None:
    before = b""
    while piece := stream.read(MB):
        text = (before + piece).replace(b"\0", b"")  # of UTF-16 every other byte
        if b"<!ENTITY" in text:  # a DOCTYPE alone, which old programs write, names a file that is not fetched
            raise Unreadable(DECLARES)
        before = text[-10:]


def _look_at_manifest(package: Package) -> None:
    """OpenDocument lists there what is encrypted. Old programs wrote it so that no XML parser takes it."""
    name = "META-INF/manifest.xml"
    if name not in package.names:
        return
    if package.size(name) > PACKAGE_PART_BYTES:
        raise Unreadable(TOO_LARGE)
    with package.bytes(name) as stream:
        if b"encryption-data" in stream.read():
            raise Unreadable(PROTECTED)


def text_of(root: Element | None, path: str) -> str:
    """The text of the first element so named; "" where there is none."""
    found = None if root is None else next(root.iter(path), None)
    return "" if found is None else " ".join("".join(found.itertext()).split())[:500]


def number(text: str | None) -> int | None:
    """A count as XML has it. None: it is none, or nobody could have counted so far."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def when(text: str) -> datetime | None:
    """A time as these formats write it; without a zone it is taken as UTC."""
    try:
        told = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text.strip()))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
