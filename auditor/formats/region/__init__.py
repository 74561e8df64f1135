"""The overview of many sites: pages and letters for the region's own staff, open data for the public."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats.region import _data, _letters, _pages
from auditor.models import Overview


def render(overview: Overview, *, reports: bool) -> Iterator[tuple[str, Iterable[bytes]]]:
    """`reports`: whether each audited site's own report stands beside, in `sites/SLUG/`."""
    yield from _pages.pages(overview, reports=reports)
    yield from _letters.letters(overview)
    yield from _data.open_data(overview)
