"""The tables that go into a spreadsheet: rows of plain values, a row of headings first.

What a page sent is in them as it came; the format that writes them makes it harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats import _figures, _media, _words
from auditor.formats._safe import web_address
from auditor.formats._sample import Account
from auditor.models import Finding, Issue, Outcome, PersonResult, Report, Source, Status, UrlOutcome, Visit
from auditor.priority import owner, priorities

Row = tuple[object, ...]

STARTS = 5  # pages to test what is on no page in particular
SHEET = (
    "criterion",
    "question",
    "how to test",
    "page",
    "outcome",
    "what",
    "where",
    "impact",
    "who",
    "when",
    "with",
    "fixed",
    "reference",
    "source",
    "issue",
)

_PARTS = {  # what became of a part of an audited page, by `Untested.what`
    "frame": "An embedded frame was not judged",
    "state": "A state of the page was not judged",
    "variant": "A variant of the page was not judged",
    "page": "The audit altered the page",
    "control": "A control was not used",
    "part": "A part of the page was left out",
    "request": "A request was held back",
}


def issues(report: Report) -> Iterator[Row]:
    """One line an issue: what is wrong first, then what a person must judge, then advice; each in the order
    to fix."""
    yield (
        "Problem",
        "Result",
        "Impact",
        "Where",
        "Pages or documents",
        "Of those judged",
        "Places",
        "More places than these",
        "Whom it hurts",
        "What to do",
        "Who can fix it",
        "WCAG",
        "Rule",
        "Example",
        "Since the audit before",
        "Issue",
    )
    changes = {c.now.id: c.status for c in report.comparison.changes if c.now} if report.comparison else {}
    known = priorities(report)
    for issue in (*known.problems, *known.questions, *known.advice):
        yield _issue(report, issue, changes.get(issue.id), owner(known, issue).name)


def _issue(report: Report, issue: Issue, status: Status | None, owner: str) -> Row:
    rule = _figures.rule_of(report, issue)
    return (
        issue.title,
        _words.class_of(issue.outcome, issue.kind)[1],
        _words.IMPACTS[issue.impact][0],
        _words.where(issue),
        issue.pages,
        report.judged(issue),
        issue.places,
        "perhaps" if issue.at_least else "no",
        "; ".join(_figures.group_names(rule)),
        rule.fix,
        owner,
        " ".join(issue.wcag),
        issue.rule,
        issue.examples[0].url if issue.examples else None,
        _words.CHANGES[status] if status else None,
        issue.id,
    )


def sample(told: Account) -> Iterator[Row]:
    """One line a page of the sample."""
    yield (
        "Page",
        "Title",
        "Part",
        "Reasons",
        "Outcome",
        "Confirmed problems",
        "Questions for a person",
        "To test by what is on it",
    )
    for each in told.pages:
        yield (
            each.page.url,
            each.page.title,
            each.page.part,
            " ".join(reason.words for reason in each.page.reasons),
            each.outcome or "not visited yet",
            each.problems,
            each.questions,
            " ".join(each.page.to_test),
        )


def findings(report: Report, found: Iterable[Finding]) -> Iterator[Row]:
    """One line an element, in the order of `found`."""
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
        "Source",
        "Who",
        "When",
        "With",
        "Reference",
    )
    for finding in found:
        yield _finding(report, finding)


def _finding(report: Report, finding: Finding) -> Row:
    rule = report.rules.get(finding.rule)
    return (
        finding.url,
        _words.class_of(finding.outcome, finding.kind)[1],
        _words.IMPACTS[finding.impact][0],
        rule.title if rule else finding.rule or finding.message,
        " ".join(finding.wcag),
        finding.rule,
        finding.message,
        finding.selector,
        " | ".join(finding.frame),
        finding.state,
        finding.excerpt,
        *_said_by(finding.person),
    )


def _said_by(person: PersonResult | None) -> Row:
    if person is None:
        return Source.AUTOMATIC, None, None, None, None
    return person.source, person.who, person.when, person.technology, person.reference


def pages(report: Report) -> Iterator[Row]:
    """One line a known address, with what became of it."""
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


def _page(visit: Visit, counts: _figures.PageCounts) -> Row:
    return (
        visit.url,
        visit.title,
        _words.URL_OUTCOMES[visit.outcome][0],
        visit.reason,
        visit.final_url if visit.final_url != visit.url else None,
        *_judged(visit, counts),
        visit.found_on,
        visit.discovery.value,
        visit.depth,
        visit.status,
        visit.content_type,
        visit.started and f"{visit.started:%Y-%m-%d %H:%M:%S}",
        visit.seconds and round(visit.seconds, 2),
    )


def _judged(visit: Visit, counts: _figures.PageCounts) -> Row:
    """Different problems on the page; nothing, rather than 0, of what was not audited."""
    if visit.outcome is not UrlOutcome.AUDITED:
        return None, None, None
    return counts.failures, counts.person, counts.advice


def audited(report: Report) -> Iterator[Row]:
    """One line an audited page."""
    yield (
        "Page",
        "Title",
        "Confirmed problems",
        "Needs a person",
        "Advice",
        "Judged",
        "First linked from",
        "Clicks from the start",
        "Visited",
    )
    figures = _figures.figures(report)
    for visit in report.visits():
        if visit.outcome is UrlOutcome.AUDITED:
            yield (
                visit.url,
                visit.title,
                *_judged(visit, figures.pages.get(visit.url, _figures.PageCounts())),
                "in part" if visit.url in figures.in_part else "in whole",
                visit.found_on,
                visit.depth,
                visit.started and f"{visit.started:%Y-%m-%d %H:%M:%S}",
            )


def documents(report: Report) -> Iterator[Row]:
    """One line a document that pages link to, the most linked first."""
    yield (
        "Document",
        "Kind",
        "Kind known by",
        "State",
        "Why",
        "Confirmed problems",
        "Needs a person",
        "Advice",
        "Pages that link to it",
        "Linked as",
        "First linked from",
        "Bytes",
        "Last changed, says the server",
        "Title",
        "Pages",
        "Language",
        "Made with",
        "May be exempt",
    )
    counts = _figures.figures(report).pages
    for each in report.document_list():
        found = counts.get(each.url, _figures.PageCounts())
        judged = each.state.has_results
        yield (
            each.url,
            each.kind,
            each.known_by,
            _words.DOCUMENT_STATES[each.state][0],
            " ".join(filter(None, (each.reason, *each.why))),
            *((found.failures, found.person, found.advice) if judged else (None, None, None)),
            each.links,
            each.text,
            each.found_on,
            each.size,
            each.modified and f"{each.modified:%Y-%m-%d}",
            *(each.facts.get(key) for key in ("title", "pages", "language", "producer")),
            each.exempt,
        )


def media(report: Report) -> Iterator[Row]:
    """One line a recording, page by page."""
    yield (
        "Page",
        "Kind",
        "Player",
        "Title",
        "Address",
        "Captions",
        "Transcript",
        "Something called audio description",
        "Controls",
        "Plays by itself",
        "Without sound",
        "Shown when the page opens",
    )
    for each in report.recordings():
        yield (
            each.url,
            each.kind,
            each.player,
            each.title,
            each.address,
            _media.captions(each),
            _media.TRANSCRIPTS.get(each.transcript),
            _yes(each.has_described),
            _media.controls(each),
            *map(_yes, (each.plays_itself, each.is_muted, each.is_shown)),
        )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def not_audited(report: Report) -> Iterator[Row]:
    """One line an address, a part of a page, a rule on a page of which nothing is known; with the reason."""
    yield "Address", "What became of it", "Reason", "Part or rule", "First linked from", "HTTP status"
    for visit in report.visits():
        if visit.outcome is not UrlOutcome.AUDITED:
            outcome = _words.URL_OUTCOMES[visit.outcome][0]
            yield visit.url, outcome, visit.reason, None, visit.found_on, visit.status
    for part in report.untested():
        yield part.url, _PARTS.get(part.what, "A part was not judged"), part.reason, part.where, None, None
    for error in report.rule_errors():
        yield error["url"], "A rule broke down", error["error"], error["rule"], None, None


def checklist(report: Report) -> Iterator[Row]:
    """What a person must test, to fill in: one line a criterion and page, and an open question."""
    yield SHEET
    for entry in report.checklist:
        steps = " ".join(f"{number}. {step}" for number, step in enumerate(entry.steps, start=1))
        asked = f"{entry.criterion} {entry.name}", entry.question, f"{entry.why_not} {steps}"
        for page in [*filter(web_address, entry.examples)] or report.site.urls[:STARTS]:
            yield *asked, page, *[None] * 9, Source.PERSON, None
    for issue in report.of(Outcome.CANT_TELL):
        criterion = next((found for num in issue.wcag if (found := _figures.criterion(num))), None)
        yield (
            f"{criterion.num} {criterion.name}" if criterion else None,
            _figures.title(issue),
            f"If it is so: {_figures.rule_of(report, issue).fix}",
            issue.examples[0].url if issue.examples else None,
            *[None] * 2,
            _words.where(issue),
            *[None] * 6,
            Source.PERSON,
            issue.id,
        )
