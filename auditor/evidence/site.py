"""What only a crawler can see: the same facts of all pages of a site, judged when the crawl is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class PageFacts:
    """One audited page. `place`: its <html>, for what is said of the page as a whole."""

    url: str
    title: str
    lang: str  # of the page as it says itself; "" where it does not
    place: Place
    facts: Mapping[str, Any] = field(default_factory=dict)  # as `Snapshot.facts`


@dataclass(frozen=True, kw_only=True)
class SitePages:
    """Every audited page, in the order of the ledger. May be read again; none is held in memory."""

    pages: Iterable[PageFacts]
