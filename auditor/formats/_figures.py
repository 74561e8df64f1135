"""What a report says about the whole: how complete it is, how far problems reach, what comes first.

Counting happens here and once, so that every format prints the same figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from auditor import wcag
from auditor.formats import _tested
from auditor.formats._safe import visible
from auditor.formats._words import class_of, count, day, percent, ratio_percent
from auditor.limits import ENDLESS
from auditor.models import Impact, Issue, JourneyState, Kind, Outcome, Report, Rule, RunState, UrlOutcome
from auditor.priority import Priorities, priorities

AFTER = (
    "control",
    "part",
    "request",
)  # what was left while a page was driven, after it had been judged as it stands
CAUTION = "No problem found by a machine is not a pass: most of WCAG needs a person."
SENTENCES = 20  # of one list of reasons, limits or notes
_OPEN = (Outcome.FAILED, Outcome.CANT_TELL)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TOLD = (Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL, Outcome.INAPPLICABLE)


@dataclass(frozen=True, kw_only=True)
class Group:
    """What the confirmed problems mean for one group of people."""

    name: str
    problems: int
    pages: int
    documents: int


@dataclass(frozen=True, kw_only=True)
class PageCounts:
    """Different problems on one page."""

    failures: int = 0
    person: int = 0
    advice: int = 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Figures that need a look at every finding; pages are distinct, so issues may share them."""

    priorities: Priorities
    failure_pages: int
    failure_documents: int  # of `Documents.judged`
    in_documents: int  # confirmed problems
    elsewhere: int  # confirmed problems that people found, on no audited page that they named
    person_pages: int
    advice_pages: int
    groups: tuple[Group, ...]  # by pages, then problems, most first
    pages: Mapping[str, PageCounts]  # by URL; pages without findings are absent
    failures: Mapping[str, set[str]]  # URL -> ids of the confirmed problems on that page
    criterion_pages: Mapping[str, int]  # criterion -> pages with a confirmed problem that fails it
    criterion_documents: Mapping[str, int]
    untested: Mapping[str, int]  # parts of pages that were not judged, by `Untested.what`
    in_part: frozenset[str]  # URLs of the pages that a frame or a state of is missing
    rule_errors: Mapping[str, int]  # rule id -> pages on which it broke down, most first

    @property
    def unjudged(self) -> int:
        return self.parts_untested + sum(self.rule_errors.values())

    @property
    def parts_untested(self) -> int:
        return sum(self.untested.values())

    @property
    def unjudged_words(self) -> str:
        """What of audited pages was not judged, as "2 embedded frames, 1 state of a page"."""
        parts = (
            (self.untested.get("frame", 0), "embedded frame"),
            (self.untested.get("state", 0), "state of a page", "states of pages"),
            (self.untested.get("variant", 0), "variant of a page", "variants of pages"),
            (self.untested.get("page", 0), "page that the audit altered", "pages that the audit altered"),
            (self.untested.get("control", 0), "control that was not used", "controls that were not used"),
            (
                self.untested.get("part", 0),
                "part of a page that was left out",
                "parts of pages that were left out",
            ),
            (self.untested.get("request", 0), "request that was held back", "requests that were held back"),
            (sum(self.rule_errors.values()), "rule that broke down", "rules that broke down"),
        )
        return ", ".join(count(*part) for part in parts if part[0])


