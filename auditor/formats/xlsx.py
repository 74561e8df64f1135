"""`report.xlsx`: a workbook for officers, for Excel, LibreOffice and every other spreadsheet (ECMA-376).

Each sheet is one plain table: headings in the first row, which stays in sight and is repeated in print, no
merged cells. Screen readers read the headings out by the name `ColumnTitle`
(https://support.freedomscientific.com/Content/Documents/Manuals/JAWS/JAWS-Excel.pdf).

A text stays a text: none is written as a formula or a link, and each is marked (`quotePrefix`) so that it is
none either after a person has edited its cell.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.formats import _figures, _tables, _uncovered, _words
from auditor.formats._safe import visible
from auditor.formats._tables import Row
from auditor.models import Report
from auditor.priority import priorities

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_576  # of a sheet, as Excel has them
LONGEST = 2_000  # characters of a text; spelt out, six times that, still under a cell's 32,767
_CHUNK = 64 * 1024
_WIDEST = 60  # of a column, in characters


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `report.xlsx`; memory stays flat whatever the number of findings."""
    yield "report.xlsx", _chunks(report)


def _chunks(report: Report) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.xlsx"
        _write(report, file)
        with file.open("rb") as made:
            while chunk := made.read(_CHUNK):
                yield chunk


def _write(report: Report, file: Path) -> None:
    from xlsxwriter import Workbook  # 10 MB and slow to import, and no use while pages are audited

    name = visible(report.site.name, 100)
    book = Workbook(str(file), {"constant_memory": True, "tmpdir": str(file.parent)})
    book.set_properties(
        {
            "title": f"Accessibility audit of {name}",
            "subject": _figures.judged_of(report),
            "author": "Council auditor",
            "created": report.run.started.replace(tzinfo=None),
        }
    )
    cell = {"valign": "top", "align": "left", "quote_prefix": True}
    short, long = book.add_format(cell), book.add_format({**cell, "text_wrap": True})
    head = book.add_format({"bold": True, "bg_color": "#1D3557", "font_color": "#FFFFFF", "valign": "top"})
    for title, rows, how in (
        ("Summary", _summary(report), long),
        ("Issues", _tables.issues(report), long),
        ("Pages", _tables.audited(report), short),
        ("Findings", _tables.findings(report, report.findings()), short),
        ("Not audited", _tables.not_audited(report), short),
        ("Documents", _tables.documents(report), short),
        ("Method", _method(report), long),
    ):
        _sheet(book, title, iter(rows), head, how)
    book.close()


def _sheet(book: Workbook, title: str, rows: Iterator[Row], head: Any, how: Any) -> None:
    from xlsxwriter.utility import xl_range_abs

    headings = next(rows)
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    last = len(headings) - 1
    book.define_name(f"'{title}'!ColumnTitle", f"='{title}'!{xl_range_abs(0, 0, 0, last)}")
    first = list(islice(rows, 100))
    widths = []
    for column, heading in enumerate(headings):
        longest = max((len(_shown(value)) for row in first for value in row[column : column + 1]), default=0)
        widths.append(min(_WIDEST, max(len(str(heading)) + 4, longest + 2)))
        sheet.set_column(column, column, widths[-1])
        sheet.write_string(0, column, str(heading), head)
    rows = chain(first, rows)
    place = 0
    for row in islice(rows, ROWS - 2):  # beside the headings and what says how many are missing
        place += 1
        if how.text_wrap:  # no spreadsheet makes room by itself for what is written row by row
            lines = max(len(_shown(value)) // width + 1 for value, width in zip(row, widths, strict=False))
            sheet.set_row(place, min(409, 15 * lines))
        _row(sheet, place, row, how)
    if left := list(islice(rows, 1)):
        more = len(left) + sum(1 for _ in rows)
        place += 1
        sheet.write_string(place, 0, f"{more:,} more: a sheet holds no more. All are in report.json.", how)
    sheet.autofilter(0, 0, place, last)


def _row(sheet: Worksheet, place: int, row: Row, how: Any) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int | float):
            sheet.write_number(place, column, value, how)
        else:
            sheet.write_string(place, column, _shown(value), how)


def _shown(value: object) -> str:
    shown = visible("" if value is None else str(value), LONGEST)
    # What begins and ends like this XlsxWriter takes for a rich text, and writes it as XML, unescaped.
    return f"{shown} " if shown.startswith("<r>") and shown.endswith("</r>") else shown


def _summary(report: Report) -> Iterator[Row]:
    yield "What", "How it stands", "Of", "Of what"
    coverage, figures = report.coverage, _figures.figures(report)
    known = figures.priorities
    yield "Website", report.site.name
    yield "Audited", _words.moment(report.run.started)
    yield "Against", _figures.standard(report)
    yield "In a sentence", _figures.state(report, figures)
    yield "How much was audited", _figures.judged_of(report)
    for reason in _figures.why_incomplete(report):
        yield "Why this is incomplete", reason
    if stop := _uncovered.stop(report):
        yield "Stopped early", f"{stop.reason} {stop.advice}"
    if driven := _figures.driven_of(report):
        yield "How much was also used", driven
    if unchanged := _figures.unchanged_of(report):
        yield "How much was unchanged", unchanged
    yield "Pages audited", coverage.audited, coverage.in_scope, "web pages in scope"
    for told, pages, issues in (
        ("confirmed problems", figures.failure_pages, known.problems),
        ("questions for a person", figures.person_pages, known.questions),
        ("advice", figures.advice_pages, known.advice),
    ):
        yield f"Issues: {told}", len(issues), len(report.issues), "issues of all kinds"
        yield f"Pages with {told}", pages, coverage.audited, "pages audited"
    documents = report.documents
    yield "Documents judged", documents.judged, documents.known, "documents that pages link to"
    yield "Documents with confirmed problems", figures.failure_documents, documents.judged, "documents judged"
    problems = known.problems
    for impact, (word, meaning) in _words.IMPACTS.items():
        some = sum(issue.impact is impact for issue in problems)
        yield f"Confirmed problems: {word.lower()}", some, len(problems), f"confirmed problems. {meaning}"
    for group in figures.groups:
        yield (
            f"Confirmed problems that hurt: {group.name}",
            group.problems,
            len(problems),
            "confirmed problems",
        )
    if report.comparison:
        yield "Since the audit before", _words.changes(report.comparison)
        yield "Compared with", report.comparison.before


def _method(report: Report) -> Iterator[Row]:
    yield "What", "Value"
    yield "What this cannot tell", _figures.CAUTION
    for note in _figures.notes(report):
        yield "Note", note
    for limit in _figures.limits(report):
        yield "Limit that was reached", limit
    yield "Order of issues", f"By {priorities(report).formula}."
    yield "Started", _words.moment(report.run.started)
    yield "Ended", _words.moment(report.run.finished)
    for tool, version in sorted(report.run.versions.items()):
        yield f"Version: {tool}", version
    for setting, value in _figures.settings(report):
        yield f"Setting: {setting}", _figures.setting(value)
    for result in _figures.criteria(report):
        criterion = result.criterion
        told = f"{result.words}. Rules that ran: {result.rules}"
        yield f"{criterion.num} {criterion.name} (level {criterion.level})", told
