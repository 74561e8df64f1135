"""The report of one run, as the formats read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.models.document import Documents, SiteDocument
from auditor.models.finding import Finding, PersonResult
from auditor.models.gate import GateResult
from auditor.models.inclusion import Inclusion
from auditor.models.issue import AuditPoint, Comparison, Issue, IssueLife
from auditor.models.journey import ConsentBanner, JourneyResult, PageState, VariantCount
from auditor.models.page import Picture, Recording, Untested, Visit
from auditor.models.people import ChecklistEntry
from auditor.models.rule import Rule, RuleResult
from auditor.models.run import Coverage, Endless, OtherHost, Run, Unchanged
from auditor.models.sample import Sample
from auditor.models.site import OwnerRule, Site, Views
from auditor.models.statement import PublishedStatement
from auditor.models.words import Kind, Outcome


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a format needs. Large parts are callables that read the store again at each call."""

    site: Site
    run: Run
    coverage: Coverage
    issues: tuple[Issue, ...]  # worst first
    rules: Mapping[str, Rule]  # every rule that ran, by id
    rule_outcomes: Mapping[str, Mapping[Outcome, int]]  # rule id -> outcome -> pages
    visits: Callable[[], Iterable[Visit]]
    findings: Callable[..., Iterable[Finding]]  # findings(rule=None, outcome=None)
    issue_pages: Callable[[], Iterable[tuple[str, str]]]  # (issue, URL), each once
    untested: Callable[[], Iterable[Untested]]
    rule_errors: Callable[[], Iterable[Mapping[str, str]]]  # {"url", "rule", "error"}
    capped: Callable[[], Iterable[Mapping[str, Any]]]  # {"url", "rule", "outcome", "places", "listed"}
    endless: tuple[Endless, ...] = ()
    other_hosts: Callable[[], Iterable[OtherHost]] = tuple  # most linked first
    refused: Mapping[str, int] = field(default_factory=dict)  # why -> requests the guard refused, counted
    driven_pages: Callable[[], Iterable[str]] = tuple  # their addresses
    comparison: Comparison | None = None
    gate: GateResult | None = None
    rule_results: Callable[[], Iterable[tuple[str, RuleResult]]] = (
        tuple  # with the page's URL, by page and rule
    )
    driven: int = 0  # pages that were driven by keys and pointer for all rules that need it, of `audited`
    unchanged: Unchanged | None = None  # of `audited`, those that were taken over; None: all were judged anew
    journeys: tuple[JourneyResult, ...] = ()  # in the order of sites.toml
    banners: tuple[ConsentBanner, ...] = ()  # cookie banners, in the order in which they were met
    states: Callable[[], Iterable[PageState]] = tuple  # in the order of the ledger
    variants: tuple[VariantCount, ...] = ()  # in the order of the settings
    history: tuple[AuditPoint, ...] = ()  # of the site, oldest first; this audit is the last, once it is done
    lives: Mapping[str, IssueLife] = field(default_factory=dict)  # of open issues, by id
    fixed_lives: tuple[IssueLife, ...] = ()  # the last fixed first
    checklist: tuple[ChecklistEntry, ...] = ()  # every criterion of the site's standard, in WCAG's order
    picture: Callable[[str], Picture | None] = lambda issue: None  # by the issue's id
    people: tuple[PersonResult, ...] = ()  # in the order of their files
    sample: Sample | None = None  # None: the audit went after all pages
    everywhere: tuple[str, ...] = ()  # criteria that a person must test on every page
    automatic: Report | None = None  # the same without `people`, where it has any
    documents: Documents = field(default_factory=Documents)
    document_list: Callable[[], Iterable[SiteDocument]] = tuple  # most linked first

    @property
    def by_rules(self) -> Report:
        """What the rules alone said: all that is compared, and that a gate judges."""
        return self.automatic or self

    statement: PublishedStatement | None = None  # None: it was not looked for

    def judged(self, issue: Issue) -> int:
        """Of how many an issue's `pages` are: pages audited, or documents judged."""
        return self.documents.judged if issue.of_documents else self.coverage.audited

    owners: tuple[OwnerRule, ...] = ()  # the last that matches an issue has it
    views: Views | None = None  # None: nobody gave any
    inclusion: Callable[[], Inclusion | None] = lambda: None  # None: the run holds nothing of it
    recordings: Callable[[], Iterable[Recording]] = tuple  # sound and film, page by page
    inclusion_rows: Callable[[], Iterable[tuple[object, ...]]] = tuple  # a table of its pages, heads first

    def of(self, outcome: Outcome, kind: Kind = Kind.FAILURE) -> tuple[Issue, ...]:
        """Issues with this outcome and kind, worst first."""
        return tuple(i for i in self.issues if i.outcome is outcome and i.kind is kind)
