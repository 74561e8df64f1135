"""The history of a site: figures of each audit, and when each issue was found, fixed, and found again.

Kept in the store for good, also when the audits themselves are dropped. An issue goes on under another id
where `compare` knows it again; one whose pages were not judged is neither fixed nor forgotten.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from auditor.compare import compare
from auditor.known import known, of_report, relative
from auditor.models import (
    AuditPoint,
    Change,
    IssueLife,
    Known,
    KnownIssue,
    Outcome,
    Period,
    Remembered,
    Report,
    Run,
    Status,
)
from auditor.net.hosts import origin
from auditor.report import report as build
from auditor.store import RunReader, Store

# The settings that decide which pages are judged, and how.
METHOD = (
    "standard",
    "include",
    "exclude",
    "follow_links",
    "max_pages",
    "max_depth",
    "max_minutes",
    "robots",
    "strip_params",
    "keep_params",
    "rules",
    "drive",
    "documents",
    "max_documents",
    "block_trackers",
    "block_posts",
)


def catch_up(store: Store, site: str) -> Report | None:
    """Enter the site's finished audits that its history lacks, oldest first; none of them twice.

    Returns the report of the last of them, as it was before; None where the history lacked none.
    """
    points = store.points(site)
    before: Known | None = None
    report: Report | None = None
    for reader in RunReader.done(store, site, after=points[-1].run if points else 0):
        report = build(reader)
        if before is None and (last := RunReader.before(store, site, reader.run_id)):
            # Its issues are remembered.
            before = of_report(replace(build(last), issues=(), issue_pages=tuple))
        now = of_report(report)
        store.remember(_point(report, now), _lives(store.remembered(site), before, now, report.run))
        before = now
    return report


def _point(report: Report, now: Known) -> AuditPoint:
    problems = report.of(Outcome.FAILED)
    pages = {
        page
        for issue in now.issues
        if issue.outcome is Outcome.FAILED and issue.rule not in now.document_rules
        for page in issue.pages
    }
    return AuditPoint(
        site=report.site.id,
        run=report.run.id,
        started=report.run.started,
        audited=report.coverage.audited,
        in_scope=report.coverage.in_scope,
        complete=report.coverage.complete and report.run.stopped is None,
        problems=len(problems),
        questions=len(report.of(Outcome.CANT_TELL)),
        failure_pages=len(pages),
        impacts=Counter(issue.impact for issue in problems),
        method=_method(report),
        versions=report.run.versions,
        sample=hashlib.sha256("\n".join(sorted(now.pages)).encode(errors="surrogatepass")).hexdigest()[:16],
    )


def _method(report: Report) -> Mapping[str, Any]:
    """Start pages stand without the site's origin: a copy on another machine is no other method."""
    settings, versions = report.run.settings, report.run.versions
    own = origin(report.site.urls[0])
    return {
        "urls": [relative(url, own) for url in report.site.urls],
        **{key: settings.get(key) for key in METHOD},
        **{key: settings[key] for key in ("sample", "variants") if settings.get(key)},  # not in older audits
        "axe": f"{versions.get('axe', '')} ({versions.get('axe_sha256', '')[:8]})",
        "own_rules": versions.get("rules_sha256", "")[:8],
    }


def _lives(kept: Iterable[Remembered], before: Known | None, now: Known, run: Run) -> list[Remembered]:
    """Each issue ever met, as it stands after this audit.

    It is known again among the open ones, those included that the audit before did not see; among the fixed
    ones by its id alone. So no two lives ever have one id.
    """
    lives = {each.life.id: each for each in kept}
    met = {issue.id for issue in now.issues}
    asked = tuple(each.issue for each in lives.values() if not each.life.fixed or each.life.id in met)
    changes = compare(replace(before or _nothing(), issues=asked), now).changes
    for change in changes:
        if change.before:
            old = lives.pop(change.before.id)
            each = (
                _gone(old, change.status, now, run)
                if change.now is None
                else _again(old, change.now, now, run)
            )
        else:
            each = _first(change, run)
        lives[each.life.id] = each
    return list(lives.values())


def _nothing() -> Known:
    return known(
        "", rules={}, driven_rules=set(), issues=(), audited=set(), driven=set(), complete=False, site=""
    )


def _first(change: Change, run: Run) -> Remembered:
    assert change.now is not None
    is_dated = change.status is Status.NEW and change.cause in ("", "page")
    period = Period(opened=run.started, may_be_older=not is_dated)
    return _seen(change.now, (period,), 1, run, {})


def _again(old: Remembered, issue: KnownIssue, now: Known, run: Run) -> Remembered:
    periods = old.life.periods
    if old.life.fixed:
        periods += (Period(opened=run.started, may_be_older=False),)
    judged = _judged_away(old, now) - {*issue.pages}
    pages = {*issue.pages, *old.issue.pages} - judged
    left = {page: runs for page, runs in old.left.items() if page not in pages}
    left |= dict.fromkeys(judged, (old.life.last_run, run.id))
    return _seen(replace(issue, pages=tuple(sorted(pages))), periods, old.life.seen + 1, run, left)


def _gone(old: Remembered, status: Status, now: Known, run: Run) -> Remembered:
    life, judged = old.life, _judged_away(old, now)
    if status is Status.FIXED:
        *earlier, last = life.periods
        life = replace(life, periods=(*earlier, replace(last, fixed=run.started)))
        judged = {*old.issue.pages}
    pages = tuple(page for page in old.issue.pages if page not in judged)
    left = {**old.left, **dict.fromkeys(judged, (life.last_run, run.id))}
    return Remembered(life=life, issue=replace(old.issue, pages=pages), left=left)


def _judged_away(old: Remembered, now: Known) -> set[str]:
    """The pages of an issue that are there no more, or were judged, and where nothing is a question now."""
    asked = {
        page
        for issue in now.issues
        if issue.outcome is Outcome.CANT_TELL and issue.rule == old.issue.rule
        for page in issue.pages
    }
    judged = now.judged(old.issue.rule) if old.issue.rule in now.rules else frozenset[str]()
    return {page for page in old.issue.pages if page not in asked and (page in judged or now.gone(page))}


def _seen(
    issue: KnownIssue, periods: tuple[Period, ...], seen: int, run: Run, left: Mapping[str, tuple[int, int]]
) -> Remembered:
    life = IssueLife(
        id=issue.id,
        rule=issue.rule,
        outcome=issue.outcome,
        impact=issue.impact,
        title=issue.title,
        component=issue.component,
        periods=periods,
        last_seen=run.started,
        last_run=run.id,
        seen=seen,
    )
    return Remembered(life=life, issue=issue, left=left)