def figures(report: Report) -> Figures:
    """Reads every finding once; keeps ids of issues by page, never a finding."""
    known = priorities(report)
    seen: dict[str, dict[str, set[str]]] = {"failure": {}, "person": {}, "advice": {}}
    for issue in report.issues:
        key, _ = class_of(issue.outcome, issue.kind)
        if key not in seen:
            continue  # answered
        for url in known.pages.get(issue.id, ()):
            seen[key].setdefault(url, set()).add(issue.id)
    untested = Counter(part.what for part in report.untested())
    urls = dict.fromkeys(url for pages in seen.values() for url in pages)
    documents = {url for i in report.issues if i.of_documents for url in known.pages.get(i.id, ())}
    failures = {url: ids for url, ids in seen["failure"].items() if url not in documents}
    in_documents = {url: ids for url, ids in seen["failure"].items() if url in documents}
    return Figures(
        priorities=known,
        failure_pages=len(failures),
        failure_documents=len(in_documents),
        in_documents=sum(issue.of_documents for issue in report.of(Outcome.FAILED)),
        elsewhere=sum(
            not (issue.is_on_audited_pages or issue.of_documents) for issue in report.of(Outcome.FAILED)
        ),
        person_pages=len(seen["person"].keys() - documents),
        advice_pages=len(seen["advice"].keys() - documents),
        groups=_groups(report, failures, in_documents),
        pages={
            url: PageCounts(
                failures=len(seen["failure"].get(url, ())),
                person=len(seen["person"].get(url, ())),
                advice=len(seen["advice"].get(url, ())),
            )
            for url in urls
        },
        failures=seen["failure"],
        criterion_pages=_criterion_pages(report, failures),
        criterion_documents=_criterion_pages(report, in_documents),
        untested=untested,
        in_part=in_part(report),
        rule_errors=rule_errors(report),
    )


def in_part(report: Report) -> frozenset[str]:
    """URLs of the pages that a frame or a state of is missing."""
    return frozenset(part.url for part in report.untested() if part.what not in AFTER)


def _criterion_pages(report: Report, failures: Mapping[str, set[str]]) -> Counter[str]:
    fails = {issue.id: frozenset(issue.wcag) for issue in report.issues}
    pages: Counter[str] = Counter()
    for issues in failures.values():
        pages.update(set().union(*(fails.get(issue, ()) for issue in issues)))
    return pages


def rule_errors(report: Report) -> Mapping[str, int]:
    """Rules that broke down, with the number of pages on which they did, most first."""
    broken = Counter(error["rule"] for error in report.rule_errors())
    return dict(sorted(broken.items(), key=lambda item: (-item[1], item[0])))


def _groups(
    report: Report, failures: Mapping[str, set[str]], in_documents: Mapping[str, set[str]]
) -> tuple[Group, ...]:
    hurts = {i.id: frozenset(rule_of(report, i).who) for i in report.of(Outcome.FAILED)}
    pages: Counter[str] = Counter()
    for issues in failures.values():
        pages.update(set().union(*(hurts.get(issue, ()) for issue in issues)))
    documents: Counter[str] = Counter()
    for issues in in_documents.values():
        documents.update(set().union(*(hurts.get(issue, ()) for issue in issues)))
    problems = Counter(who for groups in hurts.values() for who in groups)
    order = sorted(pages | documents, key=lambda who: (-pages[who], -problems[who], who))
    return tuple(
        Group(name=group_name(who), problems=problems[who], pages=pages[who], documents=documents[who])
        for who in order
    )


def beside_pages(report: Report, figures: Figures) -> str:
    """How many of the confirmed problems are on no audited page, to stand after those that are; or ""."""
    told = ""
    if figures.in_documents:
        judged = count(report.documents.judged, "document")
        told += f"; {figures.in_documents:,} of them in {figures.failure_documents:,} of {judged} judged"
    if figures.elsewhere:
        told += f"; {figures.elsewhere:,} of them elsewhere, as people say"
    return told


def views_known(report: Report) -> str:
    """Of how many pages the views are known: one sentence or two; "" where nobody gave any."""
    views = report.views
    if views is None:
        return ""
    known = (
        f"Views are known for {len(views.pages):,} of {count(report.coverage.audited, 'audited page')}: "
        f"{count(sum(views.pages.values()), 'view')}, by the column “{visible(views.measure, 100)}” of "
        f"{visible(views.source, 100)}."
    )
    if not views.left_out:
        return known
    verb = "names" if views.left_out == 1 else "name"
    return f"{known} {views.left_out:,} of its {count(views.rows, 'row')} {verb} no page and did not count."


def answered(report: Report) -> tuple[Issue, ...]:
    """Questions of the rules that a person answered, and that are no problem."""
    return report.of(Outcome.PASSED) + report.of(Outcome.INAPPLICABLE)


