"""What runs are doing now: for `auditor status` and `auditor serve`. Each question is one query over all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from auditor.limits import RECENT_SECONDS, RECENT_VISITS
from auditor.models import (
    AuditPoint,
    FleetStanding,
    HostPace,
    Run,
    RunState,
    Setback,
    Situation,
    Standing,
    UrlOutcome,
)
from auditor.reasons import bare
from auditor.store import schema as t
from auditor.store.history import as_point
from auditor.store.read import RunReader, as_run
from auditor.store.runs import HEARTBEAT_SECONDS
from auditor.store.store import Store

HOSTS = 50  # told one by one
SETBACKS = 20
REASONS = 1_000  # read, before those that differ in a page's words alone are put together
FAILED = (UrlOutcome.FAILED, UrlOutcome.BLOCKED)

_RUN = [column for column in t.run.c if column.name not in ("rules", "idle", "refused")]  # those are large
_NEWEST = sa.select(sa.func.max(t.run.c.id)).group_by(t.run.c.site)


def situation(store: Store) -> Situation:
    """What the newest run of each site is doing. Raises `StoreError`."""
    standings = newest(store)
    at_work = [each.run.id for each in standings if each.held]
    unfinished = [each.run.id for each in standings if each.run.state is not RunState.DONE]
    delays = {each.run.id: float(each.run.settings.get("delay") or 0) for each in standings}
    hosts = _hosts(store, at_work, delays)
    setbacks = _setbacks(store, unfinished)
    return Situation(
        at=datetime.now(UTC),
        standings=standings,
        hosts=tuple(hosts[:HOSTS]),
        hosts_total=len(hosts),
        recent=_recent(store, at_work),
        setbacks=tuple(setbacks[:SETBACKS]),
        setbacks_total=sum(each.count for each in setbacks),
        fleet=_fleet(store),
    )


def newest(store: Store) -> tuple[Standing, ...]:
    """The newest run of each site, the newest first."""
    with store.reading() as c:
        rows = c.execute(sa.select(*_RUN).where(t.run.c.id.in_(_NEWEST)).order_by(t.run.c.id.desc())).all()
        finished = sa.select(t.audit_point.c.run, t.audit_point.c.audited).where(
            t.audit_point.c.run.in_(_NEWEST)
        )
        audited: dict[int, int] = {row.run: row.audited for row in c.execute(finished)}
        u = t.url.c
        count = sa.select(u.run_id, sa.func.count()).where(
            u.run_id.in_([row.id for row in rows if row.id not in audited]), u.outcome == UrlOutcome.AUDITED
        )
        audited |= {row[0]: row[1] for row in c.execute(count.group_by(u.run_id))}
    return tuple(RunReader(store, row.id).stands(row, audited.get(row.id, 0)) for row in rows)


def newest_points(store: Store) -> dict[str, AuditPoint]:
    """Of each site, what is kept of its newest finished audit."""
    p = t.audit_point
    last = sa.select(sa.func.max(p.c.id)).group_by(p.c.site)
    with store.reading() as c:
        points = map(as_point, c.execute(sa.select(p).where(p.c.id.in_(last))))
        return {point.site: point for point in points}


def present(store: Store, run_ids: Sequence[int]) -> set[int]:
    """Which of these runs the store still has whole."""
    with store.reading() as c:
        return set(c.execute(sa.select(t.run.c.id).where(t.run.c.id.in_(run_ids))).scalars())


def runs(store: Store, site: str) -> list[Run]:
    """The runs of a site that the store still has, the newest first."""
    query = sa.select(*_RUN).where(t.run.c.site == site).order_by(t.run.c.id.desc())
    with store.reading() as c:
        return list(map(as_run, c.execute(query)))


def _hosts(store: Store, run_ids: Sequence[int], delays: Mapping[int, float]) -> list[HostPace]:
    u, h = t.url.c, t.host.c
    now = time.time()
    query = (
        sa.select(
            u.run_id,
            u.host,
            sa.func.count().label("left"),
            sa.func.sum(sa.case((u.lease > now, 1), else_=0)).label("open"),
            sa.func.max(h.next_at).label("next_at"),
        )
        .select_from(t.url.outerjoin(t.host, h.host == u.host))
        .where(u.run_id.in_(run_ids), u.outcome.is_(None))
        .group_by(u.run_id, u.host)
    )
    by_host: dict[str, list[Any]] = {}
    with store.reading() as c:
        for row in c.execute(query):
            by_host.setdefault(row.host, []).append(row)
    paces = [
        HostPace(
            host=host,
            left=sum(row.left for row in rows),
            open=sum(row.open for row in rows),
            next_at=datetime.fromtimestamp(max(row.next_at or 0.0 for row in rows), UTC),
            delay=max(delays[row.run_id] for row in rows),
        )
        for host, rows in by_host.items()
    ]
    return sorted(paces, key=lambda pace: (-pace.left, pace.host))


def _recent(store: Store, run_ids: Sequence[int]) -> dict[int, int]:
    """Visits come in the order of their end, so the last rows hold all that ended lately."""
    v, u = t.visit.c, t.url.c
    last = sa.select(t.visit).order_by(v.id.desc()).limit(RECENT_VISITS).subquery().c
    query = (
        sa.select(last.run_id, sa.func.count())
        .join(t.url, u.id == last.url_id)
        .where(
            last.run_id.in_(run_ids),
            u.outcome == UrlOutcome.AUDITED,
            last.started + sa.func.coalesce(last.seconds, 0.0) >= time.time() - RECENT_SECONDS,
        )
        .group_by(last.run_id)
    )
    counted = dict.fromkeys(run_ids, 0)
    with store.reading() as c:
        return counted | {row[0]: row[1] for row in c.execute(query)}


def _fleet(store: Store) -> FleetStanding | None:
    """By the tables of Procrastinate, which live in the same database."""
    jobs, workers = sa.table("procrastinate_jobs"), sa.table("procrastinate_workers")
    status = sa.cast(sa.column("status"), sa.Text)
    recent = sa.func.extract("epoch", sa.func.now() - sa.column("last_heartbeat")) < HEARTBEAT_SECONDS
    with store.reading() as c:
        if not sa.inspect(c).has_table(workers.name):
            return None
        counts = {
            row[0]: row[1]
            for row in c.execute(
                sa.select(status, sa.func.count())
                .select_from(jobs)
                .where(sa.column("queue_name").like("auditor-%"))
                .group_by(status)
            )
        }
        alive = c.execute(sa.select(sa.func.count()).select_from(workers).where(recent)).scalar_one()
    return FleetStanding(
        workers=alive,
        todo=counts.get("todo", 0),
        doing=counts.get("doing", 0),
        failed=counts.get("failed", 0),
    )


def _setbacks(store: Store, run_ids: Sequence[int]) -> list[Setback]:
    u = t.url.c
    number = sa.func.count()
    query = (
        sa.select(u.outcome, u.reason, number)
        .where(u.run_id.in_(run_ids), u.outcome.in_(FAILED))
        .group_by(u.outcome, u.reason)
        .order_by(number.desc(), u.reason)
    )
    told: Counter[tuple[str, str]] = Counter()
    with store.reading() as c:
        for place, (outcome, reason, n) in enumerate(c.execute(query)):
            told[outcome, bare(reason) if place < REASONS else "Other reasons."] += n
    return [
        Setback(outcome=UrlOutcome(outcome), reason=reason, count=n)
        for (outcome, reason), n in told.most_common()
    ]
