"""What outlives the runs: the figures of each audit, and the life of each issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from auditor.models import AuditPoint, Component, Impact, IssueLife, KnownIssue, Outcome, Period, Remembered
from auditor.store import schema as t
from auditor.store.database import Database, streamed
from auditor.store.rows import moment


class History(Database):
    """The history of all sites."""

    def points(self, site: str) -> tuple[AuditPoint, ...]:
        """The finished audits of a site, oldest first."""
        query = sa.select(t.audit_point).where(t.audit_point.c.site == site).order_by(t.audit_point.c.run)
        with self.reading() as c:
            return tuple(map(as_point, c.execute(query)))

    def lives(self, site: str) -> list[IssueLife]:
        """Of all its issues, open and fixed."""
        k = t.known_issue.c
        columns = [column for column in k if column.name not in ("pages", "left")]
        with self.reading() as c:
            return list(map(_life, c.execute(sa.select(*columns).where(k.site == site).order_by(k.id))))

    def remembered(self, site: str) -> Iterator[Remembered]:
        """The same, with their pages."""
        with self.reading() as c:
            query = sa.select(t.known_issue).where(t.known_issue.c.site == site)
            for row in streamed(c, query.order_by(t.known_issue.c.id)):
                yield _remembered(row)

    def remember(self, point: AuditPoint, issues: Iterable[Remembered]) -> None:
        """Enter an audit, and what is known of the site's issues after it; nothing where it, or a later one,
        is entered already."""
        p = t.audit_point.c
        later = sa.select(p.id).where(p.site == point.site, p.run >= point.run)
        with self._write() as c:
            if c.execute(later.limit(1)).first():
                return
            c.execute(t.audit_point.insert().values(**_point_row(point)))
            c.execute(t.known_issue.delete().where(t.known_issue.c.site == point.site))
            if rows := [_issue_row(point.site, each) for each in issues]:
                c.execute(t.known_issue.insert(), rows)


def _point_row(point: AuditPoint) -> dict[str, Any]:
    impacts = {impact or "": n for impact, n in point.impacts.items()}
    return {**vars(point), "started": point.started.timestamp(), "impacts": impacts}


def as_point(row: Any) -> AuditPoint:
    values = dict(row._mapping)
    del values["id"]
    impacts = {Impact(word) if word else None: n for word, n in row.impacts.items()}
    return AuditPoint(**{**values, "started": moment(row.started), "impacts": impacts})


def _issue_row(site: str, each: Remembered) -> dict[str, Any]:
    life, issue = each.life, each.issue
    return {
        "site": site,
        "issue": life.id,
        "rule": life.rule,
        "outcome": life.outcome,
        "impact": life.impact,
        "title": life.title,
        "said": issue.said,
        "component": vars(issue.component) if issue.component else None,
        "is_written": issue.is_written,
        "last_seen": life.last_seen.timestamp(),
        "last_run": life.last_run,
        "seen": life.seen,
        "periods": [
            (each.opened.timestamp(), each.may_be_older, each.fixed and each.fixed.timestamp())
            for each in life.periods
        ],
        "pages": issue.pages,
        "left": each.left,
    }


def _life(row: Any) -> IssueLife:
    last_seen = moment(row.last_seen)
    assert last_seen is not None
    return IssueLife(
        id=row.issue,
        rule=row.rule,
        outcome=Outcome(row.outcome),
        impact=Impact(row.impact) if row.impact else None,
        title=row.title,
        component=Component.of(row.component),
        periods=tuple(_period(*each) for each in row.periods),
        last_seen=last_seen,
        last_run=row.last_run,
        seen=row.seen,
    )


def _period(opened: float, may_be_older: bool, fixed: float | None) -> Period:
    first = moment(opened)
    assert first is not None
    return Period(opened=first, may_be_older=may_be_older, fixed=moment(fixed))


def _remembered(row: Any) -> Remembered:
    life = _life(row)
    issue = KnownIssue(
        id=life.id,
        rule=life.rule,
        outcome=life.outcome,
        impact=life.impact,
        title=life.title,
        said=row.said,
        component=life.component,
        is_written=row.is_written,
        pages=tuple(row.pages),
    )
    left = {page: (last, first) for page, (last, first) in row.left.items()}
    return Remembered(life=life, issue=issue, left=left)
