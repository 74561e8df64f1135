"""Sitemaps, by https://www.sitemaps.org/protocol.html: XML, indexes of them, plain text, gzip."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from auditor.limits import SITEMAP_BYTES, SITEMAP_URLS

MAX_NESTING = 50  # of XML elements; four do for a sitemap
MAX_TAG = 1024 * 1024  # bytes
CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Sitemap:
    """What one sitemap file lists. `error`: why it was not read to its end."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    error: str = ""


def parse(body: bytes) -> Sitemap:
    """Read a sitemap file of any of the protocol's forms; what was read before a fault is kept.

    Nobody's file makes it use more memory than a few times `SITEMAP_BYTES`, or run for minutes.
    """
    error = ""
    if body.startswith(b"\x1f\x8b"):
        body, error = _unpack(body)
    if len(body) > SITEMAP_BYTES:
        body, error = body[:SITEMAP_BYTES], f"it is larger than {SITEMAP_BYTES // 1024 // 1024} MB"
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Sitemap(pages=tuple(islice(_lines(text), SITEMAP_URLS)), error=error)
    reader = _Reader()
    try:
        parser = XMLParser(target=reader, forbid_dtd=True)
        for start in range(0, len(text), CHUNK):
            parser.feed(text[start : start + CHUNK])
            if start - parser.parser.CurrentByteIndex > MAX_TAG:
                raise _Enough("it holds a tag that is too long for a sitemap")
        parser.close()
    except _Enough as enough:
        error = error or str(enough)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        error = error or f"it is not valid XML ({type(fault).__name__})"
    return Sitemap(pages=tuple(reader.pages), sitemaps=tuple(reader.sitemaps), error=error)


def _unpack(body: bytes) -> tuple[bytes, str]:
    """What gzip holds, up to one byte more than is wanted, and what is wrong with it."""
    out = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            while len(out) <= SITEMAP_BYTES and (piece := file.read1(CHUNK)):
                out += piece
    except (OSError, EOFError, zlib.error):
        return bytes(out), "it is not valid gzip"
    return bytes(out), ""


def _lines(text: bytes) -> Iterator[str]:
    """The addresses of a sitemap in plain text, one a line."""
    for found in re.finditer(rb"\S+", text):
        if b"://" in found[0]:
            yield found[0].decode("utf-8", "replace")


class _Enough(Exception):
    """A limit is reached. Says which."""


class _Reader:
    """Takes the addresses out as the parser goes, and builds no tree."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.sitemaps: list[str] = []
        self._in_sitemap = False
        self._depth = 0
        self._text: list[str] | None = None  # of the <loc> that is open

    def start(self, tag: str, attributes: object) -> None:
        name = _local(tag)
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise _Enough("its elements are nested too deep for a sitemap")
        if name in ("url", "sitemap"):
            self._in_sitemap = name == "sitemap"
        elif name == "loc":
            self._text = []

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._text is None or _local(tag) != "loc":
            return
        address, self._text = "".join(self._text).strip(), None
        if address:
            if len(self.pages) + len(self.sitemaps) >= SITEMAP_URLS:
                raise _Enough(f"it lists more than {SITEMAP_URLS} addresses")
            (self.sitemaps if self._in_sitemap else self.pages).append(address)

    def close(self) -> None:
        pass


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
