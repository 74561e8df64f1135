"""Findings -> issues: what one repair clears. Which findings belong together: identity.py."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from itertools import groupby
from typing import Any, Protocol

from auditor.identity import is_written
from auditor.models import Finding, Impact, Issue, IssueCounts, Outcome, Rule
from auditor.urls import shortest_first

EXAMPLES = 10
MOST = 2_000  # findings of an issue that are looked at for its examples


class Met(Protocol):
    """Of a finding, what decides whether it is an example."""

    @property
    def issue(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def impact(self) -> Impact | None: ...


def group(
    counts: Iterable[IssueCounts],
    rules: Mapping[str, Rule],
    findings: Iterable[Met],
    capped: Container[tuple[str, Outcome]] = (),
    *,
    whole: Callable[[Iterable[Any]], Iterable[Finding]] = tuple,
) -> tuple[Issue, ...]:
    """The issues, worst and widest first.

    `findings` come issue by issue, in the order of the ledger, or of each what `Met` has: then `whole` gives
    those that were chosen. Examples are by address, of different pages where there are.
    `capped`: rules and outcomes of which a page has more than are listed.
    """
    ranks: dict[str, set[Impact | None]] = {}
    chosen: list[Met] = []
    for issue, found in groupby(findings, key=lambda each: each.issue):
        examples, ranks[issue] = _examples(found)
        chosen += examples
    of_issue = {key: tuple(found) for key, found in groupby(whole(chosen), key=lambda each: each.issue)}
    issues = (
        _issue(each, rules[each.rule], ranks.get(each.id, ()), of_issue.get(each.id, ()), capped)
        for each in counts
    )
    return tuple(sorted(issues, key=worst_first))


def _examples(found: Iterable[Met]) -> tuple[list[Met], set[Impact | None]]:
    examples: dict[str, Met] = {}
    spare: list[Met] = []
    ranks = set()
    for finding in found:
        ranks.add(finding.impact)
        if finding.url not in examples:
            examples[finding.url] = finding
        elif len(spare) < EXAMPLES:
            spare.append(finding)
    return [*sorted(examples.values(), key=_address), *sorted(spare, key=_address)][:EXAMPLES], ranks


def _issue(
    counted: IssueCounts,
    rule: Rule,
    ranks: Iterable[Impact | None],
    examples: tuple[Finding, ...],
    capped: Container[tuple[str, Outcome]],
) -> Issue:
    component = next((each.component for each in examples if each.component), None)
    return Issue(
        id=counted.id,
        rule=counted.rule,
        outcome=counted.outcome,
        kind=rule.kind,
        impact=max(filter(None, ranks), key=lambda impact: impact.rank, default=rule.impact),
        wcag=rule.wcag,
        title=rule.title,
        pages=counted.pages,
        places=counted.places,
        faults=counted.faults,
        at_least=(counted.rule, counted.outcome) in capped,
        component=component,
        is_written=component is not None and is_written(component, rule),
        examples=examples,
        of_documents=rule.of_documents,
        journeys=counted.journeys,
        variants=counted.variants,
    )


def _address(finding: Met) -> tuple[int, str]:
    return shortest_first(finding.url)


def worst_first(issue: Issue) -> tuple[int, int, int, int, str]:
    """Sorts issues: failures before questions, then by impact, pages and places."""
    rank = issue.impact.rank if issue.impact else 0
    return (issue.outcome is not Outcome.FAILED, -rank, -issue.pages, -issue.places, issue.id)
