"""Reading a run back. What is large comes as iterators that open the store anew at each call."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from auditor.evidence.site import PageFacts
from auditor.limits import MAX_RETRY_AFTER, STALLED_AFTER
from auditor.models import (
    LOADED,
    AuditPoint,
    IssueLife,
    Run,
    RunState,
    Standing,
    UrlOutcome,
)
from auditor.store import schema as t
from auditor.store.read_findings import FindingsReader
from auditor.store.read_ledger import LedgerReader
from auditor.store.rows import moment
from auditor.store.runs import held
from auditor.store.store import Store


def as_run(row: Any) -> Run:
    started = moment(row.started)
    assert started is not None
    return Run(
        id=row.id,
        site=row.site,
        state=RunState(row.state),
        started=started,
        finished=moment(row.finished),
        settings=row.settings,
        versions=row.versions,
        notes=tuple(row.notes),
        stopped=row.stopped,
    )


class RunReader(LedgerReader, FindingsReader):
    """One run of a store, to be read."""

    @classmethod
    def latest(cls, store: Store, site: str) -> RunReader | None:
        """The newest run of a site that holds anything; None where there is none."""
        with store.reading() as c:
            found = c.execute(
                sa.select(t.run.c.id).where(t.run.c.site == site).order_by(t.run.c.id.desc()).limit(1)
            ).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def numbered(cls, store: Store, run_id: int) -> RunReader | None:
        """The run of that number; None where there is none."""
        with store.reading() as c:
            found = c.execute(sa.select(t.run.c.id).where(t.run.c.id == run_id)).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def before(cls, store: Store, site: str, run_id: int) -> RunReader | None:
        """The newest run of a site before this one that came to its end; None where there is none."""
        query = (
            sa.select(t.run.c.id)
            .where(t.run.c.site == site, t.run.c.id < run_id, t.run.c.state == RunState.DONE)
            .order_by(t.run.c.id.desc())
            .limit(1)
        )
        with store.reading() as c:
            found = c.execute(query).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def done(cls, store: Store, site: str, *, after: int) -> list[RunReader]:
        """The runs of a site after that number that came to their end, oldest first."""
        query = (
            sa.select(t.run.c.id)
            .where(t.run.c.site == site, t.run.c.id > after, t.run.c.state == RunState.DONE)
            .order_by(t.run.c.id)
        )
        with store.reading() as c:
            return [cls(store, number) for number in c.execute(query).scalars()]

    @classmethod
    def last_whole(cls, store: Store, site: str) -> RunReader | None:
        """The newest run of a site that came to its end and followed links; None where there is none."""
        for reader in reversed(cls.done(store, site, after=0)):
            if reader.run().settings.get("follow_links", True):
                return reader
        return None

    @staticmethod
    def sites(store: Store) -> list[str]:
        """The ids of all sites that the store has runs of, the newest run's first."""
        with store.reading() as c:
            newest = sa.func.max(t.run.c.id)
            return list(
                c.execute(sa.select(t.run.c.site).group_by(t.run.c.site).order_by(newest.desc())).scalars()
            )

    def run(self) -> Run:
        return as_run(next(self._rows(sa.select(t.run).where(t.run.c.id == self.run_id))))

    def page_facts(self) -> Iterator[PageFacts]:
        """Every audited page with its facts, in the order of the ledger."""
        return self._store.page_facts(self.run_id)

    def page_kinds(self) -> Iterator[tuple[str, frozenset[int] | None]]:
        """Every audited page; the kinds of element on it where it was driven for others too."""
        s, u = t.snapshot, t.url
        query = (
            sa.select(u.c.url, s.c.driven)
            .join(u, u.c.id == s.c.url_id)
            .where(s.c.run_id == self.run_id, s.c.state == LOADED)
            .order_by(u.c.id)
        )
        for row in self._rows(query):
            yield row.url, None if row.driven is None else frozenset(row.driven)

    def part(self, name: str) -> Any:
        """What `Store.keep_part` kept under a name; None where it kept nothing."""
        query = sa.select(t.run_part.c.value).where(
            t.run_part.c.run_id == self.run_id, t.run_part.c.name == name
        )
        with self._store.reading() as c:
            return c.execute(query).scalar()

    def history(self) -> tuple[AuditPoint, ...]:
        """The finished audits of the site up to this one, oldest first."""
        site = next(self._rows(sa.select(t.run.c.site).where(t.run.c.id == self.run_id)))[0]
        return tuple(point for point in self._store.points(site) if point.run <= self.run_id)

    def lives(self) -> list[IssueLife]:
        """Of the site's issues, as they stood after its last finished audit."""
        site = next(self._rows(sa.select(t.run.c.site).where(t.run.c.id == self.run_id)))[0]
        return self._store.lives(site)

    def standing(self) -> Standing:
        """How far the run is, and whether anyone gets on with it."""
        row = next(self._rows(sa.select(t.run).where(t.run.c.id == self.run_id)))
        return self.stands(row, self.by_outcome().get(UrlOutcome.AUDITED, 0))

    def stands(self, row: Any, audited: int) -> Standing:
        """The same, of its row of the table `run`."""
        came_on = row.progress or row.started
        at_work = held(row.holder, row.heartbeat)
        progress = moment(came_on)
        assert progress is not None
        return Standing(
            run=as_run(row),
            known=row.known,
            settled=row.settled,
            audited=audited,
            progress=progress,
            holder=row.holder,
            held=at_work,
            stalled=at_work and time.time() - self._rested(row, came_on) > STALLED_AFTER,
        )

    def _rested(self, row: Any, came_on: float) -> float:
        """Since when a run could have got on: its hosts may have asked for a rest after it last did.

        A rest counts once after each progress, as long as one may last: what asks a host again and again,
        and settles nothing, has stalled all the same.
        """
        u, h = t.url.c, t.host.c
        waiting = sa.exists().where(u.run_id == self.run_id, u.host == h.host, u.outcome.is_(None))
        due = next(self._rows(sa.select(sa.func.min(h.next_at)).where(waiting)))[0]
        longest = max(MAX_RETRY_AFTER, float(row.settings.get("delay") or 0))
        return max(came_on, min(due or came_on, came_on + longest))

    def engine_rules(self) -> list[Mapping[str, Any]]:
        """What the engine said of its rules when the run was started."""
        row = next(self._rows(sa.select(t.run.c.rules).where(t.run.c.id == self.run_id)))
        return list(row.rules)

    def refused(self) -> dict[str, int]:
        """Requests that the network guard refused, by reason."""
        return dict(next(self._rows(sa.select(t.run.c.refused).where(t.run.c.id == self.run_id)))[0])
