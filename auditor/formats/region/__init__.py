"""The overview of many sites: pages and letters for the region's own staff, open data for the public."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats.region import _data, _letters, _pages
from auditor.models import Overview


def render(overview: Overview, *, reports: bool, home: str = "") -> Iterator[tuple[str, Iterable[bytes]]]:
    """`reports`: whether each audited site's own report stands beside, in `sites/SLUG/`; `home`: where a
    link to all audits leads, from `index.html`; "": there is none."""
    yield from _pages.pages(overview, reports=reports, home=home)
    yield from _letters.letters(overview)
    yield from _data.open_data(overview)
