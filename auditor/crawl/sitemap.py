"""Sitemaps, by https://www.sitemaps.org/protocol.html: XML, indexes of them, plain text, gzip."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_BYTES = 50 * 1024 * 1024  # unpacked; the protocol's own limit
MAX_URLS = 50_000  # in one file; the protocol's own limit
MAX_FILES = 1_000
MAX_DEPTH = 5  # indexes within indexes


@dataclass(frozen=True, kw_only=True)
class Sitemap:
    """What one sitemap file lists. `error`: why it was not read to its end."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    error: str = ""


def parse(body: bytes) -> Sitemap:
    """Read a sitemap file of any of the protocol's forms; what was read before a fault is kept."""
    error = ""
    if body[:2] == b"\x1f\x8b":
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            return Sitemap(error="it is not valid gzip")
    if len(body) > MAX_BYTES:
        body, error = body[:MAX_BYTES], f"it is larger than {MAX_BYTES // 1024 // 1024} MB"
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"<"):
        lines = text.decode("utf-8", "replace").split()
        return Sitemap(pages=tuple(line for line in lines if "://" in line)[:MAX_URLS], error=error)
    pages: list[str] = []
    sitemaps: list[str] = []
    kind = ""
    try:
        for event, element in iterparse(io.BytesIO(text), events=("start", "end"), forbid_dtd=True):
            name = element.tag.rpartition("}")[2].lower()
            if event == "start":
                if name in ("url", "sitemap"):
                    kind = name
                continue
            if name == "loc" and element.text:
                (sitemaps if kind == "sitemap" else pages).append(element.text.strip())
                if len(pages) + len(sitemaps) >= MAX_URLS:
                    error = error or f"it lists more than {MAX_URLS} addresses"
                    break
            if name in ("url", "sitemap"):
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as fault:
        error = error or f"it is not valid XML ({type(fault).__name__})"
    return Sitemap(pages=tuple(pages), sitemaps=tuple(sitemaps), error=error)
