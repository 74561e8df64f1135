"""The database behind the store: opening it, transactions, and what its faults become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from auditor.errors import StoreError
from auditor.store import schema as t
from auditor.store.migrate import bring_up_to_date


class Database:
    """An open database of ours. Raises `StoreError` where it fails."""

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
        engine = sa.create_engine(parsed, json_serializer=to_json, connect_args={"timeout": 30})
        _set_up_sqlite(engine)
        store = cls(engine)
        with store._faults():
            bring_up_to_date(engine, parsed.render_as_string(hide_password=True))
        return store

    @property
    def shown(self) -> str:
        """The database URL, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> str | None:
        """The path of its file; None where it is in memory."""
        name = self._engine.url.database
        return None if name in (None, "", ":memory:") else name

    def check(self) -> None:
        """Write and read once. Raises `StoreError` where either fails, or SQLite finds its file damaged."""
        with self._write() as c:
            c.execute(t.host.delete().where(t.host.c.host == "doctor.invalid"))
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


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else sorted(value)
