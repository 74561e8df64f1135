"""What the HTML of a page holds for who runs no script: counted as measures.js counts it in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bs4.dammit import EncodingDetector

from auditor.evidence.site import PageFacts

PLAIN_BYTES = 1024 * 1024  # read of one page

_SILENT = re.compile(r"script|style|template|title", re.IGNORECASE)
_TAG = re.compile(r"[a-z][^\s/>]*", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=", re.IGNORECASE)
_HIDDEN = re.compile(r"\btype\s*=\s*[\"']?hidden\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def _count(html: str) -> dict[str, int]:
    """In one pass that never looks back: a parser of the standard library takes hours for some pages."""
    counts = {"words": 0, "links": 0, "headings": 0, "fields": 0}
    at = 0
    while at < len(html):
        start = html.find("<", at)
        counts["words"] += len(_WORD.findall(html[at : start if start >= 0 else len(html)]))
        if start < 0:
            break
        is_comment = html.startswith("<!--", start)
        end = html.find("-->" if is_comment else ">", start)
        if end < 0:
            break  # the rest is part of it, as in a browser
        at = end + (3 if is_comment else 1)
        named = None if is_comment else _TAG.match(html, start + 1)
        if named is None:
            continue
        tag, attributes = named[0].lower(), html[named.end() : min(end, named.end() + 5_000)]
        if _SILENT.fullmatch(tag):
            closed = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
            at = closed.start() if closed else len(html)
        elif tag == "a":
            counts["links"] += bool(_HREF.search(attributes))
        elif re.fullmatch("h[1-6]", tag):
            counts["headings"] += 1
        elif tag in ("select", "textarea") or (tag == "input" and not _HIDDEN.search(attributes)):
            counts["fields"] += 1
    return counts


def plain(body: bytes, content_type: str) -> dict[str, int]:
    """Words, links, headings and fields of forms in HTML as it was sent; what <noscript> says counts."""
    said = re.search(r"charset=[\"']?([\w-]{1,40})", content_type, re.IGNORECASE)
    coding = said[1] if said else EncodingDetector.find_declared_encoding(body, is_html=True) or "utf-8"
    try:
        html = body.decode(coding, "replace")
    except (LookupError, ValueError):
        html = body.decode("utf-8", "replace")
    return _count(html)


def sample(pages: Iterable[PageFacts], most: int) -> list[tuple[str, dict[str, int]]]:
    """Pages that stand for the others, with what the browser showed of them.

    The first page, then one of each section of addresses: those with a form first. What only a journey met is
    left out: asked for by its address alone, it is another page.
    """
    first: list[tuple[str, dict[str, int]]] = []
    forms: dict[str, tuple[str, dict[str, int]]] = {}
    others: dict[str, tuple[str, dict[str, int]]] = {}
    for page in pages:
        told = page.facts.get("measures", {})
        if "plain" not in told or not page.by_address:
            continue
        each = page.url, told["plain"]
        section = urlsplit(page.url).path.strip("/").partition("/")[0]
        if not first:
            first.append(each)
        elif told["fields"] and len(forms) < most:
            forms.setdefault(section, each)
        elif len(others) < most:
            others.setdefault(section, each)
    others = {section: each for section, each in others.items() if section not in forms}
    return [*first, *forms.values(), *others.values()][:most]
