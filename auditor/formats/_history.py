"""How the site stands against its own past: the trend, time to fix, the age of what is open.

Counted are confirmed problems; what a person must decide is told apart. Two audits are held against each
other only where they judged by one method.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median_low

from auditor.formats import _words
from auditor.formats._book import Book, Page
from auditor.formats._safe import visible
from auditor.models import AuditPoint, Impact, Issue, IssueLife, Outcome, Report

AUDITS = 100  # in the table, the newest
LISTED = 50  # issues in a list
WINDOWS = (30, 90)  # days before the audit

_METHOD = {
    "urls": "start pages",
    "standard": "standard",
    "include": "what is included",
    "exclude": "what is left out",
    "sample": "how pages are chosen",
    "follow_links": "whether links are followed",
    "max_pages": "most pages",
    "max_depth": "most clicks from the start",
    "max_minutes": "most minutes",
    "robots": "robots.txt",
    "strip_params": "parameters of addresses that are dropped",
    "keep_params": "parameters of addresses that are kept",
    "rules": "settings of rules",
    "drive": "pages used by keyboard and pointer",
    "variants": "variants that pages were judged in",
    "block_trackers": "whether trackers are blocked",
    "block_posts": "whether sending is blocked",
    "axe": "axe",
    "own_rules": "the rules of this program",
}


@dataclass(frozen=True, kw_only=True)
class TimeToFix:
    """From the audit that found a problem to the first that did not, in days."""

    fixed: int  # problems, each time one was fixed
    median: int
    longest: int
    at_least: int  # of `fixed`: how many may have been there before any audit looked


@dataclass(frozen=True, kw_only=True)
class Age:
    """How long problems of one impact have been known, in days."""

    impact: Impact | None
    open: int
    unseen: int  # of `open`: this audit did not judge all their pages
    median: int
    oldest: int


@dataclass(frozen=True, kw_only=True)
class Window:
    """What happened in the days before the audit."""

    days: int
    opened: int  # found, where an audit before had looked and found nothing
    fixed: int


@dataclass(frozen=True, kw_only=True)
class _Audit:
    """A row of the table of audits."""

    point: AuditPoint
    changes: tuple[str, ...]  # of the method, since the audit before


def history(book: Book) -> Iterator[Page]:
    """`history.html`."""
    report = book.report
    files = {entry.issue.id: entry.file for entry in book.entries}
    still = sorted(_open(report), key=lambda life: (life.opened, life.id))
    fixed = [life for life in report.fixed_lives if life.outcome is Outcome.FAILED]
    yield book.page(
        "history.html",
        "history",
        trend=trend(report),
        audits=audits(report)[:AUDITS],
        audits_total=len(report.history),
        time_to_fix=time_to_fix(report),
        ages=ages(report),
        windows=windows(report),
        impact_names=_words.IMPACTS,
        oldest=[(life, _where(life), files.get(life.id), story_of(report, life)) for life in still[:LISTED]],
        open_total=len(still),
        fixed=[(life, _where(life), story_of(report, life)) for life in fixed[:LISTED]],
        fixed_total=len(fixed),
        questions=sum(1 for life in report.lives.values() if life.outcome is Outcome.CANT_TELL),
    )


def trend(report: Report) -> str:
    """One or two sentences, and no word of better or worse that the two audits do not bear."""
    if not report.history or report.history[-1].run != report.run.id:
        return "This audit did not come to its end, so it is no part of the history."
    return trend_of(report.history)


def trend_of(points: Sequence[AuditPoint]) -> str:
    """How the newest of these audits of one site stands against those before it, oldest first."""
    *earlier, now = points
    found = _words.count(now.problems, "confirmed problem")
    if not earlier:
        return f"{found}. This is the only audit kept of this website, so there is no trend yet."
    before = next((point for point in reversed(earlier) if point.likeness == now.likeness), None)
    if before is None:
        return (
            f"{found}. No earlier audit judged this website in the same way, so their figures say nothing "
            "about whether it became better or worse."
        )
    since = _words.day(before.started)
    if before.sample == now.sample:
        pages = f"same {_words.count(now.audited, 'page')}" if now.audited > 1 else "same page"
        return f"{found}, {_than(now, before)} on {since}, on the {pages} and by the same method."
    sentence = (
        f"{found} on {_words.count(now.audited, 'page')}, {_than(now, before)} on {since} on "
        f"{_words.number(before.audited)}, by the same method."
    )
    if now.complete and before.complete:
        return sentence
    return f"{sentence} Not both audits are complete, so pages that one did not see may have a part in this."


def _than(now: AuditPoint, before: AuditPoint) -> str:
    more = now.problems - before.problems
    if more == 0:
        return "as many as"
    return f"{_words.number(abs(more))} {'more' if more > 0 else 'fewer'} than"


def audits(report: Report) -> list[_Audit]:
    """Newest first."""
    points = report.history
    rows = [_Audit(point=point, changes=()) for point in points[:1]]
    rows += [_Audit(point=now, changes=tuple(_changed(before, now))) for before, now in pairwise(points)]
    return rows[::-1]


def _changed(before: AuditPoint, now: AuditPoint) -> Iterator[str]:
    for key in dict.fromkeys([*before.method, *now.method]):
        old, new = before.method.get(key), now.method.get(key)
        if old == new:
            continue
        name = _METHOD.get(key, key)
        if key in ("rules", "own_rules"):
            yield f"{name} changed"
        else:
            yield f"{name}: from {_value(old)} to {_value(new)}"


def _value(value: object) -> str:
    match value:
        case None | () | []:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return visible(", ".join(map(str, value)), 200)
        case _:
            return visible(str(value), 200)


def _open(report: Report) -> list[IssueLife]:
    return [life for life in report.lives.values() if life.outcome is Outcome.FAILED]


def _all(report: Report) -> list[IssueLife]:
    fixed = [life for life in report.fixed_lives if life.outcome is Outcome.FAILED]
    return [*_open(report), *fixed]


def time_to_fix(report: Report) -> TimeToFix | None:
    """None where nothing was fixed yet."""
    closed = [(period, period.fixed) for life in _all(report) for period in life.periods if period.fixed]
    if not closed:
        return None
    took = [(fixed - period.opened).days for period, fixed in closed]
    return TimeToFix(
        fixed=len(took),
        median=median_low(took),
        longest=max(took),
        at_least=sum(period.may_be_older for period, _ in closed),
    )


def ages(report: Report) -> list[Age]:
    """Of the open problems, the worst impact first."""
    found = []
    for impact in (*Impact, None):
        lives = [life for life in _open(report) if life.impact is impact]
        if lives:
            known = [(report.run.started - life.opened).days for life in lives]
            unseen = sum(life.last_run != report.run.id for life in lives)
            found.append(
                Age(
                    impact=impact, open=len(lives), unseen=unseen, median=median_low(known), oldest=max(known)
                )
            )
    return found


def windows(report: Report) -> list[Window]:
    periods = [period for life in _all(report) for period in life.periods]
    found = []
    for days in WINDOWS:
        since = report.run.started - timedelta(days=days)
        opened = sum(period.opened >= since and not period.may_be_older for period in periods)
        fixed = sum(period.fixed is not None and period.fixed >= since for period in periods)
        found.append(Window(days=days, opened=opened, fixed=fixed))
    return found


def story(report: Report, issue: Issue) -> Sequence[str]:
    """What is known of an issue's past, a sentence each; none where no history is kept of it."""
    life = report.lives.get(issue.id)
    return story_of(report, life) if life else ()


def story_of(report: Report, life: IssueLife) -> Sequence[str]:
    first = life.periods[0]
    since = sum(point.started >= first.opened for point in report.history)
    older = (
        ", and it may be older: no audit before had judged its pages by this rule"
        if first.may_be_older
        else ""
    )
    told = [
        f"First found by the audit of {_words.day(first.opened)}{older}.",
        f"Found by {life.seen:,} of {_words.count(since, 'audit')} since.",
    ]
    for one, other in pairwise(life.periods):
        assert one.fixed is not None
        told.append(
            f"Not found any more by the audit of {_words.day(one.fixed)}, and found again by that of "
            f"{_words.day(other.opened)}."
        )
    if life.fixed:
        told.append(f"Not found any more by the audit of {_words.day(life.fixed)}.")
    elif life.last_run != report.run.id:
        told.append(
            f"Found last by the audit of {_words.day(life.last_seen)}. Not all its pages have been judged "
            "since, so nobody knows whether it is still there."
        )
    return told


def _where(life: IssueLife) -> str:
    return _words.part(life.component) if life.component else ""
