"""The queue of a crawl: whose turn it is, who holds which URL, and when a host may be asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.models import Discovery, NewUrl
from auditor.store import schema as t
from auditor.store.database import Database, now
from auditor.store.ledger import add_urls
from auditor.store.runs import HEARTBEAT_SECONDS, LEASE_SECONDS

HOLD_SECONDS = 5.0  # after these the host of a request whose auditor was killed is free again
ATTEMPTS = 5  # visits that brought the auditor down or were cut off, before a page is given up

_FREE_AT = sa.case(  # when a host may be asked again
    (t.host.c.held_until > t.host.c.next_at, t.host.c.held_until), else_=t.host.c.next_at
)

# What a claim asks, built once too.
_TODO = sa.and_(t.url.c.run_id == sa.bindparam("its_run"), t.url.c.outcome.is_(None))
_ALIVE = sa.and_(t.url.c.lease > sa.bindparam("at"), t.run.c.heartbeat > sa.bindparam("alive"))
_FULL = (  # hosts that have no place left, over all runs at work
    sa.select(t.url.c.host)
    .join(t.run, t.run.c.id == t.url.c.run_id)
    .where(_ALIVE)
    .group_by(t.url.c.host)
    .having(sa.func.count() >= sa.bindparam("most"))
)
# The run's hosts with something to do, one after the other by the index: a claim must cost the same however
# many pages a host has, and however many hosts other runs have.
_HOSTS = sa.select(sa.func.min(t.url.c.host).label("host")).where(_TODO).cte("of_run", recursive=True)
_HOSTS = _HOSTS.union_all(
    sa.select(
        sa.select(sa.func.min(t.url.c.host)).where(_TODO, t.url.c.host > _HOSTS.c.host).scalar_subquery()
    ).where(_HOSTS.c.host.is_not(None))
)
_FREE_FIRST = (  # of each
    sa.select(t.url.c.id)
    .where(_TODO, sa.or_(t.url.c.lease.is_(None), t.url.c.lease <= sa.bindparam("at")))
    .where(t.url.c.host == t.host.c.host)
    .order_by(t.url.c.attempts, t.url.c.cost, t.url.c.id)
    .limit(1)
    .correlate(t.host)
    .scalar_subquery()
)
_PAGE = t.url.alias()
_NEXT = (
    sa.select(_PAGE)
    .select_from(_HOSTS.join(t.host, t.host.c.host == _HOSTS.c.host).join(_PAGE, _PAGE.c.id == _FREE_FIRST))
    .where(sa.bindparam("at") >= _FREE_AT, t.host.c.host.not_in(_FULL))
    .order_by(_PAGE.c.attempts, _PAGE.c.cost, _PAGE.c.id)
    .limit(1)
    .with_for_update(of=t.host, skip_locked=True)  # a host that another run is booking is not free
)
_REST = (
    sa.select(sa.func.min(_FREE_AT))
    .select_from(_HOSTS.join(t.host, t.host.c.host == _HOSTS.c.host))
    .where(_FREE_FIRST.is_not(None), t.host.c.host.not_in(_FULL))
)
_WAITING = sa.select(t.url.c.id).where(_TODO).limit(1)
_HOLD = (
    t.url.update()
    .where(t.url.c.id == sa.bindparam("its_id"))
    .values(lease=sa.bindparam("until"), attempts=sa.bindparam("tried"))
)
_BOOK = t.host.update().where(t.host.c.host == sa.bindparam("its_host")).values(next_at=sa.bindparam("slot"))


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
    chain: int = 0
    cost: int = 0


class Queue(Database):
    """What is to do, and the hosts it is at."""

    def claim(
        self, run_id: int, *, delay: Callable[[str], float], concurrency: int
    ) -> ClaimedUrl | float | None:
        """The next URL to visit, held for `LEASE_SECONDS`; its host's next slot is booked.

        `delay(host)`: seconds between two requests; `concurrency`: URLs of one host held at once, over all
        runs of the store. Where every host must rest first, the seconds until one is free; None where nothing
        is left (what other workers hold aside: then the seconds until it is worth asking again).
        """
        with self._write(run_id) as c:
            at = now(c)
            given = {"its_run": run_id, "at": at, "alive": at - HEARTBEAT_SECONDS, "most": concurrency}
            row = c.execute(_NEXT, given).one_or_none()
            if row is None:
                rest = c.execute(_REST, given).scalar()
                if rest is not None:
                    return max(0.01, float(rest) - at)
                waiting = c.execute(_WAITING, {"its_run": run_id}).first()
                return 0.05 if waiting else None
            held = {"its_id": row.id, "until": at + LEASE_SECONDS, "tried": row.attempts + 1}
            c.execute(_HOLD, held)
            c.execute(_BOOK, {"its_host": row.host, "slot": at + delay(row.host)})
        return _claimed(row, row.attempts + 1)

    def claim_target(self, run_id: int, target: NewUrl) -> ClaimedUrl | None:
        """Hold the page that a redirect led to, to audit it in the same visit; None where it is taken."""
        with self._write(run_id) as c:
            add_urls(c, run_id, [target])
            row = c.execute(
                sa.select(t.url).where(t.url.c.run_id == run_id, t.url.c.identity == target.identity)
            ).one()
            if row.outcome is not None or (row.lease or 0) > now(c):
                return None
            c.execute(t.url.update().where(t.url.c.id == row.id).values(lease=now(c) + LEASE_SECONDS))
        return _claimed(row, row.attempts)

    def release(self, claimed: ClaimedUrl, *, cost: int | None = None) -> None:
        """Put a URL back: it will be visited again, after those never tried; or at `cost`, as if new."""
        anew = {} if cost is None else {"cost": cost, "attempts": claimed.attempts - 1}
        with self._write(None) as c:
            c.execute(t.url.update().where(t.url.c.id == claimed.id).values(lease=None, **anew))

    def todo(self, run_id: int, like: Sequence[str] = ("%",)) -> list[ClaimedUrl]:
        """The URLs that are to do, and that no worker holds, whose identity is like one of these (by LIKE).

        They are not claimed by this.
        """
        query = sa.select(t.url).where(
            t.url.c.run_id == run_id,
            t.url.c.outcome.is_(None),
            sa.or_(*(t.url.c.identity.like(pattern) for pattern in like)),
        )
        with self.reading() as c:
            query = query.where(sa.or_(t.url.c.lease.is_(None), t.url.c.lease <= now(c)))
            return [_claimed(row, row.attempts) for row in c.execute(query)]

    def hasten(self, run_id: int, identity: str, cost: int) -> None:
        """Let a URL come at `cost` in the queue, if it stands further back."""
        u = t.url
        with self._write(run_id) as c:
            c.execute(
                u.update()
                .where(u.c.run_id == run_id, u.c.identity == identity, u.c.cost > cost)
                .values(cost=cost)
            )

    def put_in_order(self, run_id: int, places: Mapping[int, int]) -> None:
        """Let URLs, by their ids, have their turns by their places in the queue."""
        if not places:
            return
        u = t.url
        query = u.update().where(u.c.id == sa.bindparam("its_id")).values(cost=sa.bindparam("its_place"))
        with self._write(run_id) as c:
            c.execute(query, [{"its_id": each, "its_place": place} for each, place in places.items()])

    def take(self, host: str, delay: float, *, run_id: int, concurrency: int) -> float:
        """Take a slot of a host for a request that is no page; 0 where it was free: it is booked, and held.

        Else the seconds until it is worth asking again: the host rests or is held, or other runs have
        `concurrency` of its pages open.
        """
        with self._write(run_id) as c:
            c.execute(insert(t.host).values(host=host, next_at=0.0).on_conflict_do_nothing())
            free_at = sa.select(_FREE_AT).where(t.host.c.host == host).with_for_update()
            seconds = c.execute(free_at).scalar_one() - now(c)
            if seconds > 0:
                return float(max(0.01, seconds))
            if _open(c, but=run_id).get(host, 0) >= concurrency:
                return 0.1
            taken = {"next_at": now(c) + delay, "held_until": now(c) + HOLD_SECONDS}
            c.execute(t.host.update().where(t.host.c.host == host).values(**taken))
        return 0.0

    def hold(self, host: str) -> None:
        """Keep everyone off a host for `HOLD_SECONDS` more: a request is under way there."""
        with self._write(None) as c:
            held = {"held_until": now(c) + HOLD_SECONDS}
            c.execute(t.host.update().where(t.host.c.host == host).values(**held))

    def free(self, host: str, delay: float) -> None:
        """No request that is no page is under way any more: the host rests for `delay` seconds."""
        with self._write(None) as c:
            c.execute(t.host.update().where(t.host.c.host == host).values(held_until=None))
            rest(c, host, delay)

    def book(self, host: str, delay: float) -> float:
        """Book the next slot of a host for a request within a visit; returns the seconds to wait."""
        with self._write(None) as c:
            c.execute(insert(t.host).values(host=host, next_at=0.0).on_conflict_do_nothing())
            booked = sa.select(t.host.c.next_at).where(t.host.c.host == host).with_for_update()
            at = max(now(c), c.execute(booked).scalar_one())
            c.execute(t.host.update().where(t.host.c.host == host).values(next_at=at + delay))
            return float(at - now(c))

    def rest(self, host: str, delay: float) -> None:
        """A request to the host ended: the next one starts `delay` seconds from now at the earliest."""
        with self._write(None) as c:
            rest(c, host, delay)


def rest(c: sa.Connection, host: str, delay: float) -> None:
    at = now(c) + delay
    c.execute(t.host.update().where(t.host.c.host == host, t.host.c.next_at < at).values(next_at=at))


def _open(c: sa.Connection, *, but: int | None = None) -> dict[str, int]:
    """URLs held, by host, over all runs at work but one."""
    u, r = t.url.c, t.run.c
    query = (
        sa.select(u.host, sa.func.count())
        .join(t.run, r.id == u.run_id)
        .where(u.lease > now(c), r.heartbeat > now(c) - HEARTBEAT_SECONDS, r.id.is_distinct_from(but))
        .group_by(u.host)
    )
    return {row[0]: row[1] for row in c.execute(query)}


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
        chain=row.chain,
        cost=row.cost,
    )
