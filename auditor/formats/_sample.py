"""The sample: which pages were audited, why these, and whether chance found what choice had missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.formats import _figures, _words
from auditor.formats._book import Book, Entry, Page
from auditor.models import Issue, Kind, Outcome, Report, Sample, SampledPage, UrlOutcome, Visit
from auditor.priority import priorities

METHODS = {
    "wcag-em": "WCAG-EM, the W3C’s method for evaluating websites: a structured sample and a random one",
    "gds": "the page types of the UK regulator’s simplified test",
    "representative": "what they show: pages with components that no page before them has come first, and in "
    "between pages are drawn by chance, until few issues are expected to be left",
}
ROWS = 300  # pages of one part; more start pages than that is the only way to have more
LISTED = 50  # issues that only random pages have


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """One page of the sample and what became of it."""

    page: SampledPage
    outcome: UrlOutcome | None  # None: it is not settled yet
    why: str
    problems: int
    questions: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """What the sample showed."""

    sample: Sample
    pages: tuple[Sampled, ...]
    new: tuple[Issue, ...]  # confirmed problems that only random pages have
    new_questions: tuple[Issue, ...]
    verdict: str  # what the random part says of the structured one, in sentences

    @property
    def method(self) -> str:
        return METHODS.get(self.sample.method, self.sample.method)


def account(report: Report) -> Account | None:
    """None where the audit took no sample. What rules found alone: that is what both parts share."""
    report = report.by_rules
    sample = report.sample
    if sample is None:
        return None
    urls = {page.url for page in sample.pages}
    visits: dict[str, Visit] = {visit.url: visit for visit in report.visits() if visit.url in urls}
    random = {page.url for page in sample.of("random")}
    audited = {visit.url for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED}
    structured = audited - random  # where a start page led elsewhere, that too
    known = priorities(report)
    counts = _figures.figures(report).pages
    alone = [
        issue
        for issue in report.issues
        if issue.kind is Kind.FAILURE and (on := known.pages.get(issue.id)) and structured.isdisjoint(on)
    ]
    new = tuple(issue for issue in alone if issue.outcome is Outcome.FAILED)
    return Account(
        sample=sample,
        pages=tuple(
            Sampled(
                page=page,
                outcome=visit.outcome if (visit := visits.get(page.url)) else None,
                why=visit.reason if visit else "",
                problems=counts[page.url].failures if page.url in counts else 0,
                questions=counts[page.url].person if page.url in counts else 0,
            )
            for page in sample.pages
        ),
        new=new,
        new_questions=tuple(issue for issue in alone if issue.outcome is Outcome.CANT_TELL),
        verdict=_verdict(sample, len(audited & random), len(structured), len(new)),
    )


def _expected(sample: Sample) -> str:
    """What a representative sample says of the pages that were not visited."""
    told = sample.unseen
    if told is None:
        return (
            "No page was drawn by chance and audited yet, so nothing can be said of the pages that were not "
            "visited. Go on with --resume, or allow more time."
        )
    pages = f"{told.visited:,} of {_words.count(told.pages, 'page')} that were read were visited"
    templates = f"{sample.templates_shown:,} of {_words.count(sample.templates, 'page structure')}"
    if told.visited >= told.pages:
        return f"{pages}, of {templates}: none is left out."
    found = "is" if told.found == 1 else "are"
    return (
        f"{pages}, of {templates}. {_words.count(told.found, 'issue')} {found} on them. An estimated "
        f"{told.share(told.expected):.0%} of all issues were found, from {told.share(told.high):.0%} to "
        f"{told.share(told.low):.0%}: {told.expected:,.0f} more ({told.low:,.0f} to {told.high:,.0f}) are "
        "expected on the other pages. The "
        f"interval holds the true share in about 95 of 100 samples. It rests on the "
        f"{_words.count(told.drawn, 'page')} that chance alone brought, which showed "
        f"{_words.count(told.new, 'issue')} that no other visited page has. An issue is what one repair "
        "clears: a problem, a question or advice, by the rules that judge every page."
    )


def _verdict(sample: Sample, random: int, structured: int, new: int) -> str:
    if sample.method == "representative":
        return _expected(sample)
    if not sample.of("random"):
        if sample.method == "wcag-em":
            return "There was no page left to draw by chance: every page that was found is in the sample."
        return "This method has no random part, so nothing shows how well these pages stand for the rest."
    if not random or not structured:
        return "The two parts cannot be compared: of one of them no page was audited."
    on = _words.count(random, "random page")
    if not new:
        return (
            f"The {on} showed no confirmed problem that the structured pages do not have. That speaks for "
            "the structured sample, and proves nothing about pages outside of it."
        )
    verb = "is" if new == 1 else "are"
    return (
        f"{_words.count(new, 'confirmed problem')} {verb} on the {on} alone. By WCAG-EM the structured "
        "sample is then not representative. Add pages like these (in `urls` of sites.toml) and audit "
        "again, until the random part shows nothing new; or audit the whole website, without a sample."
    )


def sample(book: Book) -> Iterator[Page]:
    """`sample.html`, where the audit took one."""
    told = account(book.report)
    if told is None:
        return
    names = {entry.criterion: entry.name for entry in book.report.checklist}
    entries: tuple[Entry, ...] = tuple(book.by_id[i.id] for i in told.new if i.id in book.by_id)
    yield book.page(
        "sample.html",
        "sample",
        told=told,
        parts=[
            (name, [row for row in told.pages if row.page.part == part][:ROWS], len(told.sample.of(part)))
            for part, name in (("structured", "Structured sample"), ("random", "Random sample"))
            if told.sample.of(part)
        ],
        outcomes={outcome: name for outcome, (name, _) in _words.URL_OUTCOMES.items()},
        names=names,
        new=entries[:LISTED],
        new_total=len(told.new),
        everywhere=[num for num in book.report.everywhere if num in names],
    )
