"""The one border where axe's words become ours: violations are `failed`, incomplete is `cant_tell`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from auditor.identity import identified
from auditor.limits import PLACES_PER_RULE
from auditor.models import Component, Finding, Impact, Outcome, Rule, RuleResult, Snapshot

EXCERPT = 2_000  # characters
SELECTOR = 1_000
MESSAGE = 1_000

_OUTCOMES = {
    "violations": Outcome.FAILED,
    "incomplete": Outcome.CANT_TELL,
    "passes": Outcome.PASSED,
    "inapplicable": Outcome.INAPPLICABLE,
}
_CRASHED = re.compile(r"^(Axe encountered an error|An error occured while running this rule)", re.IGNORECASE)


class MalformedResult(ValueError):
    """The engine's answer has not the shape it must have: nothing may be concluded from it."""


def adapt(
    snapshot: Snapshot, rules: Mapping[str, Rule], asked: Collection[str] = ()
) -> tuple[list[RuleResult], list[Finding]]:
    """Results by rule, and findings, of one snapshot. Raises `MalformedResult`, also where no rule applied.

    `asked`: ids of the rules that the engine was to run; one of which it says nothing is an `error`.
    """
    results: dict[tuple[str, Outcome], RuleResult] = {}
    findings: list[Finding] = []
    try:
        for key in ("violations", "incomplete"):
            for entry in snapshot.engine[key]:
                rule = rules[entry["id"]]
                crashed = _error(entry)
                outcome = Outcome.ERROR if crashed else _OUTCOMES[key]
                results[rule.id, outcome] = RuleResult(
                    rule=rule.id, outcome=outcome, places=int(entry["total"]), error=crashed
                )
                if not crashed:
                    nodes = entry["nodes"][:PLACES_PER_RULE]
                    findings += [_finding(snapshot, rule, outcome, node) for node in nodes]
        for key in ("passes", "inapplicable"):
            for rule_id in snapshot.engine[key]:
                outcome = _OUTCOMES[key]
                results[rule_id, outcome] = RuleResult(rule=rules[rule_id].id, outcome=outcome)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedResult(f"the engine's result is malformed ({error!r})") from error
    if not results:
        raise MalformedResult("the engine ran no rule")
    if all(outcome is Outcome.INAPPLICABLE for _, outcome in results):  # of a page? the engine does not work
        raise MalformedResult("to the engine no rule applies")
    for rule_id in sorted({*asked} - {known for known, _ in results}):
        results[rule_id, Outcome.ERROR] = RuleResult(
            rule=rule_id, outcome=Outcome.ERROR, error="The engine did not run it."
        )
    return list(results.values()), findings


def _error(entry: Mapping[str, Any]) -> str | None:
    """axe reports a rule that threw as one `incomplete` node with no place; see its `error-occurred`."""
    for node in entry["nodes"]:
        for message in node["messages"]:
            if _CRASHED.match(message):
                return str(message)[:500]
    return None


def _finding(snapshot: Snapshot, rule: Rule, outcome: Outcome, node: Mapping[str, Any]) -> Finding:
    *frames, element = [_selector(target) for target in node["target"]]
    found = Finding(
        rule=rule.id,
        outcome=outcome,
        kind=rule.kind,
        wcag=rule.wcag,
        act=rule.act,
        impact=Impact(node["impact"]) if node["impact"] and not rule.impact_is_set else rule.impact,
        url=snapshot.url,
        state=snapshot.state,
        frame=tuple(frames),
        selector=element,
        excerpt=_cut(str(node["html"]), EXCERPT),
        message=_cut("; ".join(dict.fromkeys(str(m) for m in node["messages"])), MESSAGE),
        component=Component.of(node.get("component")),
    )
    return identified(found, rule)


def _selector(target: str | list[str]) -> str:
    text = target if isinstance(target, str) else " >>> ".join(target)
    return _cut(text, SELECTOR)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