def rule_of(report: Report, issue: Issue) -> Rule:
    """The issue's rule; where the report does not describe it, what the issue and its criteria say."""
    who = dict.fromkeys(group for num in issue.wcag if (known := criterion(num)) for group in known.groups)
    return report.rules.get(issue.rule) or unknown_rule(
        issue.rule, issue.title, issue.impact, issue.wcag, issue.kind, () if issue.rule else tuple(who)
    )


def unknown_rule(
    id: str,
    title: str,
    impact: Impact | None,
    wcag: tuple[str, ...] = (),
    kind: Kind = Kind.FAILURE,
    who: tuple[str, ...] = (),
) -> Rule:
    """A rule of which no more than this is known."""
    return Rule(id=id, title=title, why="", who=who, fix="", wcag=wcag, kind=kind, impact=impact, engine="")


def slug(report: Report, issue: Issue) -> str:
    """A name for a file: the issue's id if it may be one; else its place in the report."""
    is_one = len(issue.id) <= 150 and _ID.fullmatch(issue.id)
    return issue.id if is_one else f"issue-{report.issues.index(issue) + 1}"


def title(issue: Issue) -> str:
    """The issue's title; one that nobody has confirmed is not put as a fact."""
    shown = visible(issue.title, 300)
    return f"To check: {shown}" if issue.outcome is Outcome.CANT_TELL else shown


def group_name(key: str) -> str:
    return wcag.groups().get(key, key)


def group_names(rule: Rule) -> tuple[str, ...]:
    return tuple(group_name(key) for key in rule.who)


def is_complete(report: Report) -> bool:
    """Whether the figures may be read as being about the whole website."""
    run, coverage = report.run, report.coverage
    return coverage.complete and run.state is RunState.DONE and run.stopped is None and coverage.audited > 0


def why_incomplete(report: Report) -> tuple[str, ...]:
    """The reasons, in full sentences, to stand after `judged_of`; none for a complete audit."""
    if is_complete(report):
        return ()
    coverage, run = report.coverage, report.run
    reasons = []
    if run.stopped is not None:
        reasons.append("The audit left the website before its end.")
    elif run.state is RunState.INTERRUPTED:
        reasons.append("The audit was stopped before it was finished.")
    elif run.state is RunState.RUNNING:
        reasons.append("The audit had not ended when this report was written.")
    if coverage.audited and coverage.share < coverage.min_coverage:
        reasons.append(
            f"An audit counts as complete once {ratio_percent(coverage.min_coverage)} are audited."
        )
    for url in coverage.start_failed:
        reasons.append(f"A start page of the website could not be audited: {visible(url, 300)}")
    for each in report.journeys:
        if each.state is JourneyState.INCOMPLETE:
            reasons.append(
                f"The journey “{visible(each.name, 150)}” is incomplete. {visible(each.reason, 500)}"
            )
    reasons.extend(_limits(report))
    return _first(reasons) or ("The audit was recorded as incomplete.",)


def limits(report: Report) -> tuple[str, ...]:
    """Limits that were reached, in full sentences; what looks endless is told apart."""
    return _first(_limits(report))


def _limits(report: Report) -> list[str]:
    return [sentence(limit) for limit in report.coverage.limits if not limit.startswith(ENDLESS)]


def notes(report: Report) -> tuple[str, ...]:
    """What the reader must know, in full sentences: first what the settings change of the rules."""
    changed = [
        f"The rule {each.id} {f'counts as {each.impact} here' if each.impact else 'does not run here'}: "
        f"{visible(each.reason, 500)}"
        for each in report.site.rules
    ]
    return _first([sentence(note) for note in (*changed, *report.run.notes)])


def _first(sentences: list[str]) -> tuple[str, ...]:
    more = len(sentences) - SENTENCES
    if more <= 0:
        return tuple(sentences)
    return (*sentences[:SENTENCES], f"{count(more, 'more is', 'more are')} in report.json.")


