"""Who can make the repairs: a list of owners, and for each a page and a table of what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from auditor import priority
from auditor.formats import csv
from auditor.formats._book import Book, Page
from auditor.models import Owner

ROWS = 100  # issues in one list of an owner
PLACES = 100  # of an issue in a table: of a fault of a template thousands are the same


def owner_file(owner: Owner, kind: str = "html") -> str:
    return f"owners/{owner.id}.{kind}"


def owners(book: Book) -> Iterator[Page]:
    """`owners.html`; `owners/ID.html` and `owners/ID.csv` of each who has something to do."""
    report = book.report
    entries = {entry.issue.id: entry for entry in book.entries}
    shares = priority.by_owner(book.priorities)
    rows = [
        (share, owner_file(share.owner), entries[share.problems[0].id] if share.problems else None)
        for share in shares
    ]
    totals = (len(book.problems), len(book.person), len(book.advice))
    yield book.page("owners.html", "owners", rows=rows, totals=totals, named=bool(report.owners))
    for share in shares:
        if not share.issues:
            continue
        lists = [
            tuple(entries[issue.id] for issue in issues)
            for issues in (share.problems, share.questions, share.advice)
        ]
        table = f"{share.owner.id}.csv"
        told = {"owner": share.owner, "lists": lists, "table": table, "most": PLACES, "rows": ROWS}
        yield book.page(owner_file(share.owner), "owner", **told)
        found = (f for issue in share.issues for f in islice(report.findings(issue=issue.id), PLACES))
        yield owner_file(share.owner, "csv"), csv.findings(report, found)
