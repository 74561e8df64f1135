"""Due times of schedules, and the notifications that wait to be sent."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from auditor.models import Due, DueState, Message, RunState
from auditor.store import schema as t
from auditor.store.database import Database
from auditor.store.rows import clean, moment
from auditor.store.runs import held

REMEMBERED = 100  # due times of one site that are kept
SENDING_SECONDS = 300.0  # for one process to send a message, before another may
SENT_DAYS = 90  # that a message which was sent is known, so that it is not sent again
UNSENT_DAYS = 14  # that one which could not be sent is tried again
_DAY = 86_400.0


class LastRun(NamedTuple):
    """The newest run of a site."""

    id: int
    started: datetime
    state: RunState
    sign: datetime  # the last sign of life, or its end
    alive: bool  # a process is at work on it


class Schedules(Database):
    """The schedules and notifications of all sites."""

    def dues(self, site: str) -> list[Due]:
        """The due times that are remembered, newest first."""
        query = sa.select(t.due).where(t.due.c.site == site).order_by(t.due.c.due.desc()).limit(REMEMBERED)
        with self.reading() as c:
            return [_due(row) for row in c.execute(query)]

    def newest_dues(self) -> dict[str, tuple[Due, Due | None]]:
        """Of each site the newest due time, and the one that was begun and has not ended."""
        d = t.due.c
        newest = sa.select(d.site, sa.func.max(d.due).label("due")).group_by(d.site).subquery()
        query = sa.select(t.due).join(
            newest, (d.site == newest.c.site) & ((d.due == newest.c.due) | (d.state == DueState.RUNNING))
        )
        found: dict[str, tuple[Due, Due | None]] = {}
        with self.reading() as c:
            for row in c.execute(query.order_by(d.site, d.due.desc())):
                each = _due(row)
                last, begun = found.get(each.site, (each, None))
                found[each.site] = last, each if each.state is DueState.RUNNING else begun
        return found

    def enter(self, dues: Sequence[Due], *, takes_up: Due | None = None) -> bool:
        """Enter these, or change nothing where another process was faster: then one of them is there.

        `takes_up`: one that is there, as it was read, and that the last of `dues` takes the place of.
        """
        with self._write() as c:
            try:
                with c.begin_nested():
                    if takes_up is not None:
                        *dues, again = dues
                        values = {"holder": again.holder, "touched": again.touched.timestamp()}
                        if c.execute(t.due.update().where(*_same(takes_up)).values(**values)).rowcount != 1:
                            return False
                    for each in dues:
                        c.execute(t.due.insert().values(**_row(each)))
            except IntegrityError:
                return False
            for site in {each.site for each in dues}:
                self._forget(c, site)
        return True

    def _forget(self, c: sa.Connection, site: str) -> None:
        """All but the newest."""
        d = t.due.c
        newest = sa.select(d.due).where(d.site == site).order_by(d.due.desc())
        last = c.execute(newest.offset(REMEMBERED).limit(1)).scalar()
        if last is not None:
            c.execute(t.due.delete().where(d.site == site, d.due <= last))

    def settle_due(self, due: Due, state: DueState, *, run: int | None, now: datetime) -> bool:
        """Keep how it ended; `RUNNING`: it did not. False where another process has taken it up since."""
        holder = "" if state is DueState.RUNNING else due.holder
        values = {"state": state, "run": run, "holder": holder, "touched": now.timestamp()}
        with self._write() as c:
            return c.execute(t.due.update().where(*_same(due)).values(**values)).rowcount == 1

    def last_run(self, site: str) -> LastRun | None:
        r = t.run.c
        columns = (r.id, r.started, r.state, r.holder, r.heartbeat, r.finished)
        with self.reading() as c:
            query = sa.select(*columns).where(r.site == site).order_by(r.id.desc()).limit(1)
            row = c.execute(query).one_or_none()
        if row is None:
            return None
        started, sign = moment(row.started), moment(row.heartbeat or row.finished or row.started)
        assert started is not None
        assert sign is not None
        alive = held(row.holder, row.heartbeat)
        return LastRun(int(row.id), started, RunState(row.state), sign, alive)

    # -- Notifications --------------------------------------------------------------------------------------

    def told(self, site: str) -> dict[str, Any]:
        """What was last told of a site."""
        with self.reading() as c:
            return dict(c.execute(sa.select(t.told.c.state).where(t.told.c.site == site)).scalar() or {})

    def tell(
        self, messages: Iterable[Message], now: datetime, *, site: str = "", state: Mapping[str, Any] | None
    ) -> None:
        """Keep messages to be sent, those that are known already but once, and what they tell of a site."""
        at = now.timestamp()
        with self._write() as c:
            c.execute(t.message.delete().where(t.message.c.sent < at - SENT_DAYS * _DAY))
            for each in messages:
                known = sa.select(t.message.c.key).where(t.message.c.key == each.key)
                if c.execute(known).first() is None:
                    values = {name: clean(value) for name, value in vars(each).items()}
                    c.execute(t.message.insert().values(**values, made=at))
            if state is not None:
                c.execute(t.told.delete().where(t.told.c.site == site))
                c.execute(t.told.insert().values(site=site, state=dict(state)))

    def give_up_old(self, now: datetime) -> list[Message]:
        """Take out what could not be sent for `UNSENT_DAYS`; returns it."""
        m = t.message.c
        old = sa.and_(m.sent.is_(None), m.made < now.timestamp() - UNSENT_DAYS * _DAY)
        with self._write() as c:
            found = [_message(row) for row in c.execute(sa.select(t.message).where(old))]
            c.execute(t.message.delete().where(old))
            return found

    def next_message(self, now: datetime, *, but_to: Iterable[str] = ()) -> Message | None:
        """The oldest that waits, held by whoever asked; None where none does, but to those of `but_to`."""
        m, at = t.message.c, now.timestamp()
        free = sa.and_(m.sent.is_(None), m.held_until <= at, m.to.not_in(list(but_to)))
        with self._write() as c:
            row = c.execute(sa.select(t.message).where(free).order_by(m.made, m.key).limit(1)).one_or_none()
            if row is None:
                return None
            mine = t.message.update().where(m.key == row.key, free).values(held_until=at + SENDING_SECONDS)
            return _message(row) if c.execute(mine).rowcount == 1 else None

    def sent(self, message: Message, now: datetime | None) -> None:
        """It was sent then; None: it could not be, and waits."""
        values: dict[str, Any] = {"held_until": 0.0}
        if now:
            values |= {"sent": now.timestamp(), "body": ""}
        with self._write() as c:
            c.execute(t.message.update().where(t.message.c.key == message.key).values(**values))


def me() -> str:
    """This process, as a holder."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _same(due: Due) -> tuple[sa.ColumnElement[bool], ...]:
    """It is there as it was read."""
    d = t.due.c
    return (
        d.site == due.site,
        d.due == due.due.timestamp(),
        d.state == DueState.RUNNING,
        d.touched == due.touched.timestamp(),
        d.holder == due.holder,
    )


def _row(due: Due) -> dict[str, Any]:
    times = {name: getattr(due, name).timestamp() for name in ("due", "begun", "touched")}
    return {**vars(due), **times}


def _due(row: Any) -> Due:
    times = {name: moment(getattr(row, name)) for name in ("due", "begun", "touched")}
    values = {name: getattr(row, name) for name in ("site", "schedule", "run", "holder")}
    return Due(**values, **times, state=DueState(row.state))  # type: ignore[arg-type]


def _message(row: Any) -> Message:
    return Message(key=row.key, to=row.to, site=row.site, subject=row.subject, body=row.body)
