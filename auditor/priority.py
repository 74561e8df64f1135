"""What to fix first, what one repair clears, and who can make it: docs/decisions/0018-priority.md.

Nothing here reads a user's file or prints: a report goes in, and what a format shows comes out. The findings
are read once, by `priorities`; everything else counts from what it kept of them.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from auditor import wcag
from auditor.identity import FRAME, near, says
from auditor.models import (
    Component,
    Finding,
    Issue,
    Kind,
    Outcome,
    Owner,
    OwnerRule,
    Report,
    Rule,
    UrlOutcome,
)
from auditor.urls import pattern, wildcard
from auditor.wcag import Statement

IMPACT = "impact (critical 4, serious 3, moderate 2, minor 1, not rated 1)"
JOURNEY = "journey weight (1 for all: no journey was audited)"
ON_JOURNEYS = (
    "journey weight (of the weightiest journey it is on, 1 for the rest; what stops a journey comes first, "
    "whatever its reach)"
)
STOPS = 10_000  # added for what stops a journey: more than impact × reach × weight can be (4 × 100 × 10)
BY_PAGES = (
    "reach (the share of the audited pages that it is on, in per cent; of documents, their share of all "
    "pages audited and documents judged)"
)
BY_VIEWS = (
    "reach (the share of the page views that the pages it is on had, in per cent; the share of the audited "
    "pages, where that is larger and the views of a page it is on are not known, or the page belongs to a "
    "disability, benefits, care or housing service)"
)

FORMULA = f"{IMPACT} × {BY_PAGES} × {JOURNEY}"  # where no views are given

TOLD = 300  # characters of a path or a title in which a service is looked for

# Who can usually mend what a rule finds, where no [[site.owner]] says so; by `Rule.owner`.
USUAL = {
    "editor": Owner(id="editor", name="Editors"),
    "template": Owner(id="template", name="Templates and code"),
    "supplier-or-developer": Owner(id="supplier-or-developer", name="Suppliers and developers"),
}
NOBODY = Owner(id="not-assigned", name="Not assigned")


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How much of a site an issue is on."""

    pages: int  # it is on
    audited: int  # of so many
    views: int = 0  # of those of its pages whose views are known
    all_views: int = 0  # of all audited pages whose views are known; 0: nobody gave any
    unknown: bool = False  # the views of some page it is on are not known
    service: str = ""  # the protected service that a page it is on belongs to
    example: str = ""  # that page

    @property
    def by_pages(self) -> float:
        """Per cent of the audited pages; what people met on another page counts as on one."""
        return 100 * max(1, self.pages) / self.audited if self.audited else 0.0

    @property
    def by_views(self) -> float | None:
        """Per cent of the page views; None where none are known."""
        return 100 * self.views / self.all_views if self.all_views else None

    @property
    def percent(self) -> float:
        """Per cent, as it counts. Views lower no issue that may concern who has no other way."""
        if self.by_views is None:
            return self.by_pages
        return max(self.by_views, self.by_pages) if self.unknown or self.service else self.by_views

    @property
    def is_kept(self) -> bool:
        """Whether views alone would have lowered it, and a protected service kept it up."""
        return bool(self.service) and self.by_views is not None and self.by_views < self.by_pages


def priority(issue: Issue, reach: Reach, journey: float = 1) -> float:
    """Impact × reach × journey weight: 0 to 400 where `journey` is 1; `STOPS` more where it stops one."""
    rank = issue.impact.rank if issue.impact else 1
    return round(rank * reach.percent * journey + (STOPS if issue.stops else 0), 6)


@dataclass(frozen=True, kw_only=True)
class Priorities:
    """What a report's findings say of its issues: pages and reach of each, by its id."""

    report: Report
    pages: Mapping[str, frozenset[str]]
    reach: Mapping[str, Reach]

    @property
    def formula(self) -> str:
        """In words, to stand after "ordered by"."""
        journey = ON_JOURNEYS if self.report.journeys else JOURNEY
        return f"{IMPACT} × {BY_VIEWS if self.report.views else BY_PAGES} × {journey}"

    def of(self, issue: Issue) -> float:
        weights = [each.weight for each in self.report.journeys if each.id in issue.journeys]
        return priority(issue, self.reach[issue.id], max(weights, default=1))

    def first(self, issues: Iterable[Issue]) -> tuple[Issue, ...]:
        """In the order to fix them; the worse impact first where the priority is equal."""
        return tuple(sorted(issues, key=self._order))

    def _order(self, issue: Issue) -> tuple[float, int, int, str, str]:
        rank = issue.impact.rank if issue.impact else 1
        return (-self.of(issue), -rank, -issue.places, issue.rule, issue.id)

    @property
    def problems(self) -> tuple[Issue, ...]:
        """Confirmed ones, first to fix first."""
        return self.first(self.report.of(Outcome.FAILED))

    @property
    def questions(self) -> tuple[Issue, ...]:
        """For a person."""
        return self.first(self.report.of(Outcome.CANT_TELL))

    @property
    def advice(self) -> tuple[Issue, ...]:
        return self.first(i for i in self.report.issues if i.kind is Kind.ADVICE)


