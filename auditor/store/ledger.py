"""The ledger: which URLs a run knows, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.models import NewUrl, UrlOutcome
from auditor.store import schema as t
from auditor.store.database import Database, now
from auditor.store.rows import clean, ledger_row

_COUNT = (  # built once, since building costs more than the database needs
    t.run.update()
    .where(t.run.c.id == sa.bindparam("its_id"))
    .values(
        known=t.run.c.known + sa.bindparam("more"),
        settled=t.run.c.settled + sa.bindparam("done"),
        progress=sa.bindparam("now"),
    )
)


class Ledger(Database):
    """The URLs of runs; `queue.py` has those whose turn it is."""

    def add_urls(self, run_id: int, urls: Iterable[NewUrl]) -> list[str]:
        """Enter URLs in the ledger; those already known stay as they are. Returns the
        identities of the new ones that are to do."""
        with self._write(run_id) as c:
            return add_urls(c, run_id, urls)

    def tally(self, run_id: int) -> tuple[int, int]:
        """How many URLs are settled, and how many are left to do."""
        with self.reading() as c:
            row = c.execute(sa.select(t.run.c.known, t.run.c.settled).where(t.run.c.id == run_id)).one()
        return row.settled, row.known - row.settled

    def outcome(self, run_id: int, identity: str) -> UrlOutcome | None:
        """The outcome of a URL; None where it is not settled, or not in the ledger."""
        query = sa.select(t.url.c.outcome).where(t.url.c.run_id == run_id, t.url.c.identity == identity)
        with self.reading() as c:
            outcome = c.execute(query).scalar()
        return UrlOutcome(outcome) if outcome else None

    def settle(self, run_id: int, settled: Sequence[tuple[int, UrlOutcome, str]]) -> None:
        """Settle URLs without a visit: (id, outcome, reason) each. What was settled meanwhile stays so."""
        if not settled:
            return
        u = t.url
        query = (
            u.update()
            .where(u.c.id == sa.bindparam("its_id"), u.c.run_id == run_id, u.c.outcome.is_(None))
            .values(outcome=sa.bindparam("its_outcome"), reason=sa.bindparam("its_reason"), lease=None)
        )
        with self._write(run_id) as c:
            answer = c.execute(
                query,
                [{"its_id": i, "its_outcome": o, "its_reason": clean(r)} for i, o, r in settled],
            )
            count(c, run_id, settled=answer.rowcount)

    def close_rest(self, run_id: int, outcome: UrlOutcome, reason: str, *, host: str | None = None) -> int:
        """Settle every URL that is still to do, of one host or all, with one outcome and reason.

        What workers hold is theirs to settle, unless no host is named. Returns how many.
        """
        todo = [t.url.c.run_id == run_id, t.url.c.outcome.is_(None)]
        with self._write(run_id) as c:
            if host is not None:
                todo += [t.url.c.host == host, sa.or_(t.url.c.lease.is_(None), t.url.c.lease <= now(c))]
            answer = c.execute(
                t.url.update().where(*todo).values(outcome=outcome, reason=clean(reason), lease=None)
            )
            count(c, run_id, settled=answer.rowcount)
            return answer.rowcount

    def goes_on(self, run_id: int, left: Sequence[str]) -> bool:
        """Whether pages of other hosts than these were audited, or are to do."""
        u = t.url.c
        query = sa.select(u.id).where(
            u.run_id == run_id,
            u.host.not_in([clean(host) for host in left]),
            sa.or_(u.outcome.is_(None), u.outcome == UrlOutcome.AUDITED),
        )
        with self.reading() as c:
            return c.execute(query.limit(1)).first() is not None

    def counts(self, run_id: int) -> dict[str | None, int]:
        """URLs by outcome; those still to do under None."""
        with self.reading() as c:
            rows = c.execute(
                sa.select(t.url.c.outcome, sa.func.count())
                .where(t.url.c.run_id == run_id)
                .group_by(t.url.c.outcome)
            )
            return {row[0]: row[1] for row in rows}


def add_urls(c: sa.Connection, run_id: int, urls: Iterable[NewUrl]) -> list[str]:
    rows = {u.identity: ledger_row(run_id, u) for u in urls}
    if not rows:
        return []
    known = _known(c, run_id, list(rows))
    new = [row for identity, row in rows.items() if identity not in known]
    todo = [row for row in new if row["outcome"] is None]
    if new:
        c.execute(insert(t.url).on_conflict_do_nothing(), new)
        count(c, run_id, known=len(new), settled=len(new) - len(todo))
    if todo:
        hosts = sorted({row["host"] for row in todo})  # all writers in one order: none waits for another
        rows_of_hosts = [{"host": host, "next_at": 0.0} for host in hosts]
        c.execute(insert(t.host).on_conflict_do_nothing(), rows_of_hosts)
    return [row["identity"] for row in todo]


def _known(c: sa.Connection, run_id: int, identities: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(identities), 500):
        some = [clean(identity) for identity in identities[start : start + 500]]
        query = sa.select(t.url.c.identity).where(t.url.c.run_id == run_id, t.url.c.identity.in_(some))
        known |= set(c.execute(query).scalars())
    return known


def count(c: sa.Connection, run_id: int, *, known: int = 0, settled: int = 0) -> None:
    """The run came on: so many URLs more are known, and settled."""
    c.execute(_COUNT, {"its_id": run_id, "more": known, "done": settled, "now": now(c)})
