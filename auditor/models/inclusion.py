"""Measures that are none of WCAG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class PageFigure:
    """A page with its figure of a measure."""

    url: str
    figure: float  # by which the worst is told
    text: str  # the same in words


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An inclusion measure over a site: never a failure of WCAG. The words are of data/measures.toml."""

    id: str
    name: str
    why: str
    threshold: str
    limits: str  # what a machine cannot tell of it
    source: str
    url: str  # of the source; "" where there is none
    noted: date  # when the source was taken down
    verdict: str  # in words, with how many of how many
    pages: int  # measured
    over: int  # of them beyond the threshold; of formats: that no page names
    unmeasured: Mapping[str, int] = field(default_factory=dict)  # why -> pages
    worst: tuple[PageFigure, ...] = ()  # pages beyond the threshold, the worst first
    parts: tuple[tuple[str, int, int], ...] = ()  # what, on how many pages, of how many
    sections: tuple[tuple[str, int, int], ...] = ()  # the same by the first part of addresses


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """Something that pages are made with or carry."""

    kind: str  # "system", "overlay", "consent" or "third-party"
    id: str  # of its data file; of a third party, its host
    name: str
    why: str  # by what it was told, on the first page
    pages: int
    example: str  # the first page


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """What keeps people out of a site though no criterion speaks of it. Nothing is added up."""

    pages: int  # audited
    measures: tuple[Measure, ...]
    sightings: tuple[Sighting, ...]  # at most pages first; third parties last
