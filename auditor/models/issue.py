"""What one fix would clear, and its life from audit to audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.models.finding import Component, Finding, PersonResult
from auditor.models.words import Impact, Kind, Outcome, Source, Status, Tier


@dataclass(frozen=True, kw_only=True)
class IssueCounts:
    """How much of one issue is listed: on so many pages, in so many places, of so many different faults."""

    id: str
    rule: str
    outcome: Outcome
    pages: int
    places: int  # on each page, in the state that shows most of it
    faults: int
    journeys: tuple[str, ...] = ()  # ids of those that met it
    variants: tuple[str, ...] = ()  # that alone show it


@dataclass(frozen=True, kw_only=True)
class Issue:
    """The findings that one repair would clear: of one rule, with one outcome, on one component.

    Or of what people found: the same words on the same criterion.
    """

    id: str  # the same in the next audit (identity.py)
    rule: str  # "": people found it
    outcome: Outcome  # as of `Finding`
    kind: Kind
    impact: Impact | None  # the worst of its findings
    wcag: tuple[str, ...]
    title: str
    pages: int  # it is on, of `Report.judged`; all of those where people say it is of the whole site
    places: int  # elements that are listed
    faults: int  # different ones of those: the same element on many pages is one
    at_least: bool  # on some page more places than are listed: there may be more of it
    component: Component | None  # of one of its places
    is_written: bool  # an editor's own thing, as `identity.is_written`
    examples: tuple[Finding, ...] = ()  # at most ten, of different pages where there are
    people: tuple[PersonResult, ...] = ()  # who found it; of a rule's question, the one who answered it
    of_documents: bool = False  # `pages` are documents
    journeys: tuple[str, ...] = ()  # ids of the journeys that it is on
    stops: tuple[str, ...] = ()  # those of them that it stops: it is on a control that a step needs
    variants: tuple[str, ...] = ()  # that alone show it; (): a page as it is does, too

    @property
    def source(self) -> Source:
        return self.people[0].source if self.people else Source.AUTOMATIC

    @property
    def is_of_whole_site(self) -> bool:
        """Whether people found it and named no page."""
        return not self.rule and not all(result.page for result in self.people)

    @property
    def is_on_audited_pages(self) -> bool:
        """Whether `pages` are pages that it is known to be on."""
        return self.pages > 0 and not self.is_of_whole_site and not self.of_documents


@dataclass(frozen=True, kw_only=True)
class KnownIssue:
    """What is kept of an issue to know it again."""

    id: str
    rule: str
    outcome: Outcome
    impact: Impact | None
    title: str
    said: str  # what is wrong, as `identity.said`
    component: Component | None
    is_written: bool  # as `identity.is_written`
    pages: tuple[str, ...]  # it is on, without the site's origin; sorted


@dataclass(frozen=True, kw_only=True)
class Known:
    """An audit as another is compared with it: from the store, a JSON report or a baseline."""

    name: str  # in words: "run 12 of 21 November 2026", "auditor-baseline.toml"
    rules: Mapping[str, str]  # id -> version, of every rule that ran
    issues: tuple[KnownIssue, ...]
    judged: Callable[[str], frozenset[str]]  # by rule: pages that it judged, without the site's origin
    pages: frozenset[str]  # that were audited
    complete: bool
    site: str = ""  # its id
    driven_rules: frozenset[str] = frozenset()  # those that judge driven pages alone
    gone: Callable[[str], bool] = lambda page: False  # whether a page is there no more
    document_rules: frozenset[str] = frozenset()  # those that judge documents; `judged` tells of these
    documents: frozenset[str] = frozenset()  # that were judged, without the site's origin


@dataclass(frozen=True, kw_only=True)
class Change:
    """One issue from one audit to the next."""

    status: Status
    now: KnownIssue | None
    before: KnownIssue | None
    tier: Tier | None = None
    cause: str = ""  # of what is new: its "rule" did not run before, the rule's "version", the "page" is new

    @property
    def issue(self) -> KnownIssue:
        found = self.now or self.before
        assert found is not None
        return found


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed since `before`, confirmed failures and open questions alike, in the order of `Issue`s."""

    before: str  # name of the audit compared with
    now: str
    changes: tuple[Change, ...]

    def of(self, *statuses: Status, outcome: Outcome | None = Outcome.FAILED) -> tuple[Change, ...]:
        """Changes with one of these; of confirmed failures, unless another outcome or None is named."""
        return tuple(
            each for each in self.changes if each.status in statuses and outcome in (None, each.issue.outcome)
        )


@dataclass(frozen=True, kw_only=True)
class AuditPoint:
    """What is kept of a finished audit for good, also when the store has dropped the audit itself."""

    site: str
    run: int
    started: datetime  # UTC
    audited: int  # pages, of `in_scope`
    in_scope: int
    complete: bool
    problems: int  # confirmed; issues, not places
    questions: int  # that a person must decide
    failure_pages: int  # with a confirmed problem, of `audited`
    impacts: Mapping[Impact | None, int]  # confirmed problems by impact; the sum is `problems`
    method: Mapping[str, Any]  # what decides which pages are judged, and how
    versions: Mapping[str, str]  # as `Run.versions`
    sample: str  # equal where just the same pages were audited

    @property
    def likeness(self) -> str:
        """Equal where two audits judged by one method, so that their figures may stand in one line."""
        told = json.dumps(self.method, sort_keys=True, default=str)
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Period:
    """From the audit that found an issue to the first that judged its pages, or knew them gone."""

    opened: datetime  # start of that audit, UTC
    may_be_older: bool  # no audit before had judged its pages by this rule
    fixed: datetime | None = None  # None: open still, as far as is known


@dataclass(frozen=True, kw_only=True)
class IssueLife:
    """An issue over all audits of its site, known again by the tiers of `compare`."""

    id: str  # as it was last seen
    rule: str
    outcome: Outcome
    impact: Impact | None
    title: str
    component: Component | None
    periods: tuple[Period, ...]  # oldest first; more than one: it was opened again
    last_seen: datetime  # start of the last audit that found it
    last_run: int  # its number
    seen: int  # audits that found it

    @property
    def opened(self) -> datetime:
        """When it was found for the first time, or again after it had been fixed."""
        return self.periods[-1].opened

    @property
    def fixed(self) -> datetime | None:
        return self.periods[-1].fixed


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A life with the pages of its issue, by which it is known again; without the site's origin."""

    life: IssueLife
    issue: KnownIssue  # its pages: those it is on, or was, and that no audit has judged since
    left: Mapping[
        str, tuple[int, int]
    ]  # pages it was on: run that saw it last, first run that judged and did not
