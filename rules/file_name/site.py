"""WCAG 2.4.4: links to one document under names that have nothing in common. One of them may mislead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.site import FileLink, SitePages, plain

FILES = 20_000  # documents held at once; later ones are not judged
NAMES = 20  # of one document
STEM = 5  # letters by which two words are one: "discount", "discounts"
# What says nothing of one document among others, in English and Welsh.
_EMPTY = """
a an and at by for from here in of on or our read see the this to with your click download open view document
documents file files form forms guide leaflet letter list more page pdf word excel powerpoint spreadsheet
version kb mb a ac ar dogfen ffeil i lawrlwytho o y yma yn yr
"""
EMPTY = frozenset(_EMPTY.split())
ADDRESS = re.compile(r"[^\W\d_]+")


def judge(site: SitePages) -> Iterator[Verdict]:
    names: dict[str, dict[frozenset[str], str]] = {}  # document -> words of a name -> the name, in order
    for _, structure in site.structures():
        for link in structure.files:
            if (words := _words(link.text)) and (link.href in names or len(names) < FILES):
                known = names.setdefault(link.href, {})
                if len(known) < NAMES:
                    known.setdefault(words, link.text)
    for page, structure in site.structures():
        for link in structure.files:
            words = _words(link.text)
            others = [name for other, name in names.get(link.href, {}).items() if other != words]
            if not words or not others:
                continue
            if _is_odd(link, words, names[link.href]):
                message = f"“{link.text}” and “{others[0]}” lead to one document: {link.href}"
                yield cant_tell(link.place, message, url=page.url)
            else:
                yield passed(page.place, url=page.url)


def _words(text: str) -> frozenset[str]:
    """What a name says, without what any name may say."""
    return frozenset(word[:STEM] for word in plain(text).split() if word not in EMPTY and len(word) > 1)


def _is_odd(link: FileLink, words: frozenset[str], known: dict[frozenset[str], str]) -> bool:
    """Whether a name shares no word with another of its document, and another fits the address better.

    Where no name does, all of them are odd: nobody can say which is right.
    """
    if any(words & other for other in known if other != words):
        return False
    address = {word.casefold()[:STEM] for word in ADDRESS.findall(unquote(link.href.rpartition("/")[2]))}
    fitting = [other for other in known if other & address]
    return words not in fitting
