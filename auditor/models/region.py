"""Many sites together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from auditor.models.inclusion import Sighting
from auditor.models.issue import Issue
from auditor.models.report import Report
from auditor.models.rule import Rule
from auditor.models.site import Site
from auditor.models.words import Impact


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """A product or library that several sites use, and by what it shows (data/suppliers.toml)."""

    id: str
    name: str
    what: str  # what it is, and who makes it
    hosts: tuple[str, ...] = ()  # that serve it; each stands for its subdomains
    paths: tuple[str, ...] = ()  # how the paths of its pages begin
    classes: tuple[str, ...] = ()  # how its classes begin
    source: str = ""  # where this was learnt


@dataclass(frozen=True, kw_only=True)
class Region:
    """`[region]` in sites.toml: what the sites are together, and whom a person lets be named in public."""

    name: str = "All sites"
    authorities: frozenset[str] = frozenset()  # ids of sites that open data may name
    suppliers: frozenset[str] = frozenset()  # ids, as in data/suppliers.toml
    confirmed_by: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Confirmed problems of one rule on one component at one site, as they are held against other sites'."""

    key: str  # the same at every site: the supplier's id, or made of the component
    supplier: Supplier | None
    component: str  # in words
    evidence: str  # by what it was recognised, in words
    rule: Rule
    problems: int
    pages: int  # that the widest of them is on
    places: int
    at_least: bool
    example: str  # address of a page it is on
    excerpt: str


@dataclass(frozen=True, kw_only=True, eq=False)  # one is only itself: comparing two in full takes long
class Authority:
    """One site of a region, with what the overview keeps of its audit. Problems are confirmed failures."""

    site: Site
    slug: str  # its name in paths of files
    audit: Report | None = None  # run, coverage and settings alone: no issues, no iterators
    is_comparable: bool = False  # a finished and complete audit
    internal: bool = False  # on a private network: no part of open data
    known: int = 0  # web pages known, audited or not; of an audit with a limit there may be more
    failure_pages: int = 0  # audited pages with a problem
    impacts: Mapping[Impact | None, int] = field(default_factory=dict)  # problems, counted
    questions: int = 0  # that the rules left to a person
    first: tuple[Issue, ...] = ()  # what to fix first, without examples
    failing: frozenset[str] = frozenset()  # rules with a problem
    clear: frozenset[str] = frozenset()  # rules that judged something, and had no problem, question or error
    rules: Mapping[str, Rule] = field(default_factory=dict)  # of both
    traces: tuple[Trace, ...] = ()
    untraced: int = 0  # problems beyond those held against other sites'
    systems: tuple[Sighting, ...] = ()  # content systems that its pages seem to be made with

    @property
    def problems(self) -> int:
        return sum(self.impacts.values())

    @property
    def is_sample(self) -> bool:
        """Whether a limit left pages out that are known."""
        return self.audit is not None and self.known > self.audit.coverage.in_scope


@dataclass(frozen=True, kw_only=True)
class Strength:
    """A rule that some authorities of a group have no problem with and others have."""

    rule: Rule
    without: tuple[Authority, ...]
    failing: tuple[Authority, ...]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Authorities whose audits were made in the same way, and so may be compared."""

    method: Mapping[str, str]  # the settings that decide what is audited, in words
    authorities: tuple[Authority, ...]  # by name
    strengths: tuple[Strength, ...]  # most authorities with a problem first


@dataclass(frozen=True, kw_only=True)
class SharedProblem:
    """One rule that a shared component fails at several authorities."""

    rule: Rule
    found: tuple[tuple[Authority, Trace], ...]  # by the authority's name


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A component or product that fails at several authorities by the same rule."""

    id: str
    supplier: Supplier | None
    component: str  # in words
    problems: tuple[SharedProblem, ...]
    authorities: tuple[Authority, ...]  # where any of it was found, by name


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Many sites together. Nothing in it is added up or put in order across audits that are not alike."""

    region: Region
    made: datetime
    authorities: tuple[Authority, ...]  # by name
    groups: tuple[Alike, ...]
    shared: tuple[Shared, ...]  # at most authorities first

    @property
    def apart(self) -> tuple[Authority, ...]:
        """Those that cannot be compared."""
        return tuple(each for each in self.authorities if not each.is_comparable)
