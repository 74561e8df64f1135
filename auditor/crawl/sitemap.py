"""Sitemaps, by https://www.sitemaps.org/protocol.html: XML, indexes of them, plain text, RSS and Atom, gzip.

Read as they come, and given out as they are read: of a file of any size only a piece is held. The XML is
read by expat itself; document types are refused, and with them every entity, of which there is none
without one. Own code, since the library for it, ultimate-sitemap-parser, holds each file whole, takes gzip
by its name and fetches by a client that would go past the network guard.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from auditor.limits import (
    MAX_URL_LENGTH,
    SITEMAP_BYTES,
    SITEMAP_ELEMENTS,
    SITEMAP_NAMES,
    SITEMAP_NESTING,
    SITEMAP_TAG,
    SITEMAP_URLS,
)
from auditor.net.inflate import PIECE, Damaged, Inflater

_BLANK = b"\xef\xbb\xbf \t\r\n"  # with UTF-8's byte order mark
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An address in a sitemap, as it stands there: of a page, or of another sitemap."""

    url: str
    sitemap: bool = False


class _Enough(Exception):
    """The file is not read further. Says why."""


class Reader:
    """Reads one file: `feed` it piece by piece, then `close` it. What a file holds raises nothing.

    `error`: why it was not read to its end, "" as long as it was; feeding more is then idle.
    """

    def __init__(self) -> None:
        self.error = ""
        self._held = bytearray()  # until there is a piece: a server may send byte by byte
        self._came = self._unpacked = self._listed = 0
        self._inflater: Inflater | None = None
        self._form: _Xml | _Text | None = None

    def feed(self, data: bytes) -> Iterator[list[Entry]]:
        """The addresses that `data` completes, some at a time; to be exhausted before the next call."""
        self._held += data
        if len(self._held) < PIECE:
            return
        data = bytes(self._held)
        for start in range(0, len(data) - PIECE + 1, PIECE):
            yield from self._read(data[start : start + PIECE])
        self._held[:] = data[len(data) // PIECE * PIECE :]

    def close(self) -> Iterator[list[Entry]]:
        """The last addresses; then `error` is final."""
        yield from self._read(bytes(self._held), final=True)
        if self._form and self._form.too_long and not self.error:
            left_out = self._form.too_long
            self.error = f"{left_out} of its addresses are longer than {MAX_URL_LENGTH} characters"

    def _read(self, data: bytes, *, final: bool = False) -> Iterator[list[Entry]]:
        if self.error:
            return
        try:
            if not self._came and data.startswith(b"\x1f\x8b"):
                self._inflater = Inflater()
            self._came += len(data)
            if self._came > SITEMAP_BYTES:  # packed, even
                raise _too_large()
            for piece in self._inflater.feed(data) if self._inflater else (data,):
                self._parse(piece)
                yield self._found()
                if self.error:
                    return
            if final:
                if self._inflater and not self._inflater.complete:
                    raise Damaged
                self._parse(b"", final=True)
        except _Enough as enough:
            self.error = str(enough)
        except Damaged:
            self.error = "it is not valid gzip"
        yield self._found()

    def _parse(self, data: bytes, *, final: bool = False) -> None:
        room = SITEMAP_BYTES - self._unpacked
        self._unpacked += len(data)
        wanted = data[:room]
        if self._form is None:
            wanted = wanted.lstrip(_BLANK)
            if wanted.lower().startswith((b"<!doctype html", b"<html")):
                raise _Enough("it is a web page and no sitemap")
            if wanted:
                self._form = _Text() if _is_text(wanted) else _Xml()
        if self._form:
            self._form.feed(wanted, final=final)
        if len(data) > room:
            raise _too_large()

    def _found(self) -> list[Entry]:
        """What was found since the last time, up to the number that a file may list."""
        if self._form is None:
            return []
        found, self._form.found = self._form.found, []
        room = SITEMAP_URLS - self._listed
        self._listed += min(len(found), room)
        if len(found) > room:
            self.error = self.error or f"it lists more than {SITEMAP_URLS} addresses"
        return found[:room]


def _too_large() -> _Enough:
    return _Enough(f"it is larger than {SITEMAP_BYTES // 1024 // 1024} MB")


def _is_text(start: bytes) -> bool:
    if start.startswith(_UTF16):
        return b"<" not in start[2:4]
    return not start.startswith((b"<", b"\0<"))


class _Form:
    """What both forms of a file have: addresses found and not yet given out."""

    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.too_long = 0

    def _take(self, url: str, *, sitemap: bool = False) -> None:
        if len(url) > MAX_URL_LENGTH:
            self.too_long += 1
        elif url:
            self.found.append(Entry(url=url, sitemap=sitemap))


class _Text(_Form):
    """One address a line; what is none is left out."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder: codecs.IncrementalDecoder | None = None
        self._rest = ""  # of a word that has not ended

    def feed(self, data: bytes, *, final: bool) -> None:
        if self._decoder is None:
            coding = "utf-16" if data.startswith(_UTF16) else "utf-8"
            self._decoder = codecs.getincrementaldecoder(coding)("replace")
        text = self._rest + self._decoder.decode(data, final)
        words = text.split()
        ended = final or not words or text[-1].isspace()
        self._rest = "" if ended else words.pop()[: MAX_URL_LENGTH + 1]
        for word in words:
            if "://" in word:
                self._take(word)


class _Xml(_Form):
    """The text of each <loc> of a <url> or <sitemap>, the link of each <item> (RSS) or <entry> (Atom)."""

    def __init__(self) -> None:
        super().__init__()
        self._path: list[str] = []  # local names of the elements around, outermost first
        self._elements = self._fed = self._size = self._open = 0
        self._names: set[str] = set()
        self._text: list[str] = []  # of the address in the element at depth `_open`
        self._length = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, data: bytes, *, final: bool) -> None:
        self._fed += len(data)
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as fault:
            raise _Enough(f"it is not valid XML ({fault})") from None
        except (ValueError, LookupError):
            raise _Enough("it is not valid XML (its encoding is not known)") from None
        if self._fed - self._parser.CurrentByteIndex > SITEMAP_TAG:
            raise _Enough("it holds a tag that is too long for a sitemap")

    def _doctype(self, *_: object) -> None:
        raise _Enough("it has a document type, which is not read for safety")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in self._names or not self._names.issuperset(attributes):
            self._check_names({tag, *attributes})
        name = tag.rpartition(":")[2].lower()
        around = self._path[-1] if self._path else ""
        self._path.append(name)
        self._elements += 1
        if len(self._path) > SITEMAP_NESTING:
            raise _Enough("its elements are nested too deep for a sitemap")
        if self._elements > SITEMAP_ELEMENTS:
            raise _Enough("it has too many elements for a sitemap")
        if (name == "loc" and around in ("url", "sitemap")) or (name == "link" and around == "item"):
            self._open, self._text, self._length = len(self._path), [], 0
            self._parser.CharacterDataHandler = self._data
        elif name == "link" and around == "entry" and attributes.get("rel", "alternate") == "alternate":
            self._take(attributes.get("href", "").strip())

    def _check_names(self, names: set[str]) -> None:
        self._size += sum(map(len, names - self._names))
        self._names |= names
        if self._size > SITEMAP_NAMES:
            raise _Enough("it has too many different tags for a sitemap")

    def _data(self, text: str) -> None:
        text = text if self._text else text.lstrip()
        if text and self._length <= MAX_URL_LENGTH:
            self._text.append(text)
            self._length += len(text)

    def _end(self, tag: str) -> None:
        if len(self._path) == self._open:
            self._parser.CharacterDataHandler = None
            self._open = 0
            self._take("".join(self._text).strip(), sitemap=self._path[-2] == "sitemap")
        self._path.pop()
