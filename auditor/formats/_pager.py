"""Long tables dealt out to several files, so that none becomes too large to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

ROWS = 500  # of a table in one file
BYTES = 550_000  # of page data in one file: with the markup around it no file reaches 1 MB

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Sheet(Generic[Row]):
    """One file of a long table."""

    file: str
    rows: tuple[Row, ...]
    start: int  # number of its first row, from 1
    before: str | None
    after: str | None

    @property
    def last(self) -> int:
        return self.start + len(self.rows) - 1


class Pager(Generic[Row]):
    """Deals rows out to files of at most `ROWS` rows and `BYTES` bytes: name.html, name-2.html and so on."""

    def __init__(self, file: str, size: Callable[[Row], int]) -> None:
        self.total = 0
        self._stem = file.removesuffix(".html")
        self._size = size
        self._sheet = 1
        self._rows: list[Row] = []
        self._bytes = 0

    def add(self, row: Row) -> Iterator[Sheet[Row]]:
        """Takes a row; gives the sheet before it where that is full now."""
        size = self._size(row)
        if self._rows and (len(self._rows) == ROWS or self._bytes + size > BYTES):
            yield self._close(self._name(self._sheet + 1))
            self._sheet += 1
        self._rows.append(row)
        self._bytes += size
        self.total += 1

    def end(self, *, empty: bool = False) -> Iterator[Sheet[Row]]:
        """The last sheet; none if there was no row, unless an empty one is wanted."""
        if self._rows or empty:
            yield self._close(None)

    def _close(self, after: str | None) -> Sheet[Row]:
        sheet = Sheet(
            file=self._name(self._sheet),
            rows=tuple(self._rows),
            start=self.total - len(self._rows) + 1,
            before=self._name(self._sheet - 1) if self._sheet > 1 else None,
            after=after,
        )
        self._rows, self._bytes = [], 0
        return sheet

    def _name(self, sheet: int) -> str:
        return f"{self._stem}.html" if sheet == 1 else f"{self._stem}-{sheet}.html"
