"""Everything in the HTML report, on one page: the second way to each of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.formats import _words
from auditor.formats._book import Book, Page, ledger
from auditor.formats._template import NAVIGATION

NAMES = (
    dict(NAVIGATION)
    | {
        "sample.html": "The sample",
        "questions.html": "Needs a person",
        "advice.html": "Advice",
        "owners.html": "Who can fix what",
        "people.html": "What people found",
        "other-sites.html": "Other websites that are linked",
        "states.html": "Cookie banners, variants and states of pages",
        "untested.html": "Parts of audited pages that were not judged",
        "rule-errors.html": "Rules that broke down",
        "accessibility.html": "Accessibility of this report",
    }
    | {ledger(outcome): f"Addresses: {name.lower()}" for outcome, (name, _) in _words.URL_OUTCOMES.items()}
)
_PART = re.compile(r"(.+)-(\d+)\.html")


def contents(book: Book) -> Iterator[Page]:
    """`contents.html`; comes last, when all other pages are made."""
    yield book.page("contents.html", "contents", entries=_entries(book))


def _entries(book: Book) -> list[tuple[str, str]]:
    """Name and file of each page but those of single issues, pages and owners; the navigation's first."""
    found = []
    order = {name: number for number, name in enumerate(NAMES)}
    for file in book.made:
        part = _PART.fullmatch(file)
        whole = f"{part[1]}.html" if part else file
        if whole in NAMES:
            found.append((order[whole], f"{NAMES[whole]}, part {part[2]}" if part else NAMES[whole], file))
    return [(name, file) for _, name, file in sorted(found, key=lambda entry: entry[0])]
