"""Findings -> issues: what a person reads as one problem. First form: one rule, one outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from auditor.models import Finding, Impact, Issue, Outcome, Rule
from auditor.urls import shortest_first

EXAMPLES = 10


def group(
    counts: Iterable[tuple[str, Outcome, int, int]],
    rules: Mapping[str, Rule],
    findings: Callable[..., Iterable[Finding]],
) -> tuple[Issue, ...]:
    """One issue for each (rule, outcome, pages, places) of `counts`; worst and widest first.

    `findings(rule=…, outcome=…)` gives an issue's findings in the order of the ledger. Its examples are by
    address.
    """
    issues = []
    for rule_id, outcome, pages, places in counts:
        rule = rules[rule_id]
        worst: Impact | None = rule.impact
        examples: dict[str, Finding] = {}
        spare: list[Finding] = []
        ranks = set()
        for finding in islice(findings(rule=rule_id, outcome=outcome), 2_000):
            ranks.add(finding.impact)
            if finding.url not in examples:
                examples[finding.url] = finding
            elif len(spare) < EXAMPLES:
                spare.append(finding)
        if known := [impact for impact in ranks if impact]:
            worst = max(known, key=lambda impact: impact.rank)
        issues.append(
            Issue(
                id=f"{rule_id}-{outcome.value.replace('_', '-')}",
                rule=rule_id,
                outcome=outcome,
                kind=rule.kind,
                impact=worst,
                wcag=rule.wcag,
                title=rule.title,
                pages=pages,
                places=places,
                examples=tuple(
                    [*sorted(examples.values(), key=_address), *sorted(spare, key=_address)][:EXAMPLES]
                ),
            )
        )
    return tuple(sorted(issues, key=_order))


def _address(finding: Finding) -> tuple[int, str]:
    return shortest_first(finding.url)


def _order(issue: Issue) -> tuple[int, int, int, int, str]:
    rank = issue.impact.rank if issue.impact else 0
    return (issue.outcome is not Outcome.FAILED, -rank, -issue.pages, -issue.places, issue.id)
