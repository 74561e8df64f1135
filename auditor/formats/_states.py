"""`states.html`: cookie banners and what became of them, variants, and states of pages that were judged."""

from __future__ import annotations

from collections.abc import Iterator

from auditor import variants
from auditor.consent import words
from auditor.formats._book import Book, Page
from auditor.formats._pager import Pager
from auditor.formats._safe import visible
from auditor.formats._template import TITLE, address_size, text_size
from auditor.models import PageState


def states(book: Book) -> Iterator[Page]:
    told = [(each, words(each)) for each in book.report.banners]
    varied = [(variants.words(each.variant), each) for each in book.report.variants]
    total = sum(1 for _ in book.report.states())
    rows: Pager[PageState] = Pager(
        "states.html", lambda row: address_size(row.url) + text_size(visible(row.state, TITLE))
    )
    for row in book.report.states():
        for sheet in rows.add(row):
            yield book.page(sheet.file, "states", sheet=sheet, total=total, banners=told, varied=varied)
    for sheet in rows.end(empty=True):
        yield book.page(sheet.file, "states", sheet=sheet, total=total, banners=told, varied=varied)
