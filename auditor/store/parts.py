"""What a run keeps under a name: anything that JSON can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.store import schema as t
from auditor.store.database import Database


class Parts(Database):
    """Parts of runs, by their names."""

    def keep_part(self, run_id: int, name: str, value: Any) -> None:
        """Keep what JSON can say under a name, in place of what stood there; `RunReader.part` reads it."""
        with self._write(run_id) as c:
            keep_part(c, run_id, name, value)

    def change_part(self, run_id: int, name: str, change: Callable[[Any], Any]) -> None:
        """Keep what `change` makes of what was kept, None where nothing was; nobody else writes meanwhile.

        It may be called again, with what is kept by then.
        """
        p = t.run_part.c
        with self._write(run_id) as c:
            kept = c.execute(sa.select(p.value).where(p.run_id == run_id, p.name == name)).scalar()
            keep_part(c, run_id, name, change(kept))

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


def keep_part(c: sa.Connection, run_id: int, name: str, value: Any) -> None:
    row = insert(t.run_part).values(run_id=run_id, name=name, value=value)
    c.execute(row.on_conflict_do_update(index_elements=["run_id", "name"], set_={"value": value}))
