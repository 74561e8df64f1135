"""Documents that a site links to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.models.words import DocumentState


@dataclass(frozen=True, kw_only=True)
class SiteDocument:
    """A PDF or office file that pages of a site link to, as far as it is known. Its texts are hostile."""

    url: str
    state: DocumentState
    reason: str  # a sentence; "" where the state says all
    kind: str  # what it is, in words: "PDF", "Word document"
    known_by: str  # how that is known: "content", "server" or "name"
    links: int  # audited pages that link to it; at least so many where its address does not tell what it is
    text: str = ""  # of one of those links
    found_on: str | None = None
    rank: int | None = None  # in the order of fetching, from 1; None: not chosen
    why: tuple[str, ...] = ()  # it was chosen, in words
    said_type: str = ""  # the server's word
    size: int | None = None  # bytes
    modified: datetime | None = None  # as the server says
    sha256: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # what was read in it: title, pages, producer...
    exempt: str = ""  # why the law may exempt it, in a sentence; "" where nothing says so


@dataclass(frozen=True, kw_only=True)
class Documents:
    """What a run knows of a site's documents, counted."""

    known: int = 0
    by_state: Mapping[DocumentState, int] = field(default_factory=dict)
    by_kind: Mapping[str, Mapping[DocumentState, int]] = field(default_factory=dict)  # most first
    exempt: int = 0  # that may be, by their dates; of `known`

    @property
    def judged(self) -> int:
        """Those with results, the carried over ones included."""
        return sum(n for state, n in self.by_state.items() if state.has_results)
