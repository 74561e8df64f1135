"""Findings -> issues: what one repair clears. Which findings belong together: identity.py."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from auditor.identity import is_written
from auditor.models import Finding, Impact, Issue, IssueCounts, Outcome, Rule
from auditor.urls import shortest_first

EXAMPLES = 10


class Met(Protocol):
    """Of a finding, what decides whether it is an example."""

    @property
    def url(self) -> str: ...
    @property
    def impact(self) -> Impact | None: ...


def group(
    counts: Iterable[IssueCounts],
    rules: Mapping[str, Rule],
    findings: Callable[..., Iterable[Met]],
    capped: Container[tuple[str, Outcome]] = (),
    *,
    whole: Callable[[Sequence[Any]], Sequence[Finding]] = tuple,
) -> tuple[Issue, ...]:
    """The issues, worst and widest first.

    `findings(issue=…)` gives an issue's findings in the order of the ledger, or of each as `Met` says: then
    `whole` gives the findings that were chosen. Its examples are by address, of different pages where there
    are. `capped`: rules and outcomes of which a page has more than are listed.
    """
    issues = []
    for counted in counts:
        rule = rules[counted.rule]
        examples: dict[str, Met] = {}
        spare: list[Met] = []
        ranks = set()
        for finding in islice(findings(issue=counted.id), 2_000):
            ranks.add(finding.impact)
            if finding.url not in examples:
                examples[finding.url] = finding
            elif len(spare) < EXAMPLES:
                spare.append(finding)
        chosen = whole([*sorted(examples.values(), key=_address), *sorted(spare, key=_address)][:EXAMPLES])
        component = next((each.component for each in chosen if each.component), None)
        issues.append(
            Issue(
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
                examples=tuple(chosen),
                of_documents=rule.of_documents,
                journeys=counted.journeys,
                variants=counted.variants,
            )
        )
    return tuple(sorted(issues, key=worst_first))


def _address(finding: Met) -> tuple[int, str]:
    return shortest_first(finding.url)


def worst_first(issue: Issue) -> tuple[int, int, int, int, str]:
    """Sorts issues: failures before questions, then by impact, pages and places."""
    rank = issue.impact.rank if issue.impact else 0
    return (issue.outcome is not Outcome.FAILED, -rank, -issue.pages, -issue.places, issue.id)