def priorities(report: Report, pages: Mapping[str, set[str]] | None = None) -> Priorities:
    """Reads every finding once, unless `noted` gave the `pages` of each issue; with views, every address."""
    if pages is None:
        pages = defaultdict(set)
        deque(noted(report.findings(), pages), maxlen=0)
    services = _services(report) if report.views else {}
    return Priorities(
        report=report,
        pages={issue: frozenset(urls) for issue, urls in pages.items()},
        reach={i.id: _reach(report, i, pages.get(i.id, set()), services) for i in report.issues},
    )


def noted(findings: Iterable[Finding], pages: defaultdict[str, set[str]]) -> Iterator[Finding]:
    """The findings as they pass, with the pages of each issue put down in `pages`."""
    known: dict[str, str] = {}  # one string for an address, however many findings are there
    for finding in findings:
        if finding.person is None or finding.rule or finding.person.is_audited:
            pages[finding.issue].add(known.setdefault(finding.url, finding.url))
        yield finding


def _reach(report: Report, issue: Issue, pages: set[str], services: Mapping[str, str]) -> Reach:
    audited = report.coverage.audited + (report.documents.judged if issue.of_documents else 0)
    if report.views is None:
        return Reach(pages=issue.pages, audited=audited)
    views = report.views.pages
    example = min((url for url in pages if url in services), key=lambda url: (len(url), url), default="")
    return Reach(
        pages=issue.pages,
        audited=audited,
        views=sum(views.get(url, 0) for url in pages),
        all_views=sum(views.values()),
        unknown=not pages or not pages <= views.keys(),
        service=services.get(example, ""),
        example=example,
    )


# -- Services that page views must not push down ------------------------------------------------------------


def _services(report: Report) -> dict[str, str]:
    """Audited pages that belong to a protected service: its name by address."""
    named = (
        (v.url, service(v.url, v.title or "")) for v in report.visits() if v.outcome is UrlOutcome.AUDITED
    )
    return {url: name for url, name in named if name}


def service(url: str, title: str) -> str:
    """The protected service that a page belongs to, by words of its path and title; "" for none.

    Of a doubtful page it is said: that costs an issue a better place than it needs, the other way costs
    people a repair.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:  # the ledger has addresses that are none of the web
        path = ""
    told = f"{path[:TOLD].replace('/', '|')}|{title[:TOLD]}"
    found = _protected().search(re.sub(r"[^\w|]+|_", " ", told.lower())) or _short_names().search(told)
    return _names()[str(found.lastgroup)] if found else ""


@cache
def _data() -> list[dict[str, list[str]]]:
    text = (files("auditor") / "data" / "protected-services.toml").read_text(encoding="utf-8")
    told: list[dict[str, list[str]]] = tomllib.loads(text)["service"]
    return told


@cache
def _names() -> Mapping[str, str]:
    return {f"s{n}": str(each["name"]) for n, each in enumerate(_data())}


@cache
def _protected() -> re.Pattern[str]:
    groups = []
    for n, each in enumerate(_data()):
        words = "|".join(
            re.escape(word).replace(r"\*", r"\w*") for word in (*each["english"], *each["welsh"])
        )
        groups.append(rf"(?P<s{n}>\b(?:{words})\b)")
    return re.compile("|".join(groups))


@cache
def _short_names() -> re.Pattern[str]:
    """In capitals in a title, or as a whole step of a path: "send" in a sentence is a word like another."""
    groups = []
    for n, each in enumerate(_data()):
        if short := each.get("short"):
            lower = "|".join(map(str.lower, short))
            groups.append(rf"(?P<s{n}>\b(?:{'|'.join(short)})\b|(?:^|\|)(?:{lower})(?=\||$))")
    return re.compile("|".join(groups))


# -- The plan: one component is one piece of work -----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Work:
    """One component to mend, with all confirmed problems on it; counted with the work before it."""

    issues: tuple[Issue, ...]  # first to fix first
    owners: tuple[Owner, ...]  # more than one where its problems are not all one owner's
    priority: float  # sum of its issues'
    pages: int  # or documents, that it is on
    problems_cleared: int  # by it and all before it
    pages_cleared: int  # audited pages without a confirmed problem, once it and all before it are done


def plan(known: Priorities) -> tuple[Work, ...]:
    """All work there is, what clears most first: most impact on most pages, as `priority` has it.

    Each issue is on one component, so the first so many are the best so many: no other choice of as many
    components clears more.
    """
    units: dict[object, list[Issue]] = {}
    for issue in known.problems:
        units.setdefault(_component(issue), []).append(issue)
    ranked = sorted(units.values(), key=lambda issues: (-_sum(known, issues), issues[0].rule, issues[0].id))
    last: dict[str, int] = {}  # by page: the last piece of work on it
    for n, issues in enumerate(ranked):
        for issue in issues:
            if not issue.of_documents:
                last.update(dict.fromkeys(known.pages.get(issue.id, ()), n))
    clears = Counter(last.values())
    problems, pages = 0, known.report.coverage.audited - len(last)
    done = []
    for n, issues in enumerate(ranked):
        problems += len(issues)
        pages += clears[n]
        done.append(
            Work(
                issues=tuple(issues),
                owners=tuple(dict.fromkeys(owner(known, issue) for issue in issues)),
                priority=round(_sum(known, issues), 6),
                pages=len(frozenset().union(*(known.pages.get(i.id, frozenset()) for i in issues))),
                problems_cleared=problems,
                pages_cleared=pages,
            )
        )
    return tuple(done)


def _sum(known: Priorities, issues: Iterable[Issue]) -> float:
    return sum(known.of(issue) for issue in issues)


def _component(issue: Issue) -> object:
    """What is one piece of work: as an issue's own key (identity.py), but for the rule."""
    component = issue.component
    if component is None:
        return issue.id
    frame = tuple(FRAME.sub("", each) for each in issue.examples[0].frame) if issue.examples else ()
    written = says(component) if issue.is_written else None
    return component.landmarks, near(component), component.shape, frame, written, issue.of_documents


