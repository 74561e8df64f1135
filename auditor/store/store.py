"""The store: opened once a process, used from one thread at a time.

Every public method is one transaction. An audit killed at any moment leaves whole pages only: a page's
result, its links and its outcome are written together or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from auditor.models import Discovery, Finding, NewUrl, RuleResult, Untested, UrlOutcome, Visit
from auditor.store import schema as t
from auditor.store.rows import clean, finding_row, ledger_row, new_id, result_row, visit_row
from auditor.store.runs import Runs

LEASE_SECONDS = 180.0  # longer than any visit may last
ATTEMPTS = 5  # visits that brought the auditor down or were cut off, before a page is given up


@dataclass(frozen=True, kw_only=True)
class ClaimedUrl:
    """A URL of the ledger that this worker now holds."""

    id: int
    url: str
    identity: str
    host: str
    depth: int
    discovery: Discovery
    found_on: str | None
    attempts: int  # this one included


class Store(Runs):
    """Runs, their ledger and their findings. Raises `StoreError` where the database fails."""

    def add_urls(self, run_id: int, urls: Iterable[NewUrl]) -> None:
        """Enter URLs in the ledger; those already known stay as they are."""
        with self._write() as c:
            self._add(c, run_id, urls)

    def _add(self, c: sa.Connection, run_id: int, urls: Iterable[NewUrl]) -> None:
        rows = {u.identity: ledger_row(run_id, u) for u in urls}
        if not rows:
            return
        insert = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
        c.execute(insert(t.url).on_conflict_do_nothing(), list(rows.values()))
        hosts = {row["host"]: {"host": row["host"], "next_at": 0.0} for row in rows.values()}
        c.execute(insert(t.host).on_conflict_do_nothing(), list(hosts.values()))

    def claim(self, run_id: int, *, delay: float, concurrency: int) -> ClaimedUrl | float | None:
        """The next URL to visit, held for `LEASE_SECONDS`; its host's next slot is booked.

        Where every host must rest first, the seconds until one is free; None where nothing is left
        (what other workers hold aside: then the seconds until it is worth asking again).
        """
        now = time.time()
        u, h = t.url, t.host
        todo = sa.and_(u.c.run_id == run_id, u.c.outcome.is_(None))
        held = sa.and_(todo, u.c.lease > now)
        free = sa.and_(todo, sa.or_(u.c.lease.is_(None), u.c.lease <= now))
        with self._write() as c:
            full = [
                host
                for host, open_ in c.execute(
                    sa.select(u.c.host, sa.func.count()).where(held).group_by(u.c.host)
                )
                if open_ >= concurrency
            ]
            row = c.execute(
                sa.select(u)
                .join(h, h.c.host == u.c.host)
                .where(free, h.c.next_at <= now, u.c.host.not_in(full))
                .order_by(u.c.attempts, u.c.depth, u.c.id)
                .limit(1)
            ).one_or_none()
            if row is None:
                rest = c.execute(
                    sa.select(sa.func.min(h.c.next_at))
                    .select_from(u.join(h, h.c.host == u.c.host))
                    .where(free, u.c.host.not_in(full))
                ).scalar()
                if rest is not None:
                    return max(0.01, float(rest) - now)
                waiting = c.execute(sa.select(sa.func.count()).select_from(u).where(todo)).scalar_one()
                return 0.05 if waiting else None
            c.execute(
                u.update()
                .where(u.c.id == row.id)
                .values(lease=now + LEASE_SECONDS, attempts=row.attempts + 1)
            )
            c.execute(h.update().where(h.c.host == row.host).values(next_at=now + delay))
        return _claimed(row, row.attempts + 1)

    def claim_target(self, run_id: int, target: NewUrl) -> ClaimedUrl | None:
        """Hold the page that a redirect led to, to audit it in the same visit; None where it is taken."""
        now = time.time()
        with self._write() as c:
            self._add(c, run_id, [target])
            row = c.execute(
                sa.select(t.url).where(t.url.c.run_id == run_id, t.url.c.identity == target.identity)
            ).one()
            if row.outcome is not None or (row.lease or 0) > now:
                return None
            c.execute(t.url.update().where(t.url.c.id == row.id).values(lease=now + LEASE_SECONDS))
        return _claimed(row, row.attempts)

    def release(self, claimed: ClaimedUrl) -> None:
        """Put a URL back: it will be visited again, after those never tried."""
        with self._write() as c:
            c.execute(t.url.update().where(t.url.c.id == claimed.id).values(lease=None))

    def book(self, host: str, delay: float) -> float:
        """Book the next slot of a host for a request that is no page; returns the seconds to wait."""
        now = time.time()
        with self._write() as c:
            insert = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
            c.execute(insert(t.host).values(host=host, next_at=0.0).on_conflict_do_nothing())
            at = max(now, c.execute(sa.select(t.host.c.next_at).where(t.host.c.host == host)).scalar_one())
            c.execute(t.host.update().where(t.host.c.host == host).values(next_at=at + delay))
        return float(at - now)

    def rest(self, host: str, delay: float) -> None:
        """A request to the host ended: the next one starts `delay` seconds from now at the earliest."""
        with self._write() as c:
            self._rest(c, host, delay)

    def _rest(self, c: sa.Connection, host: str, delay: float) -> None:
        at = time.time() + delay
        c.execute(t.host.update().where(t.host.c.host == host, t.host.c.next_at < at).values(next_at=at))

    def record(
        self,
        run_id: int,
        visits: Sequence[tuple[ClaimedUrl, Visit]],
        *,
        delay: float = 0.0,
        state: str = "loaded",
        lang: str = "",
        results: Sequence[RuleResult] = (),
        findings: Sequence[Finding] = (),
        untested: Sequence[Untested] = (),
        refused: Sequence[str] = (),
        links: Iterable[NewUrl] = (),
    ) -> None:
        """Settle the URLs of one visit, with everything it brought, in one transaction.

        `visits`: the URL that was requested and, where it led on, the one it led to; what was found
        belongs to the one that was audited. Their host rests for `delay` seconds from now.
        """
        with self._write() as c:
            for claimed, visit in visits:
                settled = c.execute(
                    t.url.update()
                    .where(t.url.c.id == claimed.id, t.url.c.outcome.is_(None))
                    .values(outcome=visit.outcome, reason=clean(visit.reason), lease=None)
                )
                if settled.rowcount == 0:
                    continue  # another worker was quicker, after our lease ran out
                c.execute(t.visit.insert().values(**visit_row(run_id, claimed.id, visit)))
                if visit.outcome is UrlOutcome.AUDITED:
                    self._record_audited(
                        c, run_id, claimed.id, state, lang, results, findings, untested, refused
                    )
            self._add(c, run_id, links)
            for host in {claimed.host for claimed, _ in visits}:
                self._rest(c, host, delay)

    def _record_audited(
        self,
        c: sa.Connection,
        run_id: int,
        url_id: int,
        state: str,
        lang: str,
        results: Sequence[RuleResult],
        findings: Sequence[Finding],
        untested: Sequence[Untested],
        refused: Sequence[str],
    ) -> None:
        answer = c.execute(
            t.snapshot.insert().values(
                run_id=run_id,
                url_id=url_id,
                state=state,
                lang=clean(lang),
                refused=[clean(u) for u in refused[:100]],
            )
        )
        ids = {"run_id": run_id, "snapshot_id": new_id(answer)}
        if results:
            c.execute(t.rule_result.insert(), [{**result_row(r), **ids} for r in results])
        if findings:
            c.execute(t.finding.insert(), [{**finding_row(f), **ids} for f in findings])
        if untested:
            c.execute(
                t.untested.insert(),
                [
                    {
                        "run_id": run_id,
                        "url_id": url_id,
                        "what": u.what,
                        "where": clean(u.where),
                        "reason": clean(u.reason),
                    }
                    for u in untested
                ],
            )

    def close_rest(self, run_id: int, outcome: UrlOutcome, reason: str) -> int:
        """Settle every URL that is still to do, with one outcome and reason; returns how many."""
        with self._write() as c:
            answer = c.execute(
                t.url.update()
                .where(t.url.c.run_id == run_id, t.url.c.outcome.is_(None))
                .values(outcome=outcome, reason=reason, lease=None)
            )
            return answer.rowcount

    def counts(self, run_id: int) -> dict[str | None, int]:
        """URLs by outcome; those still to do under None."""
        with self.reading() as c:
            rows = c.execute(
                sa.select(t.url.c.outcome, sa.func.count())
                .where(t.url.c.run_id == run_id)
                .group_by(t.url.c.outcome)
            )
            return {row[0]: row[1] for row in rows}


def _claimed(row: Any, attempts: int) -> ClaimedUrl:
    return ClaimedUrl(
        id=row.id,
        url=row.url,
        identity=row.identity,
        host=row.host,
        depth=row.depth,
        discovery=Discovery(row.discovery),
        found_on=row.found_on,
        attempts=attempts,
    )
