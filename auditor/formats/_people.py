"""What people found, in the HTML report: one list of it all, and a page for each problem and question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.formats import _figures, _tested
from auditor.formats._book import Book, Entry, Page
from auditor.formats._pager import Pager, Sheet
from auditor.formats._safe import visible
from auditor.formats._template import TEXT, TITLE, URL, address_size, text_size
from auditor.models import Outcome, PersonResult
from auditor.wcag import Criterion

PLACES = 100  # of an issue on its page
WORDS = 2_000  # characters of what happened


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One result."""

    result: PersonResult
    key: str  # of the issue, for the layout; "" for none that is open
    outcome: str
    criterion: Criterion | None
    title: str  # of the page, where it was audited
    said_by: str
    what: str
    where: str
    reference: str
    file: str  # of the issue that it made or answers; "" for none
    note: str


def people(book: Book) -> Iterator[Page]:
    """`people.html`, where there is anything to tell, and the page of each issue that people found."""
    report = book.report
    if not report.people:
        return
    tested = [result for result in report.people if result.outcome is not Outcome.UNTESTED]
    missing = Counter(r.criterion for r in report.people if r.outcome is Outcome.UNTESTED)
    pager: Pager[_Row] = Pager("people.html", _size)
    untested = [(_figures.criterion(num), n) for num, n in sorted(missing.items(), key=_in_order)]

    def page(sheet: Sheet[_Row]) -> Page:
        return book.page(
            sheet.file,
            "people",
            sheet=sheet,
            total=len(tested),
            summary=_tested.summary(report),
            answered=book.answered,
            untested=untested,
            rows=missing.total(),
        )

    for result in sorted(tested, key=lambda each: (each.page, _number(each.criterion), each.line)):
        for sheet in pager.add(_row(result, book.by_id, book.titles)):
            yield page(sheet)
    for sheet in pager.end(empty=True):
        yield page(sheet)
    for entry in book.entries:
        if not entry.issue.rule:
            rows = [_row(result, book.by_id, book.titles) for result in entry.issue.people[:PLACES]]
            yield book.page(entry.file, "found", entry=entry, rows=rows)


def _row(result: PersonResult, entries: Mapping[str, Entry], titles: Mapping[str, str]) -> _Row:
    entry = entries.get(result.found)
    return _Row(
        result=result,
        key=entry.key if entry and entry.key != "answered" else "",
        outcome=_tested.outcome(result),
        criterion=_figures.criterion(result.criterion),
        title=titles.get(result.page, ""),
        said_by=_tested.said_by(result),
        what=visible(result.what, WORDS) or (entry.title if entry else ""),
        where=visible(result.where, TEXT),
        reference=visible(result.reference, TITLE),
        file=entry.file if entry else "",
        note=_note(result),
    )


def _note(result: PersonResult) -> str:
    if result.issue and not result.found and not result.fixed:
        return "It answers a question that is not open in this audit, or was answered again since."
    return "" if result.is_audited or not result.page else "This audit did not judge the page."


def _size(row: _Row) -> int:
    return (
        address_size(row.result.page)
        + text_size(row.title, row.said_by, row.what, row.where, row.reference)
        + URL
    )


def _in_order(item: tuple[str, int]) -> tuple[int, ...]:
    return _number(item[0])


def _number(criterion: str) -> tuple[int, ...]:
    """Sorts criteria as WCAG does; what is not known comes first."""
    return tuple(map(int, criterion.split("."))) if criterion else ()
