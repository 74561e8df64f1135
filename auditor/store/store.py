"""The store: opened once a process, used from one thread at a time.

Every public method is one transaction. An audit killed at any moment leaves whole pages only: a page's
result, its links and its outcome are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.evidence import Place
from auditor.evidence.site import PageFacts
from auditor.models import (
    BANNER,
    LOADED,
    Discovery,
    Finding,
    NewUrl,
    PageShown,
    Picture,
    RuleResult,
    Snapshot,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.store import schema as t
from auditor.store.database import now, streamed
from auditor.store.documents import DocumentsOfRuns
from auditor.store.history import History
from auditor.store.reuse import KeptPage, ReusedPages
from auditor.store.rows import (
    clean,
    finding_row,
    ledger_row,
    new_id,
    packed,
    picture_row,
    result_row,
    unpacked,
    visit_row,
)
from auditor.store.runs import HEARTBEAT_SECONDS, LEASE_SECONDS, Runs
from auditor.store.schedules import Schedules

HOLD_SECONDS = 5.0  # after these the host of a request whose auditor was killed is free again
ATTEMPTS = 5  # visits that brought the auditor down or were cut off, before a page is given up

_FREE_AT = sa.case(  # when a host may be asked again
    (t.host.c.held_until > t.host.c.next_at, t.host.c.held_until), else_=t.host.c.next_at
)
_FIRST = t.snapshot.alias()
_FIRST_SHOWN = (  # of a page: as the crawl met it, else as a journey met it first
    sa.select(_FIRST.c.id)
    .where(_FIRST.c.url_id == t.url.c.id)
    .order_by(_FIRST.c.journey != "", _FIRST.c.state != LOADED, _FIRST.c.id)
    .limit(1)
    .correlate(t.url)
    .scalar_subquery()
)
_FORM = ("visited", "barren", "within", "stopped")
_NEW_FORMS = insert(t.form)
_COUNTED = {
    column: t.form.c[column] + _NEW_FORMS.excluded[column] for column in ("visited", "barren", "within")
}
_UPSERT_FORMS = _NEW_FORMS.on_conflict_do_update(  # several processes count
    index_elements=["run_id", "form"],
    set_=_COUNTED
    | {
        "barren": sa.case((_COUNTED["barren"] > 0, _COUNTED["barren"]), else_=0),
        "stopped": sa.func.coalesce(t.form.c.stopped, _NEW_FORMS.excluded.stopped),
    },
)
_COUNT = (  # built once, since building costs more than the database needs
    t.run.update()
    .where(t.run.c.id == sa.bindparam("its_id"))
    .values(
        known=t.run.c.known + sa.bindparam("more"),
        settled=t.run.c.settled + sa.bindparam("done"),
        progress=sa.bindparam("now"),
    )
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


class Store(Runs, History, DocumentsOfRuns, ReusedPages, Schedules):
    """Runs, their ledger and their findings, and what outlives them.

    Raises `StoreError` where the database fails.
    """

    def add_urls(self, run_id: int, urls: Iterable[NewUrl]) -> list[str]:
        """Enter URLs in the ledger; those already known stay as they are. Returns the
        identities of the new ones that are to do."""
        with self._write(run_id) as c:
            return self._add(c, run_id, urls)

    def _add(self, c: sa.Connection, run_id: int, urls: Iterable[NewUrl]) -> list[str]:
        rows = {u.identity: ledger_row(run_id, u) for u in urls}
        if not rows:
            return []
        known = self._known(c, run_id, list(rows))
        new = [row for identity, row in rows.items() if identity not in known]
        todo = [row for row in new if row["outcome"] is None]
        if new:
            c.execute(insert(t.url).on_conflict_do_nothing(), new)
            self._count(c, run_id, known=len(new), settled=len(new) - len(todo))
        if todo:
            hosts = sorted({row["host"] for row in todo})  # all writers in one order: none waits for another
            rows_of_hosts = [{"host": host, "next_at": 0.0} for host in hosts]
            c.execute(insert(t.host).on_conflict_do_nothing(), rows_of_hosts)
        return [row["identity"] for row in todo]

    def _count(self, c: sa.Connection, run_id: int, *, known: int = 0, settled: int = 0) -> None:
        """The run came on: so many URLs more are known, and settled."""
        c.execute(_COUNT, {"its_id": run_id, "more": known, "done": settled, "now": now(c)})

    def tally(self, run_id: int) -> tuple[int, int]:
        """How many URLs are settled, and how many are left to do."""
        with self.reading() as c:
            row = c.execute(sa.select(t.run.c.known, t.run.c.settled).where(t.run.c.id == run_id)).one()
        return row.settled, row.known - row.settled

    def _known(self, c: sa.Connection, run_id: int, identities: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(identities), 500):
            some = [clean(identity) for identity in identities[start : start + 500]]
            query = sa.select(t.url.c.identity).where(t.url.c.run_id == run_id, t.url.c.identity.in_(some))
            known |= set(c.execute(query).scalars())
        return known

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

    def _open(self, c: sa.Connection, *, but: int | None = None) -> dict[str, int]:
        """URLs held, by host, over all runs at work but one."""
        u, r = t.url.c, t.run.c
        query = (
            sa.select(u.host, sa.func.count())
            .join(t.run, r.id == u.run_id)
            .where(u.lease > now(c), r.heartbeat > now(c) - HEARTBEAT_SECONDS, r.id.is_distinct_from(but))
            .group_by(u.host)
        )
        return {row[0]: row[1] for row in c.execute(query)}

    def claim_target(self, run_id: int, target: NewUrl) -> ClaimedUrl | None:
        """Hold the page that a redirect led to, to audit it in the same visit; None where it is taken."""
        with self._write(run_id) as c:
            self._add(c, run_id, [target])
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

    def outcome(self, run_id: int, identity: str) -> UrlOutcome | None:
        """The outcome of a URL; None where it is not settled, or not in the ledger."""
        query = sa.select(t.url.c.outcome).where(t.url.c.run_id == run_id, t.url.c.identity == identity)
        with self.reading() as c:
            outcome = c.execute(query).scalar()
        return UrlOutcome(outcome) if outcome else None

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
            if self._open(c, but=run_id).get(host, 0) >= concurrency:
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
            self._rest(c, host, delay)

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
            self._rest(c, host, delay)

    def _rest(self, c: sa.Connection, host: str, delay: float) -> None:
        at = now(c) + delay
        c.execute(t.host.update().where(t.host.c.host == host, t.host.c.next_at < at).values(next_at=at))

    def record(
        self,
        run_id: int,
        visits: Sequence[tuple[ClaimedUrl, Visit]],
        *,
        delay: float = 0.0,
        state: str = "loaded",
        lang: str = "",
        features: Mapping[str, int] = MappingProxyType({}),
        facts: Mapping[str, Any] = MappingProxyType({}),
        results: Sequence[RuleResult] = (),
        findings: Sequence[Finding] = (),
        untested: Sequence[Untested] = (),
        driven: Sequence[int] | None = None,
        pictures: Sequence[Picture] = (),
        links: Iterable[NewUrl] = (),
        states: Sequence[tuple[Snapshot, Sequence[RuleResult], Sequence[Finding]]] = (),
        parts: Mapping[str, Any] = MappingProxyType({}),
        forms: Mapping[str, Sequence[object]] = MappingProxyType({}),
        made_of: Mapping[str, Any] = MappingProxyType({}),
        kept: KeptPage | None = None,
        site_rules: Sequence[str] = (),
    ) -> list[str]:
        """Settle the URLs of one visit, with everything it brought, in one transaction.

        `visits`: the URL that was requested and, where it led on, the one it led to; what was found
        belongs to the one that was audited. Their host rests for `delay` seconds from now. `forms`: what
        `Traps.changes` gives. `driven`: as `Snapshot` has it. `states`: further ones
        of the page, with what rules say of them. `pictures`: those of issues that have one stay out. `parts`:
        of the run, as `keep_part` keeps them. `made_of`: what a later run must know to take the page over.
        `kept`: the page of an earlier run that is taken over in place of results, findings and all that, but
        for what `site_rules` said. Returns the identities of those `links` that are new and to do.
        """
        settled = 0
        with self._write(run_id) as c:
            for claimed, visit in visits:
                answer = c.execute(
                    t.url.update()
                    .where(t.url.c.id == claimed.id, t.url.c.outcome.is_(None))
                    .values(outcome=visit.outcome, reason=clean(visit.reason), lease=None)
                )
                settled += answer.rowcount
                if answer.rowcount == 0:
                    continue  # another worker was quicker, after our lease ran out
                c.execute(t.visit.insert().values(**visit_row(run_id, claimed.id, visit)))
                if visit.outcome is UrlOutcome.AUDITED and kept is not None:
                    self._take_over(c, run_id, claimed.id, kept, driven, site_rules)
                elif visit.outcome is UrlOutcome.AUDITED:
                    if made_of:
                        self._keep_page(c, run_id, claimed.id, made_of)
                    self._record_audited(
                        c,
                        run_id,
                        claimed.id,
                        state,
                        lang,
                        features,
                        facts,
                        results,
                        findings,
                        untested,
                        driven,
                    )
                    for shown, said, found in states:
                        self._record_audited(
                            c,
                            run_id,
                            claimed.id,
                            shown.state,
                            shown.lang,
                            shown.features,
                            {},
                            said,
                            found,
                            (),
                            None,
                            variant=shown.variant,
                        )
                    if pictures:
                        rows = [picture_row(each) for each in pictures]
                        ids = {"run_id": run_id, "url_id": claimed.id}
                        c.execute(insert(t.picture).on_conflict_do_nothing(), [row | ids for row in rows])
            links = list(links)
            new = self._add(c, run_id, links)
            if texts := {u.identity: u.document for u in links if u.document is not None}:
                self._link_documents(c, run_id, visits[-1][0].id, texts)
            for host in sorted({claimed.host for claimed, _ in visits}):
                self._rest(c, host, delay)
            if forms:
                self._keep_forms(c, run_id, forms)
            for name, value in parts.items():
                self._keep_part(c, run_id, name, value)
            self._count(c, run_id, settled=settled)
        return new

    def _keep_forms(self, c: sa.Connection, run_id: int, forms: Mapping[str, Sequence[object]]) -> None:
        rows = [
            {"run_id": run_id, "form": clean(form)[:2100], **dict(zip(_FORM, state, strict=True))}
            for form, state in forms.items()
        ]
        c.execute(_UPSERT_FORMS, rows)

    def _record_audited(
        self,
        c: sa.Connection,
        run_id: int,
        url_id: int,
        state: str,
        lang: str,
        features: Mapping[str, int],
        facts: Mapping[str, Any],
        results: Sequence[RuleResult],
        findings: Sequence[Finding],
        untested: Sequence[Untested],
        driven: Sequence[int] | None,
        journey: str = "",
        step: int = 0,
        variant: str = "",
    ) -> None:
        shown = {
            "state": clean(state),
            "journey": journey,
            "step": step,
            "variant": variant,
            "lang": clean(lang),
            "features": dict(features),
            "facts": packed(facts),
            "driven": driven,
        }
        answer = c.execute(t.snapshot.insert().values(run_id=run_id, url_id=url_id, **shown))
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

    def begin_journey(self, run_id: int, journey: str) -> None:
        """Forget the states of a journey that was cut off: it is gone again from its start."""
        s = t.snapshot.c
        with self._write(run_id) as c:
            c.execute(t.snapshot.delete().where(s.run_id == run_id, s.journey == journey))

    def record_state(
        self,
        run_id: int,
        entry: NewUrl,
        visit: Visit,
        *,
        snapshot: Snapshot,
        results: Sequence[RuleResult],
        findings: Sequence[Finding],
        pictures: Sequence[Picture] = (),
        links: Iterable[NewUrl] = (),
    ) -> None:
        """Keep one state, in place of what was kept of it before. `entry` joins the ledger if it is new."""
        with self._write(run_id) as c:
            self._add(c, run_id, [entry])
            u = t.url.c
            known = sa.select(u.id, u.outcome).where(u.run_id == run_id, u.identity == clean(entry.identity))
            url_id, outcome = c.execute(known).one()
            if outcome == UrlOutcome.AUDITED:  # else the crawl is still to go there
                row = visit_row(run_id, url_id, visit)
                c.execute(insert(t.visit).values(**row).on_conflict_do_nothing())
            s = t.snapshot.c
            c.execute(t.snapshot.delete().where(s.url_id == url_id, s.state == clean(snapshot.state)))
            self._record_audited(
                c,
                run_id,
                url_id,
                snapshot.state,
                snapshot.lang,
                snapshot.features,
                snapshot.facts,
                results,
                findings,
                snapshot.untested,
                None,
                snapshot.journey,
                snapshot.step,
            )
            if pictures:
                ids = {"run_id": run_id, "url_id": url_id}
                rows = [picture_row(each) | ids for each in pictures]
                c.execute(insert(t.picture).on_conflict_do_nothing(), rows)
            self._add(c, run_id, links)

    def settle_states(self, run_id: int) -> None:
        """What was met in another state was audited, whatever became of its address alone."""
        u, s, v = t.url.c, t.snapshot.c, t.visit.c
        met = sa.select(s.url_id).where(s.run_id == run_id, sa.or_(s.journey != "", s.state == BANNER))
        with self._write(run_id) as c:
            query = sa.select(u.id, u.outcome).where(
                u.id.in_(met), sa.or_(u.outcome.is_(None), u.outcome != UrlOutcome.AUDITED)
            )
            rows = c.execute(query).all()
            ids = [row.id for row in rows]
            if not ids:
                return
            settled = t.url.update().where(u.id.in_(ids))
            c.execute(settled.values(outcome=UrlOutcome.AUDITED, reason="", lease=None))
            c.execute(t.visit.update().where(v.url_id.in_(ids)).values(final_url=None))
            bare = [{"run_id": run_id, "url_id": id_} for id_ in ids]
            c.execute(insert(t.visit).on_conflict_do_nothing(), bare)
            self._count(c, run_id, settled=sum(row.outcome is None for row in rows))

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
            self._count(c, run_id, settled=answer.rowcount)
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
            self._count(c, run_id, settled=answer.rowcount)

    def forms(self, run_id: int) -> dict[str, list[object]]:
        """What `record` kept of the forms of addresses."""
        f = t.form.c
        with self.reading() as c:
            query = sa.select(f.form, f.visited, f.barren, f.within, f.stopped).where(f.run_id == run_id)
            return {row[0]: list(row[1:]) for row in c.execute(query)}

    def stopped_forms(self, run_id: int) -> dict[str, str]:
        """The forms of addresses that are left, and why."""
        f = t.form.c
        query = sa.select(f.form, f.stopped).where(f.run_id == run_id, f.stopped.is_not(None))
        with self.reading() as c:
            return {row.form: row.stopped for row in c.execute(query)}

    def counts(self, run_id: int) -> dict[str | None, int]:
        """URLs by outcome; those still to do under None."""
        with self.reading() as c:
            rows = c.execute(
                sa.select(t.url.c.outcome, sa.func.count())
                .where(t.url.c.run_id == run_id)
                .group_by(t.url.c.outcome)
            )
            return {row[0]: row[1] for row in rows}

    def page_facts(self, run_id: int) -> Iterator[PageFacts]:
        """Every audited page as site rules see it, in the order of the ledger.

        What only a journey met is told as it first showed there.
        """
        u, v, s = t.url.c, t.visit.c, t.snapshot.c
        query = (
            sa.select(u.url, v.title, s.lang, s.facts, s.journey)
            .select_from(t.url.join(t.visit, v.url_id == u.id).join(t.snapshot, s.id == _FIRST_SHOWN))
            .where(u.run_id == run_id, u.outcome == UrlOutcome.AUDITED)
            .order_by(u.id)
        )
        with self.reading() as c:
            for row in streamed(c, query):
                place = Place(selector="html", excerpt=f'<html lang="{escape(row.lang)}">')
                yield PageFacts(
                    url=row.url,
                    title=row.title or "",
                    lang=row.lang,
                    place=place,
                    facts=unpacked(row.facts),
                    by_address=not row.journey,
                )

    def record_site(
        self, run_id: int, rules: Sequence[str], told: Mapping[str, tuple[list[RuleResult], list[Finding]]]
    ) -> None:
        """What site rules say, by the page's URL, in place of what they said before."""
        u, s = t.url.c, t.snapshot.c
        with self._write(run_id) as c:
            for table in (t.rule_result, t.finding):
                c.execute(table.delete().where(table.c.run_id == run_id, table.c.rule.in_(rules)))
            for url, (results, findings) in told.items():
                shown = t.url.join(t.snapshot, s.id == _FIRST_SHOWN)
                page = sa.select(s.id).select_from(shown).where(u.run_id == run_id, u.url == url).limit(1)
                ids = {"run_id": run_id, "snapshot_id": c.execute(page).scalar_one()}
                c.execute(t.rule_result.insert(), [{**result_row(r), **ids} for r in results])
                if findings:
                    c.execute(t.finding.insert(), [{**finding_row(f), **ids} for f in findings])

    def keep_part(self, run_id: int, name: str, value: Any) -> None:
        """Keep what JSON can say under a name, in place of what stood there; `RunReader.part` reads it."""
        with self._write(run_id) as c:
            self._keep_part(c, run_id, name, value)

    def change_part(self, run_id: int, name: str, change: Callable[[Any], Any]) -> None:
        """Keep what `change` makes of what was kept, None where nothing was; nobody else writes meanwhile.

        It may be called again, with what is kept by then.
        """
        p = t.run_part.c
        with self._write(run_id) as c:
            kept = c.execute(sa.select(p.value).where(p.run_id == run_id, p.name == name)).scalar()
            self._keep_part(c, run_id, name, change(kept))

    def _keep_part(self, c: sa.Connection, run_id: int, name: str, value: Any) -> None:
        row = insert(t.run_part).values(run_id=run_id, name=name, value=value)
        c.execute(row.on_conflict_do_update(index_elements=["run_id", "name"], set_={"value": value}))

    def parts(self, run_id: int, under: str) -> list[Any]:
        """What `keep_part` kept under names that begin so, by name."""
        p = t.run_part.c
        query = sa.select(p.value).where(p.run_id == run_id, p.name.startswith(under, autoescape=True))
        with self.reading() as c:
            return list(c.execute(query.order_by(p.name)).scalars())

    def drop_parts(self, run_id: int, under: str) -> None:
        """Keep them no longer."""
        p = t.run_part.c
        with self._write(run_id) as c:
            begin_so = p.name.startswith(under, autoescape=True)
            c.execute(t.run_part.delete().where(p.run_id == run_id, begin_so))

    def pictured(self, run_id: int) -> set[str]:
        """Ids of the issues that have a picture."""
        with self.reading() as c:
            return set(c.execute(sa.select(t.picture.c.issue).where(t.picture.c.run_id == run_id)).scalars())

    def driven(self, run_id: int) -> Iterator[Sequence[int]]:
        """The kinds of element of each page that was driven as a representative."""
        s = t.snapshot.c
        with self.reading() as c:
            driven = sa.select(s.driven).where(s.run_id == run_id, s.driven.is_not(None))
            yield from (row[0] for row in streamed(c, driven))

    def pages_shown(self, run_id: int) -> Iterator[PageShown]:
        """Every page that was audited, read as it is asked for."""
        u, v = t.url.c, t.visit.c
        query = (
            sa.select(u.identity, v.signature, v.sketch, u.found_on, u.chain)
            .select_from(t.url.join(t.visit, v.url_id == u.id))
            .where(u.run_id == run_id, u.outcome == UrlOutcome.AUDITED, v.signature.is_not(None))
        )
        with self.reading() as c:
            for row in streamed(c, query):
                yield PageShown(
                    identity=row.identity,
                    signature=row.signature,
                    sketch=frozenset(row.sketch or ()),
                    found_on=row.found_on,
                    chain=row.chain,
                )


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
