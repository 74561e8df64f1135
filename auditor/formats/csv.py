"""`issues.csv`, `findings.csv` and `pages.csv`, for a spreadsheet: RFC 4180, every field quoted.

A spreadsheet runs what looks like a formula, so a text from a website that does is told apart by an
apostrophe: https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from auditor.formats import _sample, _tables
from auditor.formats._safe import visible
from auditor.models import Finding, Report

LONGEST = 2_000  # characters of a text; no field reaches the 32,767 that spreadsheets hold
_CHUNK = 64 * 1024

# At the start of a field, and after the semicolon that spreadsheets of many countries part fields at;
# behind spaces and what shows nothing too, and in full width, as East Asian spreadsheets take it.
_RUNS = (
    "(?=[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]*[=+\\-@\uff1d\uff0b\uff0d\uff20])"
)
_FORMULA = re.compile(f"(^|;){_RUNS}")
_GUARDED = re.compile(f"(^|;)'{_RUNS}")


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """What one repair clears, each element that was found, each known address with what became of it.

    And what was measured on each page for inclusion, and the pages of the sample, where there are any.
    """
    yield "issues.csv", chunks(_tables.issues(report))
    yield "findings.csv", findings(report, report.findings())
    yield "pages.csv", chunks(_tables.pages(report))
    yield "documents.csv", chunks(_tables.documents(report))
    yield "media.csv", chunks(_tables.media(report))
    if told := _sample.account(report):
        yield "sample.csv", chunks(_tables.sample(told))
    if report.inclusion():
        yield "inclusion.csv", chunks(report.inclusion_rows())


def findings(report: Report, found: Iterable[Finding]) -> Iterator[bytes]:
    """A table of findings, in their order."""
    return chunks(_tables.findings(report, found))


def checklist(report: Report) -> Iterator[bytes]:
    """What a person must test, to fill in: a row each criterion and page, and each question left open."""
    return chunks(_tables.checklist(report))


def _field(value: object) -> str:
    """`value` on one line, with nothing hidden in it, and no formula to any spreadsheet."""
    return _FORMULA.sub(r"\1'", visible("" if value is None else str(value), LONGEST))


def unguarded(cell: str) -> str:
    """A cell read back: without the apostrophes that tell it from a formula."""
    return _GUARDED.sub(r"\1", cell)


def chunks(rows: Iterable[_tables.Row]) -> Iterator[bytes]:
    """The rows in UTF-8, after the mark by which spreadsheets know it."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_field(value) for value in row])
        if text.tell() >= _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
