"""The lists of the HTML report: confirmed problems, questions for a person, advice; first to fix first."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.formats._book import Book, Entry, Page
from auditor.formats._pager import Pager
from auditor.formats._safe import visible
from auditor.formats._template import text_size


def issue_lists(book: Book) -> Iterator[Page]:
    """`problems.html`, `questions.html`, `advice.html`, and further files where they are long."""
    for file, entries in (
        ("problems.html", book.problems),
        ("questions.html", book.person),
        ("advice.html", book.advice),
    ):
        pager: Pager[Entry] = Pager(file, _row_size)
        template = file.removesuffix(".html")
        sheets = [sheet for entry in entries for sheet in pager.add(entry)]
        for sheet in [*sheets, *pager.end(empty=True)]:
            yield book.page(sheet.file, template, sheet=sheet)


def _row_size(entry: Entry) -> int:
    return text_size(entry.title, visible(entry.where, 200)) + 1_000  # what surrounds them
