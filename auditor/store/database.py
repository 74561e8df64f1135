"""The database behind the store: opening it, transactions, and what its faults become."""

from __future__ import annotations

import functools
import inspect
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from auditor.errors import StoreError
from auditor.store import schema as t
from auditor.store.migrate import bring_up_to_date
from auditor.store.rows import clean

PATIENCE_SECONDS = 300.0  # so long a server may be away before what needs it fails
VANISHED_SECONDS = 30  # after these the server gives up a writer that says nothing
UNKNOWN_NUMBER = "22023"  # the state that `pg_xact_status` answers of a transaction that is yet to come
ROWS = 500  # of an answer held at once
EVERY_RUN = 0  # in place of a run's number
_log = logging.getLogger(__name__)


class StoreAway(StoreError):
    """The database's server cannot be reached for now, or broke off what may be begun again."""


def _lasting(method: Callable[..., Any]) -> Callable[..., Any]:
    """Begun again while the server is away: a restart, or a network that is cut, costs time alone."""

    @functools.wraps(method)
    def lasting(self: Database, *args: Any, **kwargs: Any) -> Any:
        args = tuple(list(each) if isinstance(each, Iterator) else each for each in args)
        kwargs = {name: list(v) if isinstance(v, Iterator) else v for name, v in kwargs.items()}
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return method(self, *args, **kwargs)
            except StoreAway as away:
                if time.monotonic() > until:
                    raise
                _log.warning("%s It is tried again.", away)
                time.sleep(1.0)

    return lasting


class Database:
    """An open database of ours. Raises `StoreError` where it fails.

    With a server (PostgreSQL), a method of a class derived from this one that fails since the server is away
    is begun again until `PATIENCE_SECONDS` are over; a transaction whose end was not heard is not made twice.
    """

    def __init_subclass__(cls) -> None:
        for name, method in list(vars(cls).items()):
            if name[0] != "_" and inspect.isfunction(method) and not inspect.isgeneratorfunction(method):
                setattr(cls, name, _lasting(method))

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, upgrade: bool = False) -> Self:
        """Open the store at a database URL, creating its tables where it has none.

        Those of an older program are brought up to date where the store is a file, or `upgrade` says so:
        programs that are at work on a server's must not meet it unawares. Raises `StoreError` where it
        cannot be opened, is older, or a newer program has written it.
        """
        try:
            parsed = sa.make_url(url)
        except (sa.exc.ArgumentError, ValueError) as error:
            said = "what is named" if "@" in url else repr(url)  # there may be a password in it
            raise StoreError(
                f"store: {said} is no database URL. Write one such as sqlite:///auditor.db or "
                "postgresql://user@host/name."
            ) from error
        backend = parsed.get_backend_name()
        if backend not in _OPENING:
            raise StoreError(
                f"store: {backend!r} is not supported. Use a file, sqlite:///auditor.db, or a PostgreSQL "
                "database, postgresql://user@host/name."
            )
        store = cls(_OPENING[backend](parsed))
        try:
            with store._faults():
                bring_up_to_date(store._engine, store.shown, upgrade=upgrade or backend == "sqlite")
        except StoreError:
            store.close()
            raise
        return store

    @property
    def shown(self) -> str:
        """The database URL, without a password."""
        url = self._engine.url.set(drivername=self._engine.name)
        return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)

    @property
    def server(self) -> str | None:
        """The URL of its PostgreSQL database, password and all, for who connects himself; None for a file."""
        if self._engine.name == "sqlite":
            return None
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def file(self) -> str | None:
        """The path of its file; None where it has none."""
        name = self._engine.url.database
        return None if name in (None, "", ":memory:") or self._engine.name != "sqlite" else name

    def check(self) -> None:
        """Write and read once. Raises `StoreError` where either fails, or SQLite finds its file damaged."""
        with self._write() as c:
            c.execute(t.host.delete().where(t.host.c.host == "doctor.invalid"))
        if self._engine.name != "sqlite":
            return
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
            what, kind = "the disk has room and the file can be written", StoreError
            if self._engine.name != "sqlite":
                what = "the server runs, and this user may connect to the database and make tables in it"
                kind = StoreAway if _may_pass(error) else StoreError
            raise kind(f"The store {self.shown} failed: {cause}. Check that {what}.") from error

    @contextmanager
    def _write(self, turn: int | None = EVERY_RUN) -> Iterator[sa.Connection]:
        """A transaction that writes. Those of one `turn` wait for each other, so that what one has read to
        decide by holds until it has written: a run's number; `EVERY_RUN` for what concerns several; None for
        what locks the rows that it reads. A file has one writer at a time anyway.
        """
        name, number, said_all = "", None, False
        with self._faults():
            try:
                with self._engine.connect().execution_options(turn=turn) as c, c.begin():
                    name, number = c.info.get("writer", ""), c.info.get("transaction")
                    yield c
                    said_all = True
            except SQLAlchemyError as error:
                if not (said_all and number and _may_pass(error) and self._holds(name, number)):
                    raise

    def _holds(self, name: str, number: str) -> bool:
        """Whether a transaction of the writer `name` was committed, the answer to which was not heard.

        A server that crashed gives a number that it had not written down to another transaction: that it was
        committed says only that the row of the writer tells the truth by now.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._engine.connect().execution_options(reading=True) as c, c.begin():
                    query = "SELECT pg_xact_status(%s::text::xid8)"
                    state = c.exec_driver_sql(query, (number,)).scalar()
                if state == "committed":
                    with self._engine.connect().execution_options(reading=True) as c, c.begin():
                        wrote = sa.select(t.writer.c.transaction).where(t.writer.c.name == name)
                        return bool(c.execute(wrote).scalar() == number)
                if state != "in progress":
                    return False
            except SQLAlchemyError as error:
                if _state(error) == UNKNOWN_NUMBER:  # the server crashed, and it was never written down
                    return False
                if time.monotonic() > until or not _may_pass(error):
                    raise
            time.sleep(1.0)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read one moment with, which holds up no writer; for `auditor.store.read`."""
        with self._faults(), self._engine.connect().execution_options(reading=True) as c, c.begin():
            yield c


