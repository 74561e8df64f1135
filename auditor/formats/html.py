"""A static report of several pages for officers and web teams: no script, nothing from elsewhere.

What a page prints is made ready here, counted and in order; templates loop and print. Whatever a template
prints passes through `_template`, so that page data is inert even where a template forgets about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from auditor.formats import _figures, _tested, _uncovered, _words
from auditor.formats._accessibility import accessibility
from auditor.formats._book import Book, Entry, Page
from auditor.formats._charted import charted
from auditor.formats._contents import contents
from auditor.formats._documents import documents
from auditor.formats._groups import groups
from auditor.formats._history import history, story
from auditor.formats._inclusion import inclusion
from auditor.formats._issue_lists import issue_lists
from auditor.formats._journeys import journeys
from auditor.formats._lists import ledgers, not_covered, untested
from auditor.formats._media import media
from auditor.formats._owners import owners
from auditor.formats._page_pages import Place, audited_pages, place
from auditor.formats._pager import BYTES
from auditor.formats._people import people
from auditor.formats._pictures import pictures, shown
from auditor.formats._plan import plan
from auditor.formats._safe import visible
from auditor.formats._sample import sample
from auditor.formats._statement import for_statement
from auditor.formats._states import states
from auditor.formats._summary import summary
from auditor.formats._template import CODE, address_size, style, text_size
from auditor.models import Issue, Report

PLACES = 300  # of an issue on its page
REFUSALS = 20  # reasons of the network guard

_ACT_ID = re.compile(r"[a-z0-9]{6}")


def render(report: Report, *, home: str = "") -> Iterator[Page]:
    """`index.html`, a page for each issue, the fix plan, what stops whom, who can fix what, the ledger of
    addresses, what is not covered, what a person must test, how it was made.

    `home`: where a link to all audits leads, from `index.html`; "": there is none."""
    book = Book(report, home)
    yield from summary(book)
    yield "report.css", (style(),)
    yield from issue_lists(book)
    yield from people(book)
    for entry in book.entries:
        if not entry.issue.rule:
            continue  # of people
        yield book.page(entry.file, "issue", **_issue(book, entry))
    yield from audited_pages(book)
    yield from pictures(book)
    yield from plan(book)
    yield from journeys(book)
    yield from states(book)
    yield from groups(book)
    yield from owners(book)
    yield from ledgers(book)
    if not book.documents:
        yield from documents(book)
    yield from media(book)
    yield from not_covered(book)
    yield from sample(book)
    yield from untested(book)
    yield from history(book)
    yield from charted(book)
    yield from for_statement(book)
    yield from inclusion(book)
    yield book.page("checklist.html", "checklist", **_checklist(report))
    yield from accessibility(book)
    yield book.page("about.html", "about", **_about(book))
    yield from contents(book)


@dataclass(kw_only=True)
class _PageOfIssue:
    """One page that an issue is on, with the first of its places."""

    url: str
    title: str
    places: int = 0
    shown: list[Place] = field(default_factory=list)


def _issue(book: Book, entry: Entry) -> dict[str, Any]:
    pages = _pages_of(book, entry.issue)
    example = next((f for f in entry.issue.examples if f.excerpt), None)
    return {
        "entry": entry,
        "picture": shown(book, entry),
        "example": visible(example.excerpt, CODE, lines=True) if example else "",
        "example_lang": book.lang_of(example.url) if example else "",
        "groups": _alike(pages),
        "listed": len(pages),
        "shown": sum(len(page.shown) for page in pages),
        "story": story(book.report, entry.issue),
        "acts": [act for act in entry.rule.act if _ACT_ID.fullmatch(act)],
    }


def _pages_of(book: Book, issue: Issue) -> list[_PageOfIssue]:
    """The first pages of an issue with their first places: the more pages, the fewer of each."""
    each = max(1, min(10, PLACES // max(1, issue.pages)))
    pages: dict[str, _PageOfIssue] = {}
    shown = size = 0
    for finding in book.report.findings(issue=issue.id):
        page = pages.get(finding.url)
        room = shown < PLACES and size < BYTES
        if page is None:
            if not room:
                break  # findings come page by page: no later one is on a page shown here
            page = pages[finding.url] = _PageOfIssue(
                url=finding.url,
                title=book.titles.get(finding.url, "") or book.document_titles.get(finding.url, ""),
            )
            size += address_size(finding.url) + text_size(page.title)
        page.places += 1
        if room and len(page.shown) < each:
            page.shown.append(place(finding))
            shown += 1
            size += page.shown[-1].size
    return list(pages.values())


def _alike(pages: Iterable[_PageOfIssue]) -> list[list[_PageOfIssue]]:
    """Pages that show just the same, side by side: mostly one fault in a template they share."""
    groups: dict[tuple[int, tuple[Place, ...]], list[_PageOfIssue]] = {}
    for page in pages:
        groups.setdefault((page.places, tuple(page.shown)), []).append(page)
    return list(groups.values())


def _checklist(report: Report) -> dict[str, Any]:
    tested = _tested.by_criterion(report)
    audited = report.coverage.audited
    entries = [
        (
            entry,
            tuple(map(_figures.group_name, entry.who)),
            _tested.sentences(tested.get(entry.criterion, ()), audited),
        )
        for entry in report.checklist
    ]
    return {
        "people": _tested.summary(report) if report.people else "",
        "applying": [each for each in entries if each[0].applies],
        "others": [each for each in entries if not each[0].applies],
    }


def _about(book: Book) -> dict[str, Any]:
    run = book.report.run
    results = _figures.criteria(book.report)
    guarded, trackers = _uncovered.refusals(book.report)
    return {
        "results": results,
        "ran": sum(1 for result in results if result.rules),
        "rules_ran": len(book.report.rules),
        "settings": [
            (key.replace("_", " "), _figures.setting(value)) for key, value in _figures.settings(book.report)
        ],
        "versions": [(key.replace("_", " "), value) for key, value in sorted(run.versions.items())],
        "took": _words.duration(run),
        "guarded": guarded[:REFUSALS],
        "guarded_total": sum(n for _, n in guarded),
        "trackers": trackers,
    }
