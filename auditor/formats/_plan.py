"""The fix plan: which component to mend first, what that clears, and what stops whom most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor import priority
from auditor.formats import _words
from auditor.formats._book import Book, Entry, Page
from auditor.formats._owners import owner_file
from auditor.priority import Reach, Work

FIRST = 15  # components
PROBLEMS = 5  # of one component
KEPT = 50  # problems that a protected service kept up


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A component to mend, with the first of its problems."""

    where: str
    problems: tuple[Entry, ...]
    more: int
    owners: tuple[tuple[str, str], ...]  # name, file
    work: Work


@dataclass(frozen=True, kw_only=True)
class _Kept:
    entry: Entry
    reach: Reach


def plan(book: Book) -> Iterator[Page]:
    """One page, `plan.html`."""
    known = book.priorities
    entries = {entry.issue.id: entry for entry in book.entries}
    work = priority.plan(known)
    kept = [_Kept(entry=e, reach=known.reach[e.issue.id]) for e in book.problems]
    kept = [each for each in kept if each.reach.is_kept]
    hurts = priority.by_statement(known)
    yield book.page(
        "plan.html",
        "plan",
        rows=[_row(each, entries) for each in work[:FIRST]],
        work=work,
        first=work[min(FIRST, len(work)) - 1] if work else None,
        rest=max(0, len(work) - FIRST),
        total=len(book.problems),
        clear_now=book.report.coverage.audited - book.figures.failure_pages,
        capped=sum(1 for entry in book.problems if entry.issue.at_least),
        top=[(hurt, entries[hurt.problems[0].id] if hurt.problems else None) for hurt in hurts],
        kept=kept[:KEPT],
        kept_total=len(kept),
        share=_share,
    )


def _row(work: Work, entries: dict[str, Entry]) -> _Row:
    return _Row(
        where=_words.where(work.issues[0]),
        problems=tuple(entries[issue.id] for issue in work.issues[:PROBLEMS]),
        more=max(0, len(work.issues) - PROBLEMS),
        owners=tuple((owner.name, owner_file(owner)) for owner in work.owners),
        work=work,
    )


def _share(per_cent: float | None) -> str:
    """Of a reach, in whole per cent; never 0% of what is there, nor 100% of what is not all."""
    if not per_cent:
        return "0%"
    return "less than 1%" if per_cent < 1 else f"{int(per_cent)}%"
