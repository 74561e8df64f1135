"""The figures of the HTML report as charts, each with its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditor.formats import _figures, _words
from auditor.formats._book import Book, Page
from auditor.formats._charts import bars
from auditor.formats._charts import trend as trend_lines
from auditor.formats._safe import visible
from auditor.formats._template import TITLE
from auditor.models import AuditPoint

MOST = 12  # bars of one chart
AUDITS = 24  # of the trend, the newest


@dataclass(frozen=True, kw_only=True)
class _Chart:
    """`rows`: name, figure, of how many."""

    id: str
    heading: str
    sentence: str
    name: str  # head of the first column
    unit: str  # of the figures
    rows: Sequence[tuple[str, int, int]]
    short: bool = False  # the chart names a row by its first word

    @property
    def file(self) -> str:
        return f"charts/{self.id}.svg"

    @property
    def charted(self) -> Sequence[tuple[str, int, int]]:
        return self.rows[:MOST]

    @property
    def alt(self) -> str:
        return f"Bar chart: {self.heading[0].lower()}{self.heading[1:]}. The table has its figures."


@dataclass(frozen=True, kw_only=True)
class _Trend:
    """Audits like this one, oldest first; no line leads from one method to another."""

    points: Sequence[AuditPoint]
    others: int

    file = "charts/trend.svg"


def charted(book: Book) -> Iterator[Page]:
    """`figures.html` and its charts."""
    trend = _trend(book)
    if trend:
        dates = [f"{point.started.day} {point.started:%b %Y}" for point in trend.points]
        lines = (
            ("Confirmed problems", [point.problems for point in trend.points]),
            ("Pages (dashed line)", [point.failure_pages for point in trend.points]),
        )
        yield trend.file, (trend_lines(dates, lines),)
    charts = [
        chart for chart in (_impacts(book), _criteria(book), _parts(book), _sections(book)) if chart.rows
    ]
    charts.append(_outcomes(book))
    for chart in charts:
        whole = max(of for _, _, of in chart.rows)
        rows = [(name.split()[0] if chart.short else name, value) for name, value, _ in chart.charted]
        yield chart.file, (bars(rows, whole),)
    yield book.page("figures.html", "figures", charts=charts, trend=trend)


def _trend(book: Book) -> _Trend | None:
    past = book.report.history
    if not past or past[-1].run != book.report.run.id:
        return None
    alike = [point for point in past if point.likeness == past[-1].likeness]
    return _Trend(points=alike[-AUDITS:], others=len(past) - len(alike)) if len(alike) > 1 else None


def _impacts(book: Book) -> _Chart:
    counted = Counter(entry.issue.impact for entry in book.problems)
    return _Chart(
        id="impact",
        heading="Confirmed problems by impact",
        sentence="How badly people are hindered by them.",
        name="Impact",
        unit="Problems",
        rows=[
            (word, counted[level], len(book.problems))
            for level, (word, _) in _words.IMPACTS.items()
            if counted[level]
        ],
    )


def _criteria(book: Book) -> _Chart:
    pages = book.figures.criterion_pages
    rows = [
        (
            f"{each.criterion.num} {each.criterion.name}",
            pages[each.criterion.num],
            book.report.coverage.audited,
        )
        for each in _figures.criteria(book.report)
        if pages.get(each.criterion.num)
    ]
    return _Chart(
        id="criterion",
        heading="Pages that fail a criterion of WCAG",
        sentence=f"Of {_figures.standard(book.report)}; a page may fail several.",
        name="Criterion",
        unit="Pages",
        rows=sorted(rows, key=lambda row: -row[1]),
        short=True,
    )


def _parts(book: Book) -> _Chart:
    counted: Counter[str] = Counter()
    for entry in book.problems:
        around = entry.issue.component.landmarks if entry.issue.component else ()
        known = [_words.LANDMARKS[each] for each in around if each in _words.LANDMARKS]
        counted[(known[0] if known else "outside the landmarks").capitalize()] += 1
    return _Chart(
        id="part",
        heading="Confirmed problems by part of the page",
        sentence="What is in the header, the navigation or the footer is usually one template: "
        "mended once, it is mended on every page.",
        name="Part of the page",
        unit="Problems",
        rows=[(name, count, len(book.problems)) for name, count in counted.most_common()],
    )


def _sections(book: Book) -> _Chart:
    audited, failing = Counter[str](), Counter[str]()
    for url in book.titles:
        audited[_section(url)] += 1
    for url in book.figures.failures:
        failing[_section(url)] += 1
    rows = [(name, failing[name], count) for name, count in audited.items() if failing[name]]
    return _Chart(
        id="section",
        heading="Pages with a confirmed problem by section of the website",
        sentence="A section is the first part of the address. "
        f"Those without a confirmed problem are left out: {len(audited) - len(rows):,} of {len(audited):,}.",
        name="Section",
        unit="Pages",
        rows=sorted(rows, key=lambda row: (-row[1], row[0]))[:100],
    )


def _section(url: str) -> str:
    parts = urlsplit(url).path.split("/")
    return visible(f"/{parts[1]}/" if len(parts) > 2 else "/", TITLE)


def _outcomes(book: Book) -> _Chart:
    coverage = book.report.coverage
    return _Chart(
        id="coverage",
        heading="What became of every known address",
        sentence=_figures.judged_of(book.report),
        name="Outcome",
        unit="Addresses",
        rows=[
            (name, n, coverage.known)
            for outcome, (name, _) in _words.URL_OUTCOMES.items()
            if (n := coverage.by_outcome.get(outcome, 0))
        ]
        or [("Audited", 0, coverage.known)],
    )