# -- Owners -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Share:
    """What is one owner's, each in the order to fix it."""

    owner: Owner
    problems: tuple[Issue, ...]
    questions: tuple[Issue, ...]
    advice: tuple[Issue, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.problems + self.questions + self.advice


def by_owner(known: Priorities) -> tuple[Share, ...]:
    """Every owner that the site names, in its order, then who usually mends the rest; those with none too."""
    named = tuple(dict.fromkeys(each.owner for each in known.report.owners))
    shares: dict[Owner, tuple[list[Issue], ...]] = {each: ([], [], []) for each in named}
    for at, issues in enumerate((known.problems, known.questions, known.advice)):
        for issue in issues:
            shares.setdefault(owner(known, issue), ([], [], []))[at].append(issue)
    order = (*named, *USUAL.values(), NOBODY)
    return tuple(
        Share(owner=each, problems=tuple(a), questions=tuple(b), advice=tuple(c))
        for each in order
        if each in shares
        for a, b, c in [shares[each]]
    )


def owner(known: Priorities, issue: Issue) -> Owner:
    """The last owner of the site's that has it; else who usually mends what the rule finds."""
    pages = known.pages.get(issue.id, frozenset())
    for each in reversed(known.report.owners):
        if _has(each, issue, pages):
            return each.owner
    rule = known.report.rules.get(issue.rule)
    return USUAL.get(rule.owner, NOBODY) if rule else NOBODY


def _has(rule: OwnerRule, issue: Issue, pages: frozenset[str]) -> bool:
    """Whether it is theirs: by addresses only if all its pages are; else the fault is in what they share."""
    if issue.rule in rule.rules:
        return True
    component = issue.component
    if component and _any(rule.components, _spellings(component)):
        return True
    if component and component.host and _any(rule.suppliers, [component.host]):
        return True
    if not pages:
        return False
    hosts = {_host(url) for url in pages} if rule.suppliers else set()
    if hosts and all(_any(rule.suppliers, [host]) for host in hosts):
        return True
    patterns = [_pattern(text) for text in rule.pages]
    return bool(patterns) and all(any(p.match(url) for p in patterns) for url in pages)


def _spellings(component: Component) -> list[str]:
    return [component.shape, " ".join((*component.landmarks, component.shape))]


def _any(patterns: Iterable[str], texts: Iterable[str]) -> bool:
    return any(_wildcard(text).fullmatch(each.lower()) for text in patterns for each in texts)


_pattern, _wildcard = cache(pattern), cache(wildcard)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


# -- Whom it hurts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hurt:
    """What stops whom: one functional performance statement, or the people that none speaks of."""

    statement: Statement
    problems: tuple[Issue, ...]  # first to fix first
    pages: int  # audited ones with such a problem
    questions: tuple[Issue, ...]
    question_pages: int
    rules: int  # that ran and concern them; 0: nothing was looked for


def by_statement(known: Priorities) -> tuple[Hurt, ...]:
    """Every statement of the standard, in its order, though none may concern it."""
    return tuple(_hurt(known, statement) for statement in wcag.statements())


def _hurt(known: Priorities, statement: Statement) -> Hurt:
    def concerns(rule: Rule | None) -> bool:
        return rule is not None and not statement.groups.isdisjoint(rule.who)

    rules = known.report.rules
    problems = tuple(i for i in known.problems if concerns(rules.get(i.rule)))
    questions = tuple(i for i in known.questions if concerns(rules.get(i.rule)))
    return Hurt(
        statement=statement,
        problems=problems,
        pages=len(set(_pages(known, problems))),
        questions=questions,
        question_pages=len(set(_pages(known, questions))),
        rules=sum(1 for rule in rules.values() if rule.kind is Kind.FAILURE and concerns(rule)),
    )


def _pages(known: Priorities, issues: Iterable[Issue]) -> Iterator[str]:
    for issue in issues:
        if not issue.of_documents:
            yield from known.pages.get(issue.id, ())
