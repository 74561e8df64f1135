"""Many sites together: what may be compared, what they share, what some do well. docs/region.md.

Pure: reports in, frozen results out. `authority` for one site after another, then `overview` over all;
nothing is kept of a report that reads the store.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from auditor.formats import _figures
from auditor.identity import EDITOR, near
from auditor.models import (
    Alike,
    Authority,
    Finding,
    Issue,
    Kind,
    Outcome,
    Overview,
    Region,
    Report,
    Shared,
    SharedProblem,
    Site,
    Strength,
    Supplier,
    Trace,
    UrlOutcome,
)
from auditor.net.guard import address_fault
from auditor.priority import priorities
from auditor.suppliers import is_telling, recognise

FIRST = 5  # problems of an authority to fix first
TRACED = 2_000  # problems of one authority, by priority, that are held against others'
SPAN = timedelta(days=90)  # within which audits were made that are compared
FEWEST = 3  # authorities in a group of which it is said what some do well
STRENGTHS = 10  # of a group
TEXT = 600  # characters of an excerpt or an address

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_PRIVATE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")


def slug(site_id: str) -> str:
    """What a site is called in paths of files: its id, or a hash where that might be no harmless name."""
    return site_id if _SLUG.fullmatch(site_id) else f"site-{_hash(site_id)}"


def authority(site: Site, report: Report | None) -> Authority:
    """What the overview keeps of a site and its last audit; None: there is none. Reads every finding once."""
    if report is None:
        return Authority(site=site, slug=slug(site.id), internal=_is_internal(site))
    report = report.by_rules  # what people found depends on how much each site's people tested
    problems = priorities(report).problems
    questions = report.of(Outcome.CANT_TELL)
    found = report.inclusion()
    failing = {issue.rule: _figures.rule_of(report, issue) for issue in problems}
    in_documents = {issue.id for issue in problems if issue.of_documents}
    unclear = {*failing, *(issue.rule for issue in questions), *_figures.rule_errors(report)}
    clear = {
        rule.id: rule
        for rule in report.rules.values()
        if rule.kind is Kind.FAILURE
        and rule.can_fail
        and rule.id not in unclear
        and report.rule_outcomes.get(rule.id, {}).get(Outcome.PASSED)
    }
    return Authority(
        site=site,
        slug=slug(site.id),
        audit=_head(report),
        is_comparable=_figures.is_complete(report),
        internal=_is_internal(site) or _is_internal(report.site),
        known=_known(report),
        failure_pages=len(
            {
                finding.url
                for finding in report.findings(outcome=Outcome.FAILED)
                if finding.kind is Kind.FAILURE and finding.issue not in in_documents
            }
        ),
        impacts=Counter(issue.impact for issue in problems),
        questions=len(questions),
        first=tuple(replace(issue, examples=()) for issue in problems[:FIRST]),
        failing=frozenset(failing),
        clear=frozenset(clear),
        rules=failing | clear,
        traces=tuple(_traces(report, problems[:TRACED])),
        untraced=max(0, len(problems) - TRACED),
        systems=tuple(each for each in found.sightings if each.kind == "system") if found else (),
    )


def overview(region: Region, authorities: Iterable[Authority], made: datetime) -> Overview:
    """`made`: when, in UTC."""
    by_name = tuple(sorted(authorities, key=_by_name))
    return Overview(
        region=region,
        made=made,
        authorities=by_name,
        groups=tuple(_groups([each for each in by_name if each.is_comparable])),
        shared=tuple(_shared(by_name)),
    )


def _by_name(authority: Authority) -> tuple[str, str]:
    return authority.site.name.casefold(), authority.slug


def _head(report: Report) -> Report:
    """Run, coverage and settings: what is large, or reads the store, left out."""
    return replace(
        report,
        issues=(),
        rules={},
        rule_outcomes={},
        visits=tuple,
        findings=lambda **_: (),
        issue_pages=tuple,
        untested=tuple,
        rule_errors=tuple,
        capped=tuple,
        endless=(),
        other_hosts=tuple,
        document_list=tuple,
        driven_pages=tuple,
        comparison=None,
        gate=None,
        history=(),
        lives={},
        fixed_lives=(),
        checklist=(),
        picture=lambda _: None,
        inclusion=lambda: None,
        inclusion_rows=tuple,
    )


def _known(report: Report) -> int:
    """Web pages known, audited or not: what is in scope, and what a limit of the user's left out."""
    counts = report.coverage.by_outcome
    met = sum(counts.get(each, 0) for each in (UrlOutcome.AUDITED, UrlOutcome.BLOCKED, UrlOutcome.FAILED))
    left = counts.get(UrlOutcome.OVER_BUDGET, 0) - sum(form.left_out for form in report.endless)
    return met - report.coverage.broken_links + left


