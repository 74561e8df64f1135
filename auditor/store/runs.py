"""Runs: started, taken up again, ended, dropped."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from auditor.errors import CannotResume, StoreBusy
from auditor.limits import NOTES, limit_reason
from auditor.models import RunState, Site
from auditor.store import schema as t
from auditor.store.database import Database, now, to_json
from auditor.store.rows import clean, new_id

LEASE_SECONDS = 60.0  # what is still under way is held anew by `beat`
HEARTBEAT_SECONDS = 60.0  # without a sign of life for so long, a run's holder counts as dead
FLEET = "fleet"  # in place of a machine's name: several processes are at work on the run, in turns
FLEET_SECONDS = 900.0  # a run of a fleet may have to wait so long for its turn
WRITER_SECONDS = 86_400.0  # a connection that wrote nothing for so long is gone, or writes its row anew
FREE_SETTINGS = {
    "delay",
    "concurrency",
    "keep",
    "keep_days",
    "min_coverage",
    "name",
    "contact",
    "quiet_hours",
    "timezone",
    "pictures",
    "reuse",
}  # may change before a resume


class Runs(Database):
    """The runs of all sites."""

    def start_run(
        self,
        site: Site,
        *,
        versions: Mapping[str, str],
        rules: Sequence[Mapping[str, Any]],
        holder: str | None = None,
    ) -> int:
        """A new run, held by this process, or as `held_by_fleet` tells; returns its id.

        Raises `StoreBusy` where another process is on the site's last run.
        """
        began = time.time()
        with self._write() as c:
            _forget_writers(c)
            last = _newest(c, site.id)
            if last is not None:
                _refuse_if_held(last)
            answer = c.execute(
                t.run.insert().values(
                    site=site.id,
                    state=RunState.RUNNING,
                    started=began,
                    settings=settings(site),
                    versions=dict(versions),
                    rules=list(rules),
                    notes=[],
                    holder=holder or _me(),
                    heartbeat=began,
                    progress=began,
                    refused={},
                    idle={},
                )
            )
            return new_id(answer)

    def resume_run(self, site: Site) -> int | None:
        """Take up the site's last run where it is not done; None where there is nothing to take up.

        Raises `StoreBusy` where another process is on it, `CannotResume` where the settings that decide
        what is audited have changed since.
        """
        with self._write() as c:
            row = _newest(c, site.id)
            if row is None or row.state == RunState.DONE:
                return None
            _refuse_if_held(row)
            then, wanted = row.settings, settings(site)
            changed = sorted(
                key for key in wanted if key not in FREE_SETTINGS and wanted[key] != then.get(key)
            )
            if changed:
                raise CannotResume(
                    f"--resume: {', '.join(changed)} changed since run {row.id} of {site.id} was started. "
                    "Start a new run, or set it back."
                )
            c.execute(t.url.update().where(t.url.c.run_id == row.id).values(lease=None))
            c.execute(
                t.run.update()
                .where(t.run.c.id == row.id)
                .values(
                    state=RunState.RUNNING,
                    holder=_me(),
                    heartbeat=time.time(),
                    progress=time.time(),
                    stopped=None,
                )
            )
            return int(row.id)

    def held_by(self, holder: str) -> int | None:
        """The run that a job of a fleet began before it was lost; None where it began none."""
        query = sa.select(t.run.c.id).where(t.run.c.holder == holder, t.run.c.state == RunState.RUNNING)
        with self.reading() as c:
            return c.execute(query).scalar()

    def held_urls(self, run_id: int) -> int:
        """How many URLs of the run workers hold."""
        u = t.url.c
        query = sa.select(sa.func.count()).where(u.run_id == run_id, u.outcome.is_(None))
        with self.reading() as c:
            return int(c.execute(query.where(u.lease > now(c))).scalar_one())

    def beat(self, run_id: int, *, seconds: float, under_way: Sequence[int] = ()) -> None:
        """A sign of life; `seconds` of work since the last. `under_way`: ids of URLs, which are held anew."""
        with self._write(run_id) as c:
            if under_way:
                mine = t.url.c.id.in_(under_way), t.url.c.outcome.is_(None), t.url.c.lease.is_not(None)
                c.execute(t.url.update().where(*mine).values(lease=now(c) + LEASE_SECONDS))
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
        """Keep a sentence that the reader of the report must know; once. Beyond `NOTES` of them, that."""
        note = clean(note)
        with self._write(run_id) as c:
            notes = c.execute(sa.select(t.run.c.notes).where(t.run.c.id == run_id)).scalar_one()
            if len(notes) > NOTES or note in notes:
                return
            if len(notes) == NOTES:
                note = limit_reason("notes", NOTES, "What else there was to note is left out")
            c.execute(t.run.update().where(t.run.c.id == run_id).values(notes=[*notes, note]))

    def stop(self, run_id: int, reason: str | None) -> None:
        """Keep why the site was left before its end; None: it was not after all."""
        with self._write(run_id) as c:
            c.execute(t.run.update().where(t.run.c.id == run_id).values(stopped=reason and clean(reason)))

    def add_refused(self, run_id: int, by_reason: Mapping[str, int]) -> None:
        """Add to the count of requests that the network guard refused."""
        if not by_reason:
            return
        with self._write(run_id) as c:
            then = c.execute(sa.select(t.run.c.refused).where(t.run.c.id == run_id)).scalar_one()
            more = {why: then.get(why, 0) + count for why, count in by_reason.items()}
            c.execute(t.run.update().where(t.run.c.id == run_id).values(refused={**then, **more}))

    def idle(self, run_id: int) -> dict[str, list[str]]:
        """Parameters that change nothing, by host."""
        with self.reading() as c:
            return dict(c.execute(sa.select(t.run.c.idle).where(t.run.c.id == run_id)).scalar_one())

    def add_idle(self, run_id: int, idle: Mapping[str, Iterable[str]]) -> None:
        with self._write(run_id) as c:
            then = c.execute(sa.select(t.run.c.idle).where(t.run.c.id == run_id)).scalar_one()
            more = {host: sorted({*then.get(host, ()), *names}) for host, names in idle.items()}
            c.execute(t.run.update().where(t.run.c.id == run_id).values(idle={**then, **more}))

    def seeded(self, run_id: int) -> bool:
        with self.reading() as c:
            return bool(c.execute(sa.select(t.run.c.seeded).where(t.run.c.id == run_id)).scalar_one())

    def set_seeded(self, run_id: int) -> None:
        with self._write(run_id) as c:
            c.execute(t.run.update().where(t.run.c.id == run_id).values(seeded=True))

    def end_run(self, run_id: int, state: RunState) -> None:
        """Let go of a run. `INTERRUPTED` leaves it to `resume_run`."""
        with self._write(run_id) as c:
            c.execute(t.url.update().where(t.url.c.run_id == run_id).values(lease=None))
            c.execute(
                t.run.update()
                .where(t.run.c.id == run_id)
                .values(state=state, finished=time.time(), holder=None, heartbeat=None)
            )

    def prune(self, site: str, keep: int, *, days: int | None = None) -> int:
        """Drop the runs of a site beyond the newest `keep`, and those that ended more than `days` ago but
        for the last that came to its end; none at work. Returns how many went.
        """
        r = t.run.c
        since = time.time() - days * 86400 if days else 0.0
        query = sa.select(r.id, r.state, r.finished, r.holder, r.heartbeat).where(r.site == site)
        with self._write() as c:
            all_of = c.execute(query.order_by(r.id.desc())).all()
            last = next((row.id for row in all_of if row.state == RunState.DONE), None)
            ids = [
                row.id
                for place, row in enumerate(all_of)
                if (place >= keep or (row.finished is not None and row.finished < since and row.id != last))
                and not held(row.holder, row.heartbeat)
            ]
            if ids:
                c.execute(t.run.delete().where(t.run.c.id.in_(ids)))
            return len(ids)


def held(holder: str | None, heartbeat: float | None) -> bool:
    """Whether a living process is at work on a run: on this machine it exists, and it gave a sign of life."""
    name, _, pid = (holder or "").rpartition(":")
    silent = FLEET_SECONDS if name == FLEET else HEARTBEAT_SECONDS
    if not holder or time.time() - (heartbeat or 0) >= silent:
        return False
    return name != socket.gethostname() or _alive(int(pid))


def _refuse_if_held(row: Any) -> None:
    if row.holder != _me() and held(row.holder, row.heartbeat):
        name, _, pid = row.holder.rpartition(":")
        if name == FLEET:
            raise StoreBusy(f"Run {row.id} of {row.site} is being worked on by the fleet. Wait for its end.")
        raise StoreBusy(
            f"Run {row.id} of {row.site} is being worked on by process {pid} on {name}. Wait for it, or "
            f"stop it; if it is gone, try again in {HEARTBEAT_SECONDS:.0f} seconds."
        )


def _newest(c: sa.Connection, site: str) -> Any:
    """The row of the site's last run; None where there is none."""
    query = sa.select(t.run).where(t.run.c.site == site).order_by(t.run.c.id.desc()).limit(1)
    return c.execute(query).one_or_none()


def settings(site: Site) -> dict[str, Any]:
    """Of a site, as JSON holds them: all but its secrets."""
    kept: dict[str, Any] = json.loads(to_json(asdict(replace(site, headers=(), secrets=()))))
    return kept


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


def _forget_writers(c: sa.Connection) -> None:
    """Those of connections that are gone by now; one that is in use is let be."""
    old = sa.select(t.writer.c.name).where(t.writer.c.began < now(c) - WRITER_SECONDS)
    c.execute(t.writer.delete().where(t.writer.c.name.in_(old.with_for_update(skip_locked=True))))
