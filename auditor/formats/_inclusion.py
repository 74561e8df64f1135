"""What keeps people out though no criterion of WCAG speaks of it: measures, thresholds and sources."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.formats._book import Book, Page
from auditor.formats._safe import web_address
from auditor.models import Inclusion, Sighting

SIGHTINGS = {
    "system": "Content systems",
    "overlay": "Overlay widgets",
    "consent": "Cookie banners of suppliers",
    "third-party": "Other hosts that pages load something from",
}


def inclusion(book: Book) -> Iterator[Page]:
    """`inclusion.html`."""
    found = book.report.inclusion()
    yield book.page(
        "inclusion.html",
        "inclusion",
        found=found,
        seen=by_kind(found) if found else [],
        worst=[
            (each, [(page, book.titles.get(page.url, "")) for page in each.worst])
            for each in (found.measures if found else ())
        ],
        linked=web_address,
    )


def by_kind(found: Inclusion) -> list[tuple[str, str, tuple[Sighting, ...]]]:
    """Key, heading and what was seen, for each kind; a kind of which nothing was seen has none."""
    return [
        (kind, name, tuple(each for each in found.sightings if each.kind == kind))
        for kind, name in SIGHTINGS.items()
    ]
