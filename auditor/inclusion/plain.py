"""What the HTML of a page holds for who runs no script: counted as measures.js counts it in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urlsplit

from bs4.dammit import EncodingDetector

from auditor.evidence.site import PageFacts
from auditor.tools import measures

PLAIN_BYTES = 1024 * 1024  # read of one page

_SKIP = frozenset({"script", "style", "template", "title"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WORD = re.compile(r"[^\W_]+")


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.counts = {"words": 0, "links": 0, "headings": 0, "fields": 0}
        self._skipped = 0  # elements open whose text nobody sees

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIP:
            self._skipped += 1
        if self._skipped:
            return
        if tag == "a" and any(name == "href" for name, _ in attrs):
            self.counts["links"] += 1
        elif tag in _HEADINGS:
            self.counts["headings"] += 1
        elif tag in ("select", "textarea") or (
            tag == "input" and (dict(attrs).get("type") or "").lower() != "hidden"
        ):
            self.counts["fields"] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _SKIP:
            self._skipped -= 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIP and self._skipped:
            self._skipped -= 1

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.counts["words"] += len(_WORD.findall(data))


def plain(body: bytes, content_type: str) -> dict[str, int]:
    """Words, links, headings and fields of forms in HTML as it was sent; what <noscript> says counts."""
    said = re.search(r"charset=[\"']?([\w-]{1,40})", content_type, re.IGNORECASE)
    coding = said[1] if said else EncodingDetector.find_declared_encoding(body, is_html=True) or "utf-8"
    try:
        html = body.decode(coding, "replace")
    except (LookupError, ValueError):
        html = body.decode("utf-8", "replace")
    counter = _Counter()
    counter.feed(html)
    counter.close()
    return counter.counts


def sample(pages: Iterable[PageFacts]) -> list[tuple[str, dict[str, int]]]:
    """Pages that stand for the others, with what the browser showed of them.

    The first page, then one of each section of addresses: those with a form first.
    """
    most = measures()["without-script"]["pages"]
    first: list[tuple[str, dict[str, int]]] = []
    forms: dict[str, tuple[str, dict[str, int]]] = {}
    others: dict[str, tuple[str, dict[str, int]]] = {}
    for page in pages:
        told = page.facts.get("measures", {})
        if "plain" not in told:
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
