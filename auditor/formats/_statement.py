"""What an accessibility statement must list, from the evidence: each criterion that confirmed problems fail.

The regulations ask for the parts that are not accessible, in words that the public understands
(https://www.legislation.gov.uk/uksi/2018/852, regulation 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor import wcag
from auditor.formats import _figures
from auditor.formats._book import Book, Entry, Page

FAULTS = 12  # kinds of fault of one criterion, first to fix first
ENTRIES = 2  # issues of one kind


@dataclass(frozen=True, kw_only=True)
class _Failed:
    """One criterion with what fails it; a rule is named once, however many issues it has."""

    criterion: wcag.Criterion
    pages: int
    documents: int
    faults: tuple[tuple[str, int, tuple[Entry, ...]], ...]  # title, issues, the first of them
    more: int  # kinds of fault left out


def for_statement(book: Book) -> Iterator[Page]:
    """`statement.html`."""
    by_criterion: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in book.problems:
        for num, _ in entry.criteria:
            by_criterion[num][entry.title].append(entry)
    failed = [
        _Failed(
            criterion=result.criterion,
            pages=book.figures.criterion_pages[result.criterion.num],
            documents=book.figures.criterion_documents[result.criterion.num],
            faults=tuple(
                (title, len(entries), tuple(entries[:ENTRIES]))
                for title, entries in islice(by_criterion[result.criterion.num].items(), FAULTS)
            ),
            more=max(0, len(by_criterion[result.criterion.num]) - FAULTS),
        )
        for result in _figures.criteria(book.report)
        if result.criterion.num in by_criterion
    ]
    yield book.page(
        "statement.html", "statement", failed=failed, criteria=len(_figures.criteria(book.report))
    )
