"""The documents of a site in the HTML report: all that are known, and a page for each that was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from auditor.formats import _figures, _words
from auditor.formats._book import Book, Page
from auditor.formats._page_pages import issues_on
from auditor.formats._pager import Pager, Sheet
from auditor.formats._safe import visible
from auditor.formats._template import TEXT, TITLE, address_size, text_size
from auditor.models import DocumentState, Finding, SiteDocument

KNOWN_BY = {"content": "by its content", "server": "as the server says", "name": "by its name"}


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A document, ready to show."""

    document: SiteDocument
    title: str
    name: str  # of the file, for one without
    state: str
    known_by: str
    told: tuple[str, ...]  # sentences: why it is in this state, why it was chosen, may be exempt
    size: str
    counts: _figures.PageCounts


def documents(book: Book) -> Iterator[Page]:
    """`documents.html` and its parts, then `documents/….html`."""
    pager: Pager[_Row] = Pager("documents.html", _size)
    for document in book.report.document_list():
        for sheet in pager.add(_row(book, document)):
            yield _list_page(book, sheet)
    for sheet in pager.end(empty=True):
        yield _list_page(book, sheet)
    yield from _judged(book)


def _list_page(book: Book, sheet: Sheet[_Row]) -> Page:
    counts = book.report.documents
    return book.page(
        sheet.file,
        "documents",
        sheet=sheet,
        documents=counts,
        said=_figures.documents_of(book.report),
        setting=book.report.site.documents,
        states=[
            (*_words.DOCUMENT_STATES[state], n)
            for state in _words.DOCUMENT_STATES
            if (n := counts.by_state.get(state, 0))
        ],
        kinds=[
            (kind, sum(states.values()), sum(n for state, n in states.items() if state.has_results))
            for kind, states in counts.by_kind.items()
        ],
    )


def _row(book: Book, document: SiteDocument) -> _Row:
    why = f"Chosen: {'; '.join(document.why)}." if document.why else ""
    return _Row(
        document=document,
        title=visible(str(document.facts.get("title") or ""), TITLE),
        name=name(document.url),
        state=_words.DOCUMENT_STATES[document.state][0],
        known_by=KNOWN_BY.get(document.known_by, ""),
        told=tuple(
            told
            for each in (document.reason, why, document.exempt)
            if (told := visible(_figures.sentence(each), TEXT))
        ),
        size=size(document.size),
        counts=book.figures.pages.get(document.url, _figures.PageCounts()),
    )


def size(value: int | None) -> str:
    """Bytes as people say them; "" for none."""
    if value is None:
        return ""
    if value < 1_000_000:
        return f"{max(1, round(value / 1000)):,} KB"
    return f"{value / 1_000_000:,.1f} MB"


def _size(row: _Row) -> int:
    addresses = address_size(row.document.url, row.document.found_on)
    return (
        text_size(row.title, row.name, row.document.kind, row.document.text[:TITLE], *row.told)
        + addresses
        + 300
    )


def _judged(book: Book) -> Iterator[Page]:
    """Findings come in the order of the ledger: those of one document side by side."""
    left = {each.url: each for each in book.report.document_list() if each.state.has_results}
    findings = (each for each in book.report.findings() if each.url in book.document_titles)
    for url, found in groupby(findings, key=lambda each: each.url):
        if document := left.pop(url, None):
            yield _page(book, document, found)
    for document in left.values():
        yield _page(book, document, ())


def _page(book: Book, document: SiteDocument, findings: Iterable[Finding]) -> Page:
    file = book.page_of(document.url)
    assert file is not None
    order = {issue: number for number, issue in enumerate(book.by_id)}
    issues = issues_on(book, order, findings)
    row = _row(book, document)
    return book.page(
        file,
        "document",
        row=row,
        title=row.title or row.name,
        facts=list(_facts(document)),
        unchanged=document.state is DocumentState.UNCHANGED,
        lists=[
            (key, heading, [each for each in issues if each.entry.key == key])
            for key, heading in (
                ("failure", "Confirmed problems"),
                ("person", "Needs a person"),
                ("advice", "Advice"),
            )
        ],
    )


def name(url: str) -> str:
    """The file's name, as the address has it."""
    return visible(url.split("?")[0].rstrip("/").rpartition("/")[2], TITLE) or "Document without a name"


def _facts(document: SiteDocument) -> Iterator[tuple[str, str]]:
    """What is known of it, in words."""
    facts: dict[str, Any] = dict(document.facts)
    yield "Kind", f"{document.kind[:1].upper()}{document.kind[1:]}, {KNOWN_BY.get(document.known_by, '')}"
    if document.size is not None:
        yield "Size", size(document.size)
    for key, label in (
        ("pages", "Pages, slides or sheets"),
        ("language", "Language, as it says"),
        ("producer", "Made with"),
        ("created", "Made on, as it says"),
        ("modified", "Last changed, as it says"),
        ("words", "Words"),
    ):
        if (value := facts.get(key)) not in (None, ""):
            told = str(value)[:10] if key in ("created", "modified") else str(value)
            yield label, visible(told, TITLE)
    if "tagged" in facts:
        yield "Tagged", "yes" if facts["tagged"] else "no"
    if document.modified:
        yield "Last changed, says the server", _words.day(document.modified)
    yield "Linked from", f"at least {_words.count(document.links, 'audited page')}"
    if document.text:
        yield "Linked as", visible(document.text, TITLE)
    for told in facts.get("left_out", ()):
        yield "Not read", visible(str(told), TEXT)
