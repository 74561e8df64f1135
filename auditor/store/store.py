"""The store: opened once a process, used from one thread at a time.

Every public method is one transaction. An audit killed at any moment leaves whole pages only: a page's
result, its links and its outcome are written together or not at all.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from auditor.errors import StoreBusy, StoreError, UsageError
from auditor.models import (
    Discovery,
    Finding,
    NewUrl,
    RuleResult,
    RunState,
    Site,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.store import schema as t
from auditor.store.migrate import bring_up_to_date

LEASE_SECONDS = 180.0  # longer than any visit may last
HEARTBEAT_SECONDS = 60.0  # without a sign of life for so long, a run's holder counts as dead
FREE_SETTINGS = {"delay", "concurrency", "keep", "min_coverage", "name"}  # may change before a resume
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


class Store:
    """Runs, their ledger and their findings. Raises `StoreError` where the database fails."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at a database URL, creating or upgrading its tables.

        Raises `StoreError` where it cannot be opened, or a newer program has written it.
        """
        try:
            parsed = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            raise StoreError(
                f"store: {url!r} is no database URL. Write one such as sqlite:///auditor.db."
            ) from error
        if parsed.get_backend_name() != "sqlite":
            raise StoreError(
                f"store: {parsed.get_backend_name()!r} is not supported yet. "
                "Use a file: sqlite:///auditor.db."
            )
        engine = sa.create_engine(parsed, json_serializer=_json, connect_args={"timeout": 30})
        _set_up_sqlite(engine)
        store = cls(engine)
        with store._faults():
            bring_up_to_date(engine, parsed.render_as_string(hide_password=True))
        return store

    @property
    def shown(self) -> str:
        """The database URL, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    def check(self) -> None:
        """Write and read once. Raises `StoreError` where either fails, or SQLite finds its file damaged."""
        self.book("doctor.invalid", 0.0)
        with self.reading() as c:
            said = c.exec_driver_sql("PRAGMA quick_check").scalar()
        if said != "ok":
            raise StoreError(
                f"The store {self.shown} is damaged: {said}. Restore it from a copy, or name another."
            )

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(
                f"The store {self.shown} failed: {cause}. "
                "Check that the disk has room and the file can be written."
            ) from error

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._faults(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with, which holds up no writer; for `auditor.store.read`."""
        with self._faults(), self._engine.connect() as connection:
            yield connection.execution_options(reading=True)

    # -- runs ------------------------------------------------------------------------------------

    def start_run(
        self,
        site: Site,
        *,
        versions: Mapping[str, str],
        rules: Sequence[Mapping[str, Any]],
    ) -> int:
        """A new run, held by this process; returns its id."""
        now = time.time()
        with self._write() as c:
            answer = c.execute(
                t.run.insert().values(
                    site=site.id,
                    state=RunState.RUNNING,
                    started=now,
                    settings=_settings(site),
                    versions=dict(versions),
                    rules=list(rules),
                    notes=[],
                    holder=_me(),
                    heartbeat=now,
                )
            )
            return _new_id(answer)

    def resume_run(self, site: Site) -> int | None:
        """Take up the site's last run where it is not done; None where there is nothing to take up.

        Raises `StoreBusy` where another process is on it, `UsageError` where the settings that decide
        what is audited have changed since.
        """
        with self._write() as c:
            row = c.execute(
                sa.select(t.run).where(t.run.c.site == site.id).order_by(t.run.c.id.desc()).limit(1)
            ).one_or_none()
            if row is None or row.state == RunState.DONE:
                return None
            self._refuse_if_held(row)
            then, now = row.settings, _settings(site)
            changed = sorted(key for key in now if key not in FREE_SETTINGS and now[key] != then.get(key))
            if changed:
                raise UsageError(
                    f"--resume: {', '.join(changed)} changed since run {row.id} of {site.id} was started. "
                    "Start a new run, or set it back."
                )
            c.execute(t.url.update().where(t.url.c.run_id == row.id).values(lease=None))
            c.execute(
                t.run.update()
                .where(t.run.c.id == row.id)
                .values(state=RunState.RUNNING, holder=_me(), heartbeat=time.time())
            )
            return int(row.id)

    def _refuse_if_held(self, row: Any) -> None:
        if not row.holder or row.holder == _me():
            return
        name, _, pid = row.holder.rpartition(":")
        fresh = time.time() - (row.heartbeat or 0) < HEARTBEAT_SECONDS
        if fresh and not (name == socket.gethostname() and not _alive(int(pid))):
            raise StoreBusy(
                f"Run {row.id} of {row.site} is being worked on by process {pid} on {name}. Wait for it, or "
                f"stop it; if it is gone, try again in {HEARTBEAT_SECONDS:.0f} seconds."
            )

    def beat(self, run_id: int, *, seconds: float) -> None:
        """A sign of life; `seconds` of work since the last."""
        with self._write() as c:
            c.execute(
                t.run.update()
                .where(t.run.c.id == run_id)
                .values(heartbeat=time.time(), seconds=t.run.c.seconds + seconds)
            )

    def seconds(self, run_id: int) -> float:
        """Seconds of work on the run so far, over all its resumes."""
        with self.reading() as c:
            return float(c.execute(sa.select(t.run.c.seconds).where(t.run.c.id == run_id)).scalar_one())

    def note(self, run_id: int, note: str) -> None:
        """Keep a sentence that the reader of the report must know; once."""
        note = _clean(note)
        with self._write() as c:
            notes = c.execute(sa.select(t.run.c.notes).where(t.run.c.id == run_id)).scalar_one()
            if note not in notes:
                c.execute(t.run.update().where(t.run.c.id == run_id).values(notes=[*notes, note]))

    def seeded(self, run_id: int) -> bool:
        with self.reading() as c:
            return bool(c.execute(sa.select(t.run.c.seeded).where(t.run.c.id == run_id)).scalar_one())

    def set_seeded(self, run_id: int) -> None:
        with self._write() as c:
            c.execute(t.run.update().where(t.run.c.id == run_id).values(seeded=True))

    def end_run(self, run_id: int, state: RunState) -> None:
        """Let go of a run. `INTERRUPTED` leaves it to `resume_run`."""
        with self._write() as c:
            c.execute(t.url.update().where(t.url.c.run_id == run_id).values(lease=None))
            c.execute(
                t.run.update()
                .where(t.run.c.id == run_id)
                .values(state=state, finished=time.time(), holder=None, heartbeat=None)
            )

    def prune(self, site: str, keep: int) -> int:
        """Drop the runs of a site beyond the newest `keep`; returns how many went."""
        with self._write() as c:
            old = sa.select(t.run.c.id).where(t.run.c.site == site).order_by(t.run.c.id.desc()).offset(keep)
            ids = c.execute(old).scalars().all()
            if ids:
                c.execute(t.run.delete().where(t.run.c.id.in_(ids)))
            return len(ids)

    # -- the ledger ------------------------------------------------------------------------------

    def add_urls(self, run_id: int, urls: Iterable[NewUrl]) -> None:
        """Enter URLs in the ledger; those already known stay as they are."""
        with self._write() as c:
            self._add(c, run_id, urls)

    def _add(self, c: sa.Connection, run_id: int, urls: Iterable[NewUrl]) -> None:
        rows = {u.identity: _ledger_row(run_id, u) for u in urls}
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
        return ClaimedUrl(
            id=row.id,
            url=row.url,
            identity=row.identity,
            host=row.host,
            depth=row.depth,
            discovery=Discovery(row.discovery),
            found_on=row.found_on,
            attempts=row.attempts + 1,
        )

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
        return ClaimedUrl(
            id=row.id,
            url=row.url,
            identity=row.identity,
            host=row.host,
            depth=row.depth,
            discovery=Discovery(row.discovery),
            found_on=row.found_on,
            attempts=row.attempts,
        )

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
                    .values(outcome=visit.outcome, reason=_clean(visit.reason), lease=None)
                )
                if settled.rowcount == 0:
                    continue  # another worker was quicker, after our lease ran out
                c.execute(t.visit.insert().values(**_visit_row(run_id, claimed.id, visit)))
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
                lang=_clean(lang),
                refused=[_clean(u) for u in refused[:100]],
            )
        )
        ids = {"run_id": run_id, "snapshot_id": _new_id(answer)}
        if results:
            c.execute(t.rule_result.insert(), [{**_result_row(r), **ids} for r in results])
        if findings:
            c.execute(t.finding.insert(), [{**_finding_row(f), **ids} for f in findings])
        if untested:
            c.execute(
                t.untested.insert(),
                [
                    {
                        "run_id": run_id,
                        "url_id": url_id,
                        "what": u.what,
                        "where": _clean(u.where),
                        "reason": _clean(u.reason),
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


# -- rows --------------------------------------------------------------------------------------------


def _new_id(answer: sa.CursorResult[Any]) -> int:
    assert answer.inserted_primary_key is not None
    return int(answer.inserted_primary_key[0])


def _ledger_row(run_id: int, new: NewUrl) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "identity": _clean(new.identity),
        "url": _clean(new.url),
        "host": urlsplit(new.identity).netloc[:255],
        "depth": new.depth,
        "discovery": new.discovery,
        "found_on": _clean(new.found_on) if new.found_on else None,
        "outcome": new.outcome,
        "reason": _clean(new.reason),
        "attempts": 0,
    }


def _visit_row(run_id: int, url_id: int, visit: Visit) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "url_id": url_id,
        "final_url": _clean(visit.final_url) if visit.final_url else None,
        "status": visit.status,
        "content_type": _clean(visit.content_type)[:200] if visit.content_type else None,
        "title": _clean(visit.title) if visit.title else None,
        "started": visit.started.timestamp() if visit.started else None,
        "seconds": visit.seconds,
    }


def _result_row(result: RuleResult) -> dict[str, Any]:
    return {**asdict(result), "error": _clean(result.error) if result.error else None}


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "kind": finding.kind,
        "wcag": finding.wcag,
        "act": finding.act,
        "impact": finding.impact,
        "frame": [_clean(f) for f in finding.frame],
        "selector": _clean(finding.selector),
        "excerpt": _clean(finding.excerpt),
        "message": _clean(finding.message),
    }


def _clean(text: str) -> str:
    """NUL and lone surrogates, which databases refuse, become U+FFFD."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=sorted)


def _settings(site: Site) -> dict[str, Any]:
    return json.loads(_json(asdict(site)))  # type: ignore[no-any-return]


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _set_up_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def moment(seconds: float | None) -> datetime | None:
    """A time of the store as a datetime in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


__all__ = ["ATTEMPTS", "ClaimedUrl", "Store", "moment"]
