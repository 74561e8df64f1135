"""Rules in Python that judge what the probes saw of a page: loaded from their folders, and run.

A page rule is one function, `judge`; the types of its parameters name the evidence it needs.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.checks.axe_adapter import EXCERPT, MESSAGE, SELECTOR, adapt
from auditor.checks.folders import RuleFolder
from auditor.errors import ConfigError
from auditor.evidence import ProbeFault, Verdict
from auditor.identity import identified
from auditor.limits import PLACES_PER_RULE
from auditor.models import Finding, Outcome, Rule, RuleResult, Snapshot, Untested

SECONDS = 5.0  # for one rule on one page
Told = tuple[list[RuleResult], list[Finding], list[Untested]]  # results, findings, elements left untested


@dataclass(frozen=True, kw_only=True)
class PythonRule:
    """One rule that judges evidence. `judge` takes what `needs` names, in that order."""

    id: str
    needs: tuple[type, ...]
    judge: Callable[..., Iterable[Verdict]]
    everywhere: bool  # runs on every page, not on representatives of each template alone
    decides: str = ""  # the rule of axe's whose every undecided element it judges

    @classmethod
    def of(cls, folder: RuleFolder) -> PythonRule:
        """Raises `ConfigError` where the code does not run or has no such function."""
        rule_id, file = folder.rule.id, folder.file
        name = f"auditor_rule_{file.parent.name}"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look themselves up there
        try:
            spec.loader.exec_module(module)
            hints = typing.get_type_hints(module.judge)
        except Exception as error:  # a user's code may raise anything
            raise ConfigError(f"The rule {rule_id}: its {file.name} does not run: {error!r}.") from error
        needs = tuple(kind for name, kind in hints.items() if name != "return")
        if not needs:
            raise ConfigError(
                f"The rule {rule_id}: `judge` in {file.name} names no evidence by its parameters' types."
            )
        return cls(
            id=rule_id,
            needs=needs,
            judge=module.judge,
            everywhere=folder.rule.everywhere,
            decides=folder.decides,
        )


def judge_all(
    page_rules: Sequence[PythonRule],
    snapshot: Snapshot,
    rules: Mapping[str, Rule],
    asked: Collection[str] = (),
) -> Told:
    """As `judge_page`, with what axe said before; `asked` as `adapt` takes it. Raises `MalformedResult`.

    What axe left undecided and a page rule judged is told once, by that rule.
    """
    results, findings = adapt(snapshot, rules, asked)
    own_results, own_findings, untested = judge_page(page_rules, snapshot, rules)
    idle = {
        each.rule
        for each in own_results
        if each.outcome is Outcome.ERROR or (each.outcome is Outcome.UNTESTED and not each.places)
    }
    decided = {each.decides for each in page_rules if each.id not in idle}

    def stays(each: RuleResult | Finding) -> bool:
        return each.outcome is not Outcome.CANT_TELL or each.rule not in decided

    return [*filter(stays, results), *own_results], [*filter(stays, findings), *own_findings], untested


def judge_page(page_rules: Iterable[PythonRule], snapshot: Snapshot, rules: Mapping[str, Rule]) -> Told:
    """Results and findings of all page rules on one snapshot, and the elements that one left untested.

    A rule whose evidence was not gathered is `untested`; one whose probe failed, that raises, or that takes
    over `SECONDS`, is an `error`.
    """
    results: list[RuleResult] = []
    findings: list[Finding] = []
    untested: list[Untested] = []
    for rule in page_rules:
        evidence = [snapshot.evidence.get(kind) for kind in rule.needs]
        if None in evidence:
            results.append(RuleResult(rule=rule.id, outcome=Outcome.UNTESTED))
            continue
        if faults := [each.reason for each in evidence if isinstance(each, ProbeFault)]:
            results.append(RuleResult(rule=rule.id, outcome=Outcome.ERROR, error=faults[0]))
            continue
        try:
            verdicts = verdicts_of(rule, evidence, seconds=SECONDS)
            told, found = told_of(rules[rule.id], snapshot.url, snapshot.state, verdicts)
        except Exception as error:  # a user's code may raise anything
            results.append(RuleResult(rule=rule.id, outcome=Outcome.ERROR, error=f"{error!r}"[:500]))
            continue
        results += told
        findings += found
        untested += [_left(snapshot.url, each) for each in verdicts if each.outcome is Outcome.UNTESTED]
    return results, findings, list(dict.fromkeys(untested))  # rules that read the same leave out the same


def _left(url: str, verdict: Verdict) -> Untested:
    """What is said of the page as a whole tells of more than one control."""
    where = verdict.place.selector
    if where == "html" and not verdict.place.frame:
        return Untested(url=url, what="part", where=url, reason=verdict.message)
    return Untested(url=url, what="control", where=where, reason=verdict.message)


def verdicts_of(rule: PythonRule, evidence: Sequence[Any], *, seconds: float) -> list[Verdict]:
    """What a rule says. Raises whatever it raises, or `TimeoutError`."""
    return _within(seconds, lambda: list(rule.judge(*evidence)))


def _within(seconds: float, work: Callable[[], list[Verdict]]) -> list[Verdict]:
    """What `work` returns or raises; `TimeoutError` where it takes longer: its thread is left behind."""
    outcome: list[tuple[list[Verdict], BaseException | None]] = []

    def run() -> None:
        try:
            outcome.append((work(), None))
        except BaseException as error:
            outcome.append(([], error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise TimeoutError(f"the rule took over {seconds:g} seconds")
    value, error = outcome[0]
    if isinstance(error, Exception):
        raise error
    if error is not None:
        raise RuntimeError(f"the rule raised {error!r}")
    return value


def told_of(
    rule: Rule, url: str, state: str, verdicts: Sequence[Verdict]
) -> tuple[list[RuleResult], list[Finding]]:
    """A rule's verdicts on one page as results and findings."""
    if not verdicts:
        return [RuleResult(rule=rule.id, outcome=Outcome.INAPPLICABLE)], []
    by_outcome: dict[Outcome, list[Verdict]] = {}
    for verdict in verdicts:
        by_outcome.setdefault(Outcome(verdict.outcome), []).append(verdict)
    results = [RuleResult(rule=rule.id, outcome=key, places=len(value)) for key, value in by_outcome.items()]
    findings = [
        identified(
            Finding(
                rule=rule.id,
                outcome=outcome,
                kind=rule.kind,
                wcag=rule.wcag,
                act=rule.act,
                impact=rule.impact,
                url=url,
                state=state,
                frame=verdict.place.frame,
                selector=verdict.place.selector[:SELECTOR],
                excerpt=verdict.place.excerpt[:EXCERPT],
                message=verdict.message[:MESSAGE],
                component=verdict.place.component,
            ),
            rule,
        )
        for outcome in (Outcome.FAILED, Outcome.CANT_TELL)
        for verdict in by_outcome.get(outcome, [])[:PLACES_PER_RULE]
    ]
    return results, findings