def _is_internal(site: Site) -> bool:
    return site.internal or bool(site.internal_origins) or any(map(_is_private, map(_host, site.urls)))


def _is_private(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE)
    return address_fault(host) is not None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


# Groups: only like is compared with like.


def _method(authority: Authority) -> Mapping[str, str]:
    """The settings that decide what is audited and how, in words: equal where audits are alike."""
    assert authority.audit is not None
    site, versions = authority.audit.site, authority.audit.run.versions
    limits = [
        f"at most {site.max_pages:,} pages",
        *([f"{site.max_depth} clicks from the start"] if site.max_depth is not None else []),
        *([f"{site.max_minutes:g} minutes"] if site.max_minutes is not None else []),
    ]
    parts = [*(f"only {each}" for each in site.include), *(f"not {each}" for each in site.exclude)]
    changed = [f"{rule.id} {'off' if rule.off else rule.impact}" for rule in site.rules]
    own = {"robots": site.robots == "ignore", "trackers": site.block_trackers, "posts": site.block_posts}
    return {
        "Standard": _figures.standard(authority.audit),
        "Pages": _pages(site),
        "Limits": ", ".join(limits),
        "Reach": "a part of the pages that are known" if authority.is_sample else "all pages that were found",
        "Parts of the site": "; ".join(parts) or "all",
        "Used by keyboard and pointer": site.drive,
        "Documents judged": f"{site.max_documents:,} at most"
        if site.documents == "sample"
        else site.documents,
        "Rules changed by settings": ", ".join(sorted(changed)) or "none",
        "robots.txt": "ignored" if own["robots"] else "obeyed",
        "Requests blocked": ", ".join(key for key in ("trackers", "posts") if own[key]) or "none",
        "Program": f"{versions.get('auditor', '?')}, axe {versions.get('axe', '?')}",
        "Rules": f"{versions.get('axe_sha256', '?')[:12]} {versions.get('rules_sha256', '?')[:12]}",
    }


def _pages(site: Site) -> str:
    if site.sample:
        return f"a sample of the pages that were found, by the method {site.sample}"
    return "found by following links" if site.follow_links else "just those listed in the settings"


def _groups(authorities: Sequence[Authority]) -> Iterator[Alike]:
    """By method, and where audits lie far apart by time; the order is of the first name in each."""
    alike: dict[tuple[str, ...], list[Authority]] = defaultdict(list)
    for each in authorities:
        alike[tuple(_method(each).values())].append(each)
    groups = [near_in_time for members in alike.values() for near_in_time in _by_time(members)]
    for members in sorted(groups, key=lambda group: _by_name(group[0])):
        yield Alike(
            method=_method(members[0]),
            authorities=tuple(members),
            strengths=tuple(_strengths(members)) if len(members) >= FEWEST else (),
        )


def _by_time(authorities: Iterable[Authority]) -> Iterator[list[Authority]]:
    """Each by name, and none longer than `SPAN` after another."""
    group: list[Authority] = []
    for each in sorted(authorities, key=_started):
        if group and _started(each) - _started(group[0]) > SPAN:
            yield sorted(group, key=_by_name)
            group = []
        group.append(each)
    yield sorted(group, key=_by_name)


