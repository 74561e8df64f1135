"""`findings.csv` and `pages.csv`, for a spreadsheet: RFC 4180, every field quoted.

A spreadsheet runs what looks like a formula, so a text from a website that does is told apart by an
apostrophe: https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from auditor.formats import _figures, _words
from auditor.formats._safe import visible
from auditor.models import Finding, Report, UrlOutcome, Visit

LONGEST = 2_000  # characters of a text; no field reaches the 32,767 that spreadsheets hold
_CHUNK = 64 * 1024

# At the start of a field, and after the semicolon that spreadsheets of many countries part fields at;
# behind spaces and what shows nothing too, and in full width, as East Asian spreadsheets take it.
_FORMULA = re.compile(
    "(^|;)(?=[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]*[=+\\-@\uff1d\uff0b\uff0d\uff20])"
)


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """What was found, a line each; and every known address with what became of it."""
    yield "findings.csv", chunks(_findings(report))
    yield "pages.csv", chunks(_pages(report))


def _findings(report: Report) -> Iterator[tuple[object, ...]]:
    yield (
        "Page",
        "Result",
        "Impact",
        "Problem",
        "WCAG",
        "Rule",
        "What was found",
        "Element",
        "In frame",
        "State",
        "Code",
    )
    for finding in report.findings():
        yield _finding(report, finding)


def _finding(report: Report, finding: Finding) -> tuple[object, ...]:
    rule = report.rules.get(finding.rule)
    return (
        finding.url,
        _words.class_of(finding.outcome, finding.kind)[1],
        _words.IMPACTS[finding.impact][0],
        rule.title if rule else finding.rule,
        " ".join(finding.wcag),
        finding.rule,
        finding.message,
        finding.selector,
        " | ".join(finding.frame),
        finding.state,
        finding.excerpt,
    )


def _pages(report: Report) -> Iterator[tuple[object, ...]]:
    yield (
        "Address",
        "Title",
        "Outcome",
        "Reason",
        "Leads to",
        "Confirmed problems",
        "Needs a person",
        "Advice",
        "First linked from",
        "Found by",
        "Clicks from the start",
        "HTTP status",
        "Type",
        "Visited",
        "Seconds",
    )
    counts = _figures.figures(report).pages
    for visit in report.visits():
        yield _page(visit, counts.get(visit.url, _figures.PageCounts()))


def _page(visit: Visit, counts: _figures.PageCounts) -> tuple[object, ...]:
    return (
        visit.url,
        visit.title,
        _words.URL_OUTCOMES[visit.outcome][0],
        visit.reason,
        visit.final_url if visit.final_url != visit.url else None,
        *_judged(visit, counts),
        visit.found_on,
        visit.discovery,
        visit.depth,
        visit.status,
        visit.content_type,
        visit.started and f"{visit.started:%Y-%m-%d %H:%M:%S}",
        visit.seconds and round(visit.seconds, 2),
    )


def _judged(visit: Visit, counts: _figures.PageCounts) -> tuple[object, ...]:
    """Different problems on the page; nothing, rather than 0, of what was not audited."""
    if visit.outcome is not UrlOutcome.AUDITED:
        return None, None, None
    return counts.failures, counts.person, counts.advice


def _field(value: object) -> str:
    """`value` on one line, with nothing hidden in it, and no formula to any spreadsheet."""
    return _FORMULA.sub(r"\1'", visible("" if value is None else str(value), LONGEST))


def chunks(rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
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