def now(connection: sa.Connection) -> float:
    """The time when the transaction began: the server's where there is one, as machines' clocks differ."""
    return float(connection.info.get("now") or time.time())


def streamed(connection: sa.Connection, query: sa.Executable) -> Iterator[sa.Row[Any]]:
    """The rows of an answer that may be large, read as they are asked for."""
    with connection.execution_options(yield_per=ROWS).execute(query) as answer:
        yield from answer


def _may_pass(error: SQLAlchemyError) -> bool:
    """Whether a server's fault may be gone in a while: no connection, a shutdown, a lock in the way."""
    if (state := _state(error)) is None:
        return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    return bool(state[:2] in ("08", "40", "57") or state in ("25P03", "53300", "55P03"))


def _state(error: SQLAlchemyError) -> str | None:
    """PostgreSQL's documentation, Appendix A; None where the server said nothing."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, sa.exc.DBAPIError) else None


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, json_serializer=to_json, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


_SIGNED = (  # before the rest, in the same round trip: what tells later whether this was committed
    "WITH signed AS (INSERT INTO writer (name, transaction, began) "
    "VALUES (%s, pg_current_xact_id()::text, extract(epoch FROM now())) "
    "ON CONFLICT (name) DO UPDATE SET transaction = excluded.transaction, began = excluded.began) "
)
_WRITER = (  # in one round trip; the turn's lock is of this database alone
    "SELECT set_config('idle_in_transaction_session_timeout', '{vanished}s', true), {turn}"
    "pg_current_xact_id()::text, extract(epoch FROM clock_timestamp())"
)


def _postgresql(url: sa.URL) -> sa.Engine:
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            json_serializer=to_json,
            max_overflow=-1,  # as many as there are jobs in the process
            pool_pre_ping=True,  # the server may have been started anew meanwhile
            connect_args={
                "connect_timeout": 10,
                "application_name": "auditor",
                "keepalives_idle": 15,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,  # milliseconds without a sign that what was sent arrived
            },
        )
    except ImportError as error:
        raise StoreError(
            "store: a PostgreSQL database needs the extra: pip install 'council-auditor[postgresql]'."
        ) from error

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        """A pooler may give each transaction another session, where a prepared statement is someone else's.

        A pooler shows by a number of its own in place of the session's.
        """
        (session,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        if session != connection.info.backend_pid:
            connection.prepare_threshold = None
        connection.rollback()
        record.info["writer"] = secrets.token_hex(8)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get("reading", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            connection.info.pop("now", None)
            return
        turn = options.get("turn", EVERY_RUN)
        lock = "" if turn is None else f"pg_advisory_xact_lock({TURNS}, {int(turn)}), "
        names: tuple[str, ...] = ()
        query = _WRITER.format(vanished=VANISHED_SECONDS, turn=lock)
        if "turn" in options:  # else it makes the tables
            query, names = _SIGNED + query, (connection.info["writer"],)
        number, time = connection.exec_driver_sql(query, names).one()[-2:]
        connection.info.update(transaction=number, now=float(time))

    return engine


TURNS = 0x61756469  # the first half of the key of the locks that writers take turns by: "audi"
_OPENING = {"sqlite": _sqlite, "postgresql": _postgresql}


def to_json(value: Any) -> str:
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else sorted(value)
