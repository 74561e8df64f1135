"""What stops whom: the problems by the functional performance statements of EN 301 549."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor import priority
from auditor.formats import _figures
from auditor.formats._book import Book, Entry, Page
from auditor.priority import Hurt

FIRST = 20  # problems of one statement


@dataclass(frozen=True, kw_only=True)
class _Group:
    id: str  # of its part of the page
    hurt: Hurt
    who: tuple[str, ...]
    problems: tuple[Entry, ...]  # the first
    more: int


def groups(book: Book) -> Iterator[Page]:
    """One page, `groups.html`."""
    entries = {entry.issue.id: entry for entry in book.entries}
    told = [
        _Group(
            id=f"s-{hurt.statement.clause.replace('.', '-') or 'others'}",
            hurt=hurt,
            who=tuple(sorted(map(_figures.group_name, hurt.statement.groups))),
            problems=tuple(entries[issue.id] for issue in hurt.problems[:FIRST]),
            more=max(0, len(hurt.problems) - FIRST),
        )
        for hurt in priority.by_statement(book.priorities)
    ]
    yield book.page("groups.html", "groups", groups=told, total=len(book.problems), asked=len(book.person))