def judged_of(report: Report) -> str:
    """How many pages of how many were judged: one sentence."""
    coverage = report.coverage
    if not coverage.in_scope:
        return "No web page was found to audit."
    if report.sample:
        audited, pages = f"{coverage.audited:,}", count(coverage.in_scope, "sampled page")
        verb = "was" if coverage.audited == 1 else "were"
        known = count(max(report.sample.known, coverage.in_scope), "page")
        return f"{audited} of {pages} {verb} audited, of {known} known. A sample is not the whole website."
    if 1 < coverage.in_scope == coverage.audited:
        return f"All {count(coverage.in_scope, 'web page')} in scope were audited."
    verb = "was" if coverage.audited == 1 else "were"
    return (
        f"{coverage.audited:,} of the {count(coverage.in_scope, 'web page')} in scope {verb} audited "
        f"({percent(coverage.audited, coverage.in_scope)})."
    )


def state(report: Report, figures: Figures) -> str:
    """How the site stands, with its denominators: one sentence, or two."""
    audited = report.coverage.audited
    found = report.of(Outcome.FAILED)
    if not audited:
        return "Nothing was audited, so nothing can be said."
    if not found:
        return (
            f"No confirmed problem was found on {count(audited, 'audited page')}. This is not a pass: "
            "most of WCAG needs a person."
        )
    worst = sum(1 for issue in found if issue.impact is Impact.CRITICAL)
    pages = f"{figures.failure_pages:,} of {count(audited, 'audited page')}"
    pages += beside_pages(report, figures)
    critical = ""
    if worst:
        critical = f" {worst:,} of them {'stops' if worst == 1 else 'stop'} some people altogether."
    verb = "was" if len(found) == 1 else "were"
    return f"{count(len(found), 'confirmed problem')} {verb} found, on {pages}.{critical}"


def documents_of(report: Report) -> str:
    """How many documents of how many were judged: one sentence; "" where pages link to none."""
    documents = report.documents
    if not documents.known:
        return ""
    verb = "was" if documents.judged == 1 else "were"
    return (
        f"{documents.judged:,} of {count(documents.known, 'document')} that pages link to {verb} judged, "
        "PDFs and office files."
    )


def not_run_of(report: Report) -> str:
    """Which rules ran on no page for want of an optional part of this program; "" where none."""
    idle = [
        rule
        for id_, rule in report.rules.items()
        if rule.extra and set(report.rule_outcomes.get(id_, ())) <= {Outcome.UNTESTED}
    ]
    if not idle:
        return ""
    named = "; ".join(f"“{rule.title}”" for rule in idle)
    extras = ", ".join(sorted({f"auditor[{rule.extra}]" for rule in idle}))
    verb = "was not run: it needs" if len(idle) == 1 else "were not run: they need"
    needs = f"the extra {extras} where the audit runs, and pages that are driven"
    return f"{count(len(idle), 'rule')} {verb} {needs} ({named})."


def driven_of(report: Report) -> str:
    """How many pages of how many were also used, and what that means: one or two sentences."""
    audited, driven = report.coverage.audited, report.driven
    if not audited:
        return ""
    if not driven:
        return (
            "No page was used by keyboard or pointer, or seen in a small window: what shows only then was "
            "not looked for."
        )
    verb = "was" if driven == 1 else "were"
    sentence = (
        f"{driven:,} of the {count(audited, 'audited page')} {verb} also used by keyboard and pointer and "
        "seen in a small window."
    )
    return (
        sentence if driven == audited else f"{sentence} What shows only then was not looked for on the rest."
    )


def unchanged_of(report: Report) -> str:
    """How many pages of how many were taken over from earlier audits, and since when; "" where none was."""
    told = report.unchanged
    if told is None:
        return ""
    first, last = day(told.oldest.date()), day(told.newest.date())
    since = f"since {first}" if first == last else f"since they were audited, from {first} to {last},"
    verb = "was" if told.pages == 1 else "were"
    audited = count(report.coverage.audited, "audited page")
    return (
        f"{told.pages:,} of the {audited} {verb} unchanged {since} and {verb} not audited again: "
        "what is said of them was found then."
    )


