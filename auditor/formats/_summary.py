"""The first page of the HTML report: how the site stands, what to fix first, whom it hurts, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.formats import _figures, _statement, _words
from auditor.formats._book import Book, Entry, Page
from auditor.formats._history import trend
from auditor.formats._pictures import element, shown

CHANGES = 50  # issues in one list of what changed
FIRST = 3  # problems to fix first
GROUPS = 5  # of people, the most hurt


def summary(book: Book) -> Iterator[Page]:
    """`index.html`."""
    criteria = _figures.criteria(book.report)
    yield book.page(
        "index.html",
        "index",
        state=_figures.state(book.report, book.figures),
        first=[(entry, shown(book, entry), _place(book, entry)) for entry in book.problems[:FIRST]],
        since=trend(book.report) if len(book.report.history) > 1 else "",
        groups=book.figures.groups[:GROUPS],
        failed_criteria=sum(1 for each in criteria if each.verdict == "failure"),
        criteria_ran=sum(1 for each in criteria if each.rules),
        criteria=len(criteria),
        took=_words.duration(book.report.run),
        comparison=book.report.comparison,
        gate=book.report.gate,
        statement=_statement.sentence(book.report),
        **_changes(book),
    )


def _place(book: Book, entry: Entry) -> str:
    """Where it is, for who reads no code: “The button “Search”, for example on the page “Find a school”"."""
    what = element(entry.issue.component) if entry.issue.component else "a part of the page"
    example = next((book.titles.get(f.url) for f in entry.issue.examples if book.titles.get(f.url)), "")
    on = f", for example on the page “{example}”" if example else ""
    return f"{what[0].upper()}{what[1:]}{on}"


def _changes(book: Book) -> dict[str, Any]:
    """Lists of what changed, each with how many more there are."""
    comparison = book.report.comparison
    if comparison is None:
        return {}
    files = {entry.issue.id: entry.file for entry in book.entries}
    lists = []
    for status, heading in _words.CHANGE_HEADINGS.items():
        found = comparison.of(status)
        entries = [
            (
                change.issue.title,
                _words.part(change.issue.component) if change.issue.component else change.issue.rule,
                len(change.issue.pages),
                files.get(change.issue.id),
                _words.why_so(change),
            )
            for change in found[:CHANGES]
        ]
        if found:
            lists.append((heading, entries, max(0, len(found) - CHANGES)))
    return {"change_lists": lists, "changed": _words.changes(comparison)}
