"""Whether an audit fails a build, and why: `[gate]` in sites.toml. What is waived never fails it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from auditor.models import (
    Comparison,
    Gate,
    GateFailure,
    GateResult,
    Impact,
    Known,
    KnownIssue,
    Outcome,
    PublishedStatement,
    Report,
    StatementVerdict,
    Status,
    Waiver,
)
from auditor.statement import MISSING
from auditor.waivers import covers

BY_RULES = ("rule", "version")  # causes that are no change of the site


def judge(
    report: Report,
    now: Known,
    gate: Gate,
    *,
    comparison: Comparison | None,
    waivers: Sequence[Waiver] = (),
    today: date,
    coverage_before: float | None = None,
    unstable: Collection[str] = (),
) -> GateResult:
    """`unstable`: ids of new issues that were not there when their pages were visited again."""
    valid = [waiver for waiver in waivers if waiver.expires >= today]
    failed = [issue for issue in now.issues if issue.outcome is Outcome.FAILED]
    waived = {}
    for issue in failed:
        if waiver := next((each for each in valid if covers(each, issue)), None):
            waived[issue.id] = (waiver, issue)
    counted = [issue for issue in failed if issue.id not in waived and issue.id not in unstable]
    expired = tuple(waiver for waiver in waivers if waiver.expires < today)
    first = comparison.of(Status.FIRST_JUDGED) if comparison else ()
    return GateResult(
        failures=(
            *_new(gate, comparison, {issue.id for issue in counted}, today),
            *_any(gate, report, counted),
            *_budgets(gate, counted),
            *_coverage(gate, report, coverage_before),
            *_statement(gate, report.statement),
            *_expired(gate, expired),
        ),
        waived=tuple(waived.values()),
        expired=expired,
        unused=tuple(each for each in valid if each not in [waiver for waiver, _ in waived.values()]),
        unstable=tuple(issue for issue in failed if issue.id in unstable),
        first_judged=tuple(change.issue for change in first),
    )


def new_issues(comparison: Comparison, gate: Gate, today: date) -> list[KnownIssue]:
    """Confirmed failures that count as new under this gate, whatever is waived."""
    if gate.new is None:
        return []
    brought = gate.new_rules is not None and gate.new_rules <= today
    return [
        change.issue
        for change in comparison.of(Status.NEW)
        if _is_as_bad(change.issue.impact, gate.new) and (brought or change.cause not in BY_RULES)
    ]


def _new(
    gate: Gate, comparison: Comparison | None, counted: Collection[str], today: date
) -> list[GateFailure]:
    if comparison is None:
        return []
    found = tuple(issue for issue in new_issues(comparison, gate, today) if issue.id in counted)
    if not found:
        return []
    sentence = f"{_issues(len(found))} new since {comparison.before}, {_or_worse(gate.new)}"
    remedy = "Mend what is listed; or, where it was there before, `auditor baseline update`."
    return [GateFailure(setting="new", sentence=sentence, remedy=remedy, issues=found)]


def _any(gate: Gate, report: Report, counted: Sequence[KnownIssue]) -> list[GateFailure]:
    failures = []
    wcag = {issue.id: issue.wcag for issue in report.issues}
    bad = tuple(issue for issue in counted if gate.any and _is_as_bad(issue.impact, gate.any))
    if bad:
        sentence = f"{_issues(len(bad))}, {_or_worse(gate.any)}, known or new"
        failures.append(GateFailure(setting="any", sentence=sentence, remedy="Mend them.", issues=bad))
    for rule in gate.rules:
        if found := tuple(issue for issue in counted if issue.rule == rule):
            sentence = f"{_issues(len(found))} of the rule {rule}, which may have none"
            failures.append(
                GateFailure(setting="rules", sentence=sentence, remedy="Mend them.", issues=found)
            )
    for criterion in gate.criteria:
        if found := tuple(issue for issue in counted if criterion in wcag.get(issue.id, ())):
            sentence = f"{_issues(len(found))} under WCAG {criterion}, which may have none"
            failures.append(
                GateFailure(setting="criteria", sentence=sentence, remedy="Mend them.", issues=found)
            )
    return failures


def _budgets(gate: Gate, counted: Sequence[KnownIssue]) -> list[GateFailure]:
    by_rule = Counter(issue.rule for issue in counted)
    return [
        GateFailure(
            setting="budgets",
            sentence=f"{_issues(by_rule[rule])} of the rule {rule}; its budget is {most}",
            remedy="Mend some, or agree on another budget.",
            issues=tuple(issue for issue in counted if issue.rule == rule),
        )
        for rule, most in gate.budgets.items()
        if by_rule[rule] > most
    ]


def _coverage(gate: Gate, report: Report, before: float | None) -> list[GateFailure]:
    share, told = report.coverage.share, f"{report.coverage.audited} of {report.coverage.in_scope} pages"
    remedy = "See in the report which pages were not audited, and why."
    failures = []
    if gate.coverage is not None and share < gate.coverage:
        sentence = f"Only {told} in scope were audited ({share:.0%}); {gate.coverage:.0%} are asked for"
        failures.append(GateFailure(setting="coverage", sentence=sentence, remedy=remedy))
    if gate.coverage_drop is not None and before is not None and before - share > gate.coverage_drop:
        sentence = f"Coverage fell from {before:.0%} to {share:.0%} ({told})"
        failures.append(GateFailure(setting="coverage_drop", sentence=sentence, remedy=remedy))
    return failures


def _statement(gate: Gate, statement: PublishedStatement | None) -> list[GateFailure]:
    if statement is None:
        return []
    remedy = "The report's page “For your statement” tells what is there and what should be."
    failures = []
    if MISSING in gate.statement and statement.url is None and statement.complete:
        failures.append("No accessibility statement was found")
    for item in statement.items:
        if item.id in gate.statement and item.verdict in (StatementVerdict.WRONG, StatementVerdict.NOT_FOUND):
            failures.append(f"The accessibility statement, {item.id}: {item.why.rstrip('.')}")
    return [GateFailure(setting="statement", sentence=each, remedy=remedy) for each in failures]


def _expired(gate: Gate, expired: Sequence[Waiver]) -> list[GateFailure]:
    if not gate.expired_waivers or not expired:
        return []
    each = "; ".join(f"[[waiver]] {w.line} on {w.expires:%Y-%m-%d}, owner {w.owner}" for w in expired)
    sentence = (
        f"{len(expired)} waivers have expired: {each}" if len(expired) > 1 else f"A waiver expired: {each}"
    )
    remedy = "Mend what they let pass, or have them renewed by their owners."
    return [GateFailure(setting="expired_waivers", sentence=sentence, remedy=remedy)]


def _is_as_bad(impact: Impact | None, as_: Impact) -> bool:
    return impact is not None and impact.rank >= as_.rank


def _issues(count: int) -> str:
    return f"{count} issue{'' if count == 1 else 's'}"


def _or_worse(impact: Impact | None) -> str:
    return f"{impact} or worse" if impact is not Impact.CRITICAL else "critical"
