"""What each confirmed problem means to a build: whether it fails it and, if it does not, why not.

Open questions and advice are no part of it: a build never fails by what nobody has confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from auditor.formats import _words
from auditor.formats._safe import LONGEST_LINK, storable, visible
from auditor.models import Change, Issue, KnownIssue, Outcome, Report, Status, UrlOutcome, Visit, Waiver

BROKEN_LINK = (404, 410)  # HTTP statuses: such a page is not there, and is missing from no audit

HOME = "index.html"

_WEB = re.compile(r"(https?://[^/?#]+)(.*)", re.DOTALL | re.IGNORECASE)
_STRAY = re.compile("%(?![0-9A-Fa-f]{2})")
_GONE = (Status.UNSEEN, Status.FIXED)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One confirmed problem of this audit, or of the one compared with that is not in this one."""

    told: Issue | KnownIssue
    change: Change | None  # None: there is nothing to compare with
    pages: tuple[str, ...]  # addresses of pages that it is on, or was
    where: str
    fails: bool
    why: str = ""  # what keeps it from failing the build, a sentence; "" of what fails and what is fixed
    waiver: Waiver | None = None

    @property
    def status(self) -> Status | None:
        return self.change.status if self.change else None

    @property
    def issue(self) -> Issue | None:
        """None of what was not seen this time, fixed or not."""
        return self.told if isinstance(self.told, Issue) else None

    @property
    def title(self) -> str:
        return visible(self.told.title, 300)


def verdicts(report: Report) -> tuple[Verdict, ...]:
    """All that rules found in this audit, worst first; then what was not seen again, and what is fixed."""
    report = report.by_rules
    changes = {c.now.id: c for c in report.comparison.changes if c.now} if report.comparison else {}
    gate = report.gate
    failing = {issue.id for failure in gate.failures for issue in failure.issues} if gate else None
    waivers = {issue.id: waiver for waiver, issue in gate.waived} if gate else {}
    return (
        *(_of(report, issue, changes, failing, waivers) for issue in report.of(Outcome.FAILED)),
        *(_gone(report, change) for status in _GONE for change in _changes(report, status)),
    )


def _changes(report: Report, status: Status) -> tuple[Change, ...]:
    return report.comparison.of(status) if report.comparison else ()


def _of(
    report: Report,
    issue: Issue,
    changes: Mapping[str, Change],
    failing: set[str] | None,
    waivers: Mapping[str, Waiver],
) -> Verdict:
    change = changes.get(issue.id)
    is_new = change is None or change.status is Status.NEW
    fails = is_new if failing is None else issue.id in failing
    waiver = waivers.get(issue.id)
    return Verdict(
        told=issue,
        change=change,
        pages=tuple(dict.fromkeys(example.url for example in issue.examples)),
        where=_words.where(issue),
        fails=fails,
        why="" if fails else _why(report, issue, change, waiver),
        waiver=waiver,
    )


def _why(report: Report, issue: Issue, change: Change | None, waiver: Waiver | None) -> str:
    if waiver:
        until = f"{waiver.expires.day} {waiver.expires:%B %Y}"
        return f"Waived until {until} by {visible(waiver.owner, 100)}: {visible(waiver.reason, 300)}"
    if report.gate and any(issue.id == each.id for each in report.gate.unstable):
        return "Unstable: it was not there when its pages were visited again."
    if change and change.status is Status.PERSISTING:
        assert report.comparison
        return f"Known: it was there in {visible(report.comparison.before, 200)}."
    if change and change.status is Status.FIRST_JUDGED:
        return "New or not, nobody knows: its pages were not judged by this rule before."
    return "The gate lets it pass."


def _gone(report: Report, change: Change) -> Verdict:
    known = change.issue
    return Verdict(
        told=known,
        change=change,
        pages=tuple(urljoin(report.site.urls[0], page) for page in known.pages),
        where=_words.part(known.component) if known.component else "",
        fails=False,
        why=""
        if change.status is Status.FIXED
        else "Not seen again, but not fixed either: not all its pages were judged this time.",
    )


def message(verdict: Verdict, report: Report) -> str:
    """What is wrong, where, on how many pages of how many, for example on which; one line."""
    where = f" ({verdict.where})" if verdict.where else ""
    if verdict.issue:
        told = _words.reach(verdict.issue, report.judged(verdict.issue))
        reach = told[:1].upper() + told[1:]
    else:
        reach = f"On {_words.count(len(verdict.pages), 'page')} before"
    example = f", for example {visible(verdict.pages[0], 300)}" if verdict.pages else ""
    return " ".join(filter(None, (f"{verdict.title}{where}.", f"{reach}{example}.", verdict.why)))


def not_audited(report: Report) -> Iterator[Visit]:
    """Pages that should have been judged and were not: they failed to load, or turned the audit away."""
    for visit in report.visits():
        broken = visit.status in BROKEN_LINK and visit.url not in report.coverage.start_failed
        if visit.outcome is UrlOutcome.BLOCKED or (visit.outcome is UrlOutcome.FAILED and not broken):
            yield visit


def within_site(url: str) -> tuple[str | None, str]:
    """An address as its origin and what is left, a relative reference (RFC 3986): what CI takes for a path.

    The same page of a preview on another host keeps its path. Never empty, and never with a scheme: code
    scanning refuses a whole file for either (https://github.com/github/codeql-action/issues/754). Nor may it
    begin with a slash (SARIF 2.1.0, 3.14.14), so the home page has the name that it has among files; what is
    not resolved against the origin, or has none, comes with None.
    """
    found = _WEB.fullmatch(url)
    origin, rest = found.groups() if found else (None, url)
    safe = "/?&=+,;@~!$'()*%"  # no colon: what stands before one would be a scheme
    path = quote(_STRAY.sub("%25", storable(rest.partition("#")[0][:LONGEST_LINK])), safe=safe)
    path = path.lstrip("/")
    if not path or path.startswith("?"):
        return None, HOME + path
    return origin and quote(origin, safe=":/[]@%"), path
