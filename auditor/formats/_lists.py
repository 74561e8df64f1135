"""The long lists of the HTML report: addresses by outcome, and what this audit does not cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from auditor import variants
from auditor.formats import _figures, _uncovered, _words
from auditor.formats._book import Book, Page, ledger
from auditor.formats._pager import Pager, Sheet
from auditor.formats._safe import visible
from auditor.formats._template import TEXT, TITLE, URL, address_size, text_size
from auditor.models import OtherHost, Untested, UrlOutcome, Visit

PATTERNS = 20  # of endless addresses
HOSTS = 10  # linked most
REASONS = 20  # for which the website refused the audit


@dataclass(frozen=True, kw_only=True)
class _Address:
    """A row of the ledger."""

    visit: Visit
    title: str
    reason: str
    leads_to: str | None
    counts: _figures.PageCounts
    in_part: bool


def ledgers(book: Book) -> Iterator[Page]:
    """One ledger an outcome, then the page that leads to them."""
    pagers = {outcome: Pager(ledger(outcome), _row_size) for outcome in _words.URL_OUTCOMES}
    for visit in book.report.visits():
        for sheet in pagers[visit.outcome].add(_address(book, visit)):
            yield _ledger_page(book, visit.outcome, sheet)
    for outcome, pager in pagers.items():
        for sheet in pager.end():
            yield _ledger_page(book, outcome, sheet)
    outcomes = [
        (name, meaning, ledger(outcome) if pagers[outcome].total else None, total)
        for outcome, (name, meaning) in _words.URL_OUTCOMES.items()
        if (total := book.report.coverage.by_outcome.get(outcome, 0)) or pagers[outcome].total
    ]
    yield book.page("pages.html", "pages", outcomes=outcomes)


def _ledger_page(book: Book, outcome: UrlOutcome, sheet: Sheet[_Address]) -> Page:
    name, meaning = _words.URL_OUTCOMES[outcome]
    return book.page(
        sheet.file,
        "ledger",
        sheet=sheet,
        name=name,
        meaning=meaning,
        audited=outcome is UrlOutcome.AUDITED,
        leads=any(row.leads_to for row in sheet.rows),
        same=outcome is UrlOutcome.DUPLICATE,
        refused_by=_uncovered.by_advice(book.refused_by, REASONS) if outcome is UrlOutcome.BLOCKED else {},
        reasons_shown=min(REASONS, len(book.refused_by)),
        reasons_total=len(book.refused_by),
        endless=outcome is UrlOutcome.OVER_BUDGET and book.report.endless,
        total=book.report.coverage.by_outcome.get(outcome, 0),
    )


def _address(book: Book, visit: Visit) -> _Address:
    return _Address(
        visit=visit,
        title=visible(visit.title or "", TITLE),
        reason=_uncovered.refusal(visit)[0]
        if visit.outcome is UrlOutcome.BLOCKED
        else _figures.sentence(visit.reason),
        leads_to=visit.final_url if visit.final_url != visit.url else None,
        counts=book.figures.pages.get(visit.url, _figures.PageCounts()),
        in_part=visit.url in book.figures.in_part,
    )


def _row_size(row: _Address) -> int:
    visit = row.visit
    size = text_size(row.title, row.reason) + address_size(visit.url)
    if visit.outcome is UrlOutcome.AUDITED:
        return size + 100 * row.in_part
    return size + address_size(row.leads_to, visit.found_on)


@dataclass(frozen=True, kw_only=True)
class _Document:
    """A row of the list of documents."""

    kind: str
    visit: Visit


def not_covered(book: Book) -> Iterator[Page]:
    """What the report says nothing about, on one page; behind it the documents and the other websites."""
    report = book.report
    documents: Pager[_Document] = Pager(
        "documents.html", lambda row: address_size(row.visit.url, row.visit.found_on) + 20
    )
    for visit in report.visits():
        if book.documents and (kind := _uncovered.document_kind(visit)):
            for sheet in documents.add(_Document(kind=kind, visit=visit)):
                yield _documents_page(book, sheet)
    for sheet in documents.end():
        yield _documents_page(book, sheet)
    hosts: Pager[OtherHost] = Pager(
        "other-sites.html",
        lambda row: text_size(visible(row.host, URL)) + address_size(row.example, row.found_on),
    )
    for host in report.other_hosts():
        for others in hosts.add(host):
            yield book.page(others.file, "other-sites", sheet=others)
    for others in hosts.end():
        yield book.page(others.file, "other-sites", sheet=others)
    yield book.page(
        "not-covered.html",
        "not-covered",
        endless=report.endless[:PATTERNS],
        patterns=len(report.endless),
        endless_words=_uncovered.ENDLESS,
        hosts=list(islice(report.other_hosts(), HOSTS)),
        hosts_total=hosts.total,
        documents=book.documents.most_common(),
        documents_said=_figures.documents_of(report),
        not_run=_figures.not_run_of(report),
        varied=variants.summary(report.variants),
    )


def _documents_page(book: Book, sheet: Sheet[_Document]) -> Page:
    return book.page(sheet.file, "documents-met", sheet=sheet, total=book.documents.total())


def untested(book: Book) -> Iterator[Page]:
    """Frames and states that no rule saw, and the rules that broke down: on few pages or on many."""
    parts: Pager[Untested] = Pager(
        "untested.html", lambda p: address_size(p.url, p.where) + text_size(_figures.sentence(p.reason))
    )
    for part in book.report.untested():
        for sheet in parts.add(part):
            yield book.page(sheet.file, "untested", sheet=sheet)
    for sheet in parts.end(empty=True):
        yield book.page(sheet.file, "untested", sheet=sheet)
    errors: Pager[Mapping[str, str]] = Pager(
        "rule-errors.html", lambda e: address_size(e["url"]) + text_size(visible(e["error"], TEXT))
    )
    for error in book.report.rule_errors():
        for broken in errors.add(error):
            yield book.page(broken.file, "errors", sheet=broken)
    for broken in errors.end():
        yield book.page(broken.file, "errors", sheet=broken)
