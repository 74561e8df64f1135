"""A run over a site: how it stands, and what it covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.models.words import RunState, UrlOutcome


@dataclass(frozen=True, kw_only=True)
class Run:
    """One audit of one site."""

    id: int
    site: str
    state: RunState
    started: datetime  # UTC
    finished: datetime | None
    settings: Mapping[str, Any]  # the resolved `Site`, without secrets
    versions: Mapping[str, str]  # auditor, axe, browser, python, os
    notes: tuple[str, ...] = ()  # what the reader must know: limits that bit, robots.txt unreachable
    stopped: str | None = None  # why the site was left before its end: it blocks, fails, has quiet hours


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a run is, and whether anyone gets on with it. Counts of URLs."""

    run: Run
    known: int
    settled: int
    audited: int
    progress: datetime  # when a URL was last entered or settled; UTC
    holder: str | None  # the process that took it up last: "host:pid"; None once it has let go
    held: bool  # the holder lives
    stalled: bool  # the holder lives, and for too long nothing was settled


@dataclass(frozen=True, kw_only=True)
class HostPace:
    """A host that runs under way have addresses left on. Moments are UTC."""

    host: str
    left: int  # addresses to do
    open: int  # of them, pages that are being visited now
    next_at: datetime  # when its next request may begin; past: now
    delay: float  # seconds between two requests that the sites' settings ask for, the longest


@dataclass(frozen=True, kw_only=True)
class Setback:
    """Why addresses of runs could not be audited."""

    outcome: UrlOutcome
    reason: str  # without the words of pages
    count: int


@dataclass(frozen=True, kw_only=True)
class FleetStanding:
    """The queue of a fleet. Counts of its jobs; a site's audit is one or several of them."""

    workers: int  # processes that gave a sign of life lately
    todo: int
    doing: int
    failed: int  # tried as often as they may be


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What all sites' newest runs are doing at a moment. Counts of addresses, unless said otherwise."""

    at: datetime  # UTC
    standings: tuple[Standing, ...]  # the newest run's first
    hosts: tuple[HostPace, ...]  # of runs under way, the fullest first; at most some
    hosts_total: int
    recent: Mapping[int, int]  # run -> pages audited within the last `RECENT_SECONDS`
    setbacks: tuple[Setback, ...]  # of runs that are not done, the most frequent first; at most some
    setbacks_total: int  # addresses that could not be audited, in those runs
    fleet: FleetStanding | None = None  # None: the store has no queue


@dataclass(frozen=True, kw_only=True)
class Endless:
    """Addresses of one form that looked endless, and were left after some brought nothing new."""

    pattern: str  # such as "www.example.org/calendar/#/*"
    visited: int
    left_out: int
    examples: tuple[str, ...]  # addresses left out, at most three
    reason: str


@dataclass(frozen=True, kw_only=True)
class OtherHost:
    """A host that is no part of the site, to which its pages link: a service of its own, perhaps."""

    host: str
    addresses: int  # different ones that are linked
    example: str
    found_on: str | None  # the first page that linked there


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How much of what was in scope was audited. Every figure is a number of URLs."""

    known: int
    by_outcome: Mapping[UrlOutcome, int]
    in_scope: int  # HTML pages that should have been audited: the denominator
    audited: int
    broken_links: int  # 404 and 410: listed, and no part of `in_scope` unless a start URL
    start_failed: tuple[str, ...]
    limits: tuple[str, ...]  # limits that bit, in words
    complete: bool
    min_coverage: float

    @property
    def share(self) -> float:
        return self.audited / self.in_scope if self.in_scope else 0.0


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """Pages that were as an earlier audit had found them, and were not audited again."""

    pages: int
    oldest: datetime  # when the first of them was audited; UTC
    newest: datetime
