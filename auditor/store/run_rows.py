"""The rows that belong to one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from auditor.store.database import streamed
from auditor.store.store import Store


class RunRows:
    """Of one run of a store."""

    def __init__(self, store: Store, run_id: int) -> None:
        self._store = store
        self.run_id = run_id

    def _rows(self, query: sa.Executable) -> Iterator[Any]:
        with self._store.reading() as c:
            yield from streamed(c, query)