def not_judged(report: Report) -> tuple[tuple[UrlOutcome, int], ...]:
    """Addresses that may have shown a page and were not judged, by outcome; nothing that has none."""
    missing = (UrlOutcome.FAILED, UrlOutcome.BLOCKED, UrlOutcome.OVER_BUDGET, UrlOutcome.DISALLOWED)
    counts = ((outcome, report.coverage.by_outcome.get(outcome, 0)) for outcome in missing)
    return tuple((outcome, n) for outcome, n in counts if n)


def settings(report: Report) -> tuple[tuple[str, object], ...]:
    """The settings of the run by name. Headers are secret, and journeys hold what is filled in."""
    known = report.run.settings.items()
    return tuple(sorted((name, value) for name, value in known if name not in ("headers", "journeys")))


def setting(value: object) -> str:
    """A setting in words."""
    match value:
        case None | () | []:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case set() | frozenset():
            return ", ".join(sorted(str(item) for item in value)) or "not set"
        case list() | tuple():
            return ", ".join(setting(item) for item in value)
        case dict():
            return " ".join(f"{key}: {item};" for key, item in value.items() if item)
        case _:
            return str(value)


def standard(report: Report) -> str:
    """What the site was audited against, as "WCAG 2.2 at level AA"."""
    name = report.site.standard
    return f"WCAG {name[4]}.{name[5]} at level {name[6:].upper()}"


def criterion(num: str) -> wcag.Criterion | None:
    """What WCAG says under this number; None for a number that it does not have."""
    return wcag.criteria().get(num)


def sentence(text: str) -> str:
    """`text` as a sentence of its own: a capital first, a full stop last."""
    shown = visible(text, 500)
    if not shown:
        return shown
    first = shown.split(" ", 1)[0]
    if first.isalpha():  # a file name or an address keeps its small letter
        shown = first[0].upper() + first[1:] + shown[len(first) :]
    return shown + ("" if shown[-1] in ".!?" else ".")


@dataclass(frozen=True, kw_only=True)
class CriterionResult:
    """What rules and people had to say about one WCAG success criterion."""

    criterion: wcag.Criterion
    verdict: str  # key for the layout
    words: str
    rules: int  # rules that ran
    people: tuple[str, ...]  # what people tested, in sentences


def criteria(report: Report) -> tuple[CriterionResult, ...]:
    """Every criterion of the standard, with what rules and people did for it.

    A rule that only broke down did not run, and advice tests no criterion.
    """
    ran: dict[str, list[Rule]] = {}
    for rule in report.rules.values():
        pages = report.rule_outcomes.get(rule.id, {})
        if rule.kind is Kind.FAILURE and any(pages.get(outcome, 0) for outcome in _TOLD):
            for num in rule.wcag:
                ran.setdefault(num, []).append(rule)
    told: dict[str, set[Outcome]] = {}
    for num, rules in ran.items():
        for rule in rules:
            pages = report.rule_outcomes[rule.id]
            told.setdefault(num, set()).update(o for o in _TOLD if pages.get(o, 0))
    for issue in report.issues:
        if issue.people:  # a pass of theirs is of the pages tested, and changes nothing here
            for num in issue.wcag:
                told.setdefault(num, set()).update({issue.outcome}.intersection(_OPEN))
    tested = _tested.by_criterion(report)
    return tuple(
        CriterionResult(
            criterion=criterion,
            verdict=(verdict := _verdict(told.get(criterion.num, set()))),
            words=_VERDICTS["people" if verdict == "untested" and criterion.num in tested else verdict],
            rules=len(ran.get(criterion.num, ())),
            people=_tested.sentences(tested.get(criterion.num, ()), report.coverage.audited),
        )
        for criterion in wcag.in_standard(report.site.standard)
    )


_VERDICTS = {
    "failure": "Confirmed problems",
    "person": "Needs a person",
    "quiet": "Nothing found by the rules that ran. Not a pass",
    "inapplicable": "Rules ran and met nothing to judge",
    "untested": "Not tested: needs a person",
    "people": "No rule. Not a pass: see what people tested",
}


def _verdict(told: set[Outcome]) -> str:
    if Outcome.FAILED in told:
        return "failure"
    if Outcome.CANT_TELL in told:
        return "person"
    if Outcome.PASSED in told:
        return "quiet"
    return "inapplicable" if told else "untested"
