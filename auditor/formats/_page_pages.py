"""A page of the HTML report for each audited page: all that was found there, and what was not judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby

from auditor.formats import _figures
from auditor.formats._book import Book, Entry, Page
from auditor.formats._pager import BYTES
from auditor.formats._safe import visible
from auditor.formats._template import CODE, TEXT, TITLE, URL, text_size
from auditor.models import Finding, Untested, UrlOutcome, Visit

PLACES = 20  # of an issue on a page
PARTS = 20  # of a page that were not judged


@dataclass(frozen=True, kw_only=True)
class Place:
    """One element, ready to show."""

    message: str
    selector: str
    frame: tuple[str, ...]
    state: str
    excerpt: str

    @property
    def size(self) -> int:
        return text_size(self.message, self.selector, *self.frame, self.excerpt)


def place(finding: Finding) -> Place:
    return Place(
        message=visible(finding.message, TEXT),
        selector=visible(finding.selector, URL),
        frame=tuple(visible(frame, URL) for frame in finding.frame[:5]),
        state=visible(finding.state, TITLE),
        excerpt=visible(finding.excerpt, CODE, lines=True),
    )


@dataclass(kw_only=True)
class _OnPage:
    """One issue on this page."""

    entry: Entry
    places: int = 0
    shown: list[Place] = field(default_factory=list)


def audited_pages(book: Book) -> Iterator[Page]:
    """`pages/….html`: rules' findings and visits come in one order, the ledger's, and are read once."""
    driven = set(book.report.driven_pages())
    parts: dict[str, list[Untested]] = defaultdict(list)
    for part in book.report.untested():
        if len(parts[part.url]) <= PARTS and part not in parts[part.url]:
            parts[part.url].append(part)
    order = {issue: number for number, issue in enumerate(book.by_id)}
    people: dict[str, list[Finding]] = defaultdict(list)
    for finding in book.report.findings(rule=""):
        people[finding.url].append(finding)
    of_rules = (each for each in book.report.findings() if each.rule and each.url in book.titles)
    found = groupby(of_rules, key=lambda finding: finding.url)
    url, findings = next(found, ("", ()))
    for visit in book.report.visits():
        if visit.outcome is not UrlOutcome.AUDITED:
            continue
        said = people.get(visit.url, [])
        if url == visit.url:
            issues = issues_on(book, order, chain(findings, said))
            url, findings = next(found, ("", ()))
        else:
            issues = issues_on(book, order, said)
        yield _page(book, visit, issues, parts.get(visit.url, []), is_driven=visit.url in driven)


def issues_on(book: Book, order: Mapping[str, int], findings: Iterable[Finding]) -> list[_OnPage]:
    """In the report's order: problems, questions, advice, each first to fix first."""
    issues: dict[str, _OnPage] = {}
    size = 0
    for finding in findings:
        if finding.issue not in issues:
            issues[finding.issue] = _OnPage(entry=book.by_id[finding.issue])
        issue = issues[finding.issue]
        issue.places += 1
        if len(issue.shown) < PLACES and size < BYTES:
            issue.shown.append(place(finding))
            size += issue.shown[-1].size
    return sorted(issues.values(), key=lambda issue: order[issue.entry.issue.id])


def _page(book: Book, visit: Visit, issues: list[_OnPage], parts: list[Untested], *, is_driven: bool) -> Page:
    file = book.page_of(visit.url)
    assert file is not None
    return book.page(
        file,
        "page",
        visit=visit,
        title=visible(visit.title or "", TITLE),
        lists=[
            (key, heading, [each for each in issues if each.entry.key == key])
            for key, heading in (
                ("failure", "Confirmed problems"),
                ("person", "Needs a person"),
                ("advice", "Advice"),
            )
        ],
        parts=[(part, _figures.sentence(part.reason)) for part in parts[:PARTS]],
        more_parts=len(parts) > PARTS,
        is_driven=is_driven,
        leads_to=visit.final_url if visit.final_url != visit.url else None,
    )