def _started(authority: Authority) -> datetime:
    assert authority.audit is not None
    return authority.audit.run.started


def _strengths(authorities: Sequence[Authority]) -> list[Strength]:
    """Rules that two or more have a problem with, and another has none, though it has what they judge."""
    failing = Counter(rule for each in authorities for rule in each.failing)
    found = []
    for rule, times in failing.items():
        without = tuple(each for each in authorities if rule in each.clear)
        if times > 1 and without:
            having = tuple(each for each in authorities if rule in each.failing)
            found.append(Strength(rule=having[0].rules[rule], without=without, failing=having))
    return sorted(found, key=lambda each: (-len(each.failing), each.rule.title, each.rule.id))[:STRENGTHS]


# What several share: one supplier, one letter.


def _traces(report: Report, issues: Iterable[Issue]) -> Iterator[Trace]:
    """What may be known again at other sites, one for each component or product and rule, widest first."""
    own = {_host(url).removeprefix("www.") for url in report.site.urls}
    found: dict[tuple[str, str], Trace] = {}
    for issue in sorted(issues, key=lambda each: -each.pages):
        rule = _figures.rule_of(report, issue)
        if rule.owner == EDITOR or issue.of_documents or (told := _told(issue, own)) is None:
            continue
        key, supplier, component, evidence, example = told
        before = found.get((key, rule.id))
        found[key, rule.id] = Trace(
            key=key,
            supplier=supplier,
            component=before.component if before else component,
            evidence=before.evidence if before else evidence,
            rule=rule,
            problems=before.problems + 1 if before else 1,
            pages=before.pages if before else issue.pages,
            places=issue.places + (before.places if before else 0),
            at_least=issue.at_least or bool(before and before.at_least),
            example=before.example if before else example.url[:TEXT],
            excerpt=before.excerpt if before else example.excerpt[:TEXT],
        )
    yield from found.values()


def _told(issue: Issue, own: Container[str]) -> tuple[str, Supplier | None, str, str, Finding] | None:
    """Key, supplier, the component in words, the evidence, and where that is; None for a site's own."""
    for example in issue.examples:
        words = _in_words(example) if example.component else ""
        if told := recognise(example.url, example.component):
            return told[0].id, told[0], words, told[1], example
        host = example.component.host if example.component else ""
        if host and host.removeprefix("www.") not in own:
            return f"host {host}", None, f"Frames from {host}", f"a frame comes from {host}", example
    component = issue.component
    if component is None or not is_telling(component):
        return None
    example = next(each for each in issue.examples if each.component)
    return (
        _in_words(example),
        None,
        _in_words(example),
        "it has the same element, classes and surroundings",
        example,
    )


def _in_words(finding: Finding) -> str:
    assert finding.component is not None
    return " > ".join([*near(finding.component), finding.component.shape])


def _shared(authorities: Iterable[Authority]) -> list[Shared]:
    by_key: dict[str, dict[str, list[tuple[Authority, Trace]]]] = defaultdict(lambda: defaultdict(list))
    for each in authorities:
        for trace in each.traces:
            by_key[trace.key][trace.rule.id].append((each, trace))
    shared = []
    for key, by_rule in by_key.items():
        problems = [
            SharedProblem(rule=found[0][1].rule, found=tuple(found))
            for found in by_rule.values()
            if len(found) > 1
        ]
        if not problems:
            continue
        problems.sort(key=lambda each: (-len(each.found), each.rule.title, each.rule.id))
        first = problems[0].found[0][1]
        shared.append(
            Shared(
                id=first.supplier.id if first.supplier else f"component-{_hash(key)}",
                supplier=first.supplier,
                component=first.component,
                problems=tuple(problems),
                authorities=tuple(
                    sorted({each for problem in problems for each, _ in problem.found}, key=_by_name)
                ),
            )
        )
    return sorted(shared, key=lambda each: (-len(each.authorities), each.supplier is None, each.id))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:10]
