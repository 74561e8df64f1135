"""The published accessibility statement, and what one must list: each criterion that confirmed problems fail.

The regulations ask for the parts that are not accessible, in words that the public understands
(https://www.legislation.gov.uk/uksi/2018/852, regulation 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor import wcag
from auditor.formats import _figures, _words
from auditor.formats._book import Book, Entry, Page
from auditor.models import Report, StatementVerdict

FAULTS = 12  # kinds of fault of one criterion, first to fix first
ENTRIES = 2  # issues of one kind


CONFLICTS = 100  # shown; report.json has them all
VERDICTS = {  # class of its tag, words
    StatementVerdict.WRONG: ("failure", "Wrong"),
    StatementVerdict.NOT_FOUND: ("failure", "Not found"),
    StatementVerdict.PERSON: ("person", "A person must judge"),
    StatementVerdict.FOUND: ("found", "Found"),
    StatementVerdict.INAPPLICABLE: ("found", "Nothing to judge"),
}


def sentence(report: Report) -> str:
    """Whether a statement was found, and how it stands; "" where none was looked for."""
    told = report.statement
    if told is None:
        return ""
    if told.url is None and not told.complete:
        why = f"it was not looked for to the end. {told.why_incomplete}"
        return f"No accessibility statement was found, and {why}"
    if told.url is None:
        return "No accessibility statement was found."
    counted = [
        f"{len(told.of(verdict))} {words.lower()}"
        for verdict, (_, words) in VERDICTS.items()
        if verdict in (StatementVerdict.WRONG, StatementVerdict.NOT_FOUND)
    ]
    person = len(told.of(StatementVerdict.PERSON))
    what = "The accessibility statement was found" + (", and is no web page" if told.document else "")
    checked = f"of {len(told.items)} things to check, {' and '.join(counted)}, and {person} for a person"
    differs = sum(not conflict.is_note for conflict in told.conflicts)
    ways = _words.count(differs, "way")
    return f"{what}: {checked}. It differs from what this audit found in {ways}."


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
        "statement.html",
        "statement",
        failed=failed,
        criteria=len(_figures.criteria(book.report)),
        told=book.report.statement,
        said=sentence(book.report),
        verdicts=VERDICTS,
        most=CONFLICTS,
    )
