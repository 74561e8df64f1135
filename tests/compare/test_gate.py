"""The gate: what fails a build, what never does, and why it says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from auditor.compare import compare
from auditor.gate import judge
from auditor.known import known
from auditor.models import (
    Component,
    Gate,
    GateResult,
    Impact,
    Known,
    KnownIssue,
    Outcome,
    Report,
    Waiver,
)
from auditor.verdict import verdict

TODAY = date(2026, 11, 26)


def issue(name: str, *, rule: str = "image-alt", page: str = "/", **more: Any) -> KnownIssue:
    component = Component(landmarks=("main",), path=(), shape=f"img.{name}", target=f"/{name}.png", text="")
    values: dict[str, Any] = {
        "id": f"{rule}-failed-{name}", "rule": rule, "outcome": Outcome.FAILED, "impact": Impact.SERIOUS,
        "title": "Pictures have no description", "said": "", "component": component, "is_written": True,
        "pages": (page,),
    }  # fmt: skip
    return KnownIssue(**{**values, **more})


def audit(*issues: KnownIssue, rules: dict[str, str] | None = None, **more: Any) -> Known:
    values: dict[str, Any] = {
        "rules": {"image-alt": "1", "reflow": "1"} | (rules or {}), "driven_rules": {"reflow"},
        "audited": {"/", "/bins"}, "driven": {"/"}, "complete": True, "site": "a", "there": {"/", "/bins"},
    }  # fmt: skip
    return known("an audit", issues=issues, **{**values, **more})


@pytest.fixture
def judged(changed: Callable[..., Report]) -> Callable[..., GateResult]:
    def run(
        gate: Gate,
        now: Known,
        before: Known | None = None,
        coverage: dict[str, Any] | None = None,
        **more: Any,
    ) -> GateResult:
        comparison = compare(before, now) if before else None
        report = changed(coverage=coverage or {})
        return judge(report, now, gate, comparison=comparison, today=TODAY, **more)

    return run


def settings(result: GateResult) -> list[str]:
    return [failure.setting for failure in result.failures]


NEW = Gate(new=Impact.SERIOUS)


def test_nothing_fails_by_itself(judged: Callable[..., GateResult]) -> None:
    assert judged(Gate(), audit(issue("a"), issue("b")), audit()).passed


def test_new_failures_fail_from_an_impact_on(judged: Callable[..., GateResult]) -> None:
    before = audit(issue("a"))
    assert judged(NEW, audit(issue("a")), before).passed
    assert judged(NEW, audit(issue("a"), issue("b", impact=Impact.MODERATE)), before).passed
    result = judged(NEW, audit(issue("a"), issue("b", impact=Impact.CRITICAL)), before)
    assert [each.id for each in result.failures[0].issues] == ["image-alt-failed-b"]
    assert "1 issue new since an audit, serious or worse" in result.failures[0].sentence


def test_a_fix_cancels_no_regression(judged: Callable[..., GateResult]) -> None:
    assert settings(judged(NEW, audit(issue("b")), audit(issue("a")))) == ["new"]


def test_what_a_person_must_decide_fails_nothing(judged: Callable[..., GateResult]) -> None:
    asked = issue("a", outcome=Outcome.CANT_TELL)
    assert judged(
        Gate(new=Impact.MINOR, any=Impact.MINOR, rules=("image-alt",)), audit(asked), audit()
    ).passed


@pytest.mark.parametrize("rules", [{}, {"image-alt": "0"}], ids=["new rule", "new version"])
def test_what_a_rule_brought_fails_from_a_date_on(
    judged: Callable[..., GateResult], rules: dict[str, str]
) -> None:
    before = known(
        "before",
        rules=rules,
        driven_rules=set(),
        issues=(),
        audited={"/"},
        driven=set(),
        complete=True,
        site="a",
    )
    now = audit(issue("a"))
    assert judged(NEW, now, before).passed
    assert judged(replace(NEW, new_rules=date(2026, 11, 27)), now, before).passed
    assert settings(judged(replace(NEW, new_rules=TODAY), now, before)) == ["new"]


def test_pages_that_were_not_driven_before_fail_nothing(judged: Callable[..., GateResult]) -> None:
    now = audit(issue("a", rule="reflow", page="/bins"), driven={"/bins"})
    result = judged(NEW, now, audit())
    assert result.passed
    assert [each.rule for each in result.first_judged] == ["reflow"]


def test_a_page_that_an_incomplete_audit_left_out_fails_nothing_and_a_new_one_does(
    judged: Callable[..., GateResult],
) -> None:
    now = audit(issue("a", page="/bins"))
    assert judged(NEW, now, audit(audited={"/"}, complete=False)).passed
    assert settings(judged(NEW, now, audit(audited={"/"}))) == ["new"]


def test_any_rules_criteria_and_budgets(judged: Callable[..., GateResult], report: Report) -> None:
    known_one = audit(issue("a"))
    assert settings(judged(Gate(any=Impact.SERIOUS), known_one, known_one)) == ["any"]
    assert judged(Gate(any=Impact.CRITICAL), known_one, known_one).passed
    assert settings(judged(Gate(rules=("image-alt",)), known_one)) == ["rules"]
    assert judged(Gate(rules=("reflow",)), known_one).passed
    first = next(each for each in report.issues if each.rule == "image-alt")
    assert settings(judged(Gate(criteria=("1.1.1",)), audit(issue("a", id=first.id)))) == ["criteria"]
    assert judged(Gate(criteria=("1.4.3",)), audit(issue("a", id=first.id))).passed
    two = audit(issue("a"), issue("b"))
    assert judged(Gate(budgets={"image-alt": 2}), two).passed
    assert settings(judged(Gate(budgets={"image-alt": 1}), two)) == ["budgets"]


def test_coverage(judged: Callable[..., GateResult]) -> None:
    some = {"audited": 6, "in_scope": 9}
    assert settings(judged(Gate(coverage=0.7), audit(), coverage=some)) == ["coverage"]
    assert judged(Gate(coverage=0.6), audit(), coverage=some).passed
    fell = Gate(coverage_drop=0.1)
    assert settings(judged(fell, audit(), coverage=some, coverage_before=0.8)) == ["coverage_drop"]
    assert judged(fell, audit(), coverage=some, coverage_before=0.7).passed
    assert judged(fell, audit(), coverage=some).passed


def waiver(**more: Any) -> Waiver:
    values: dict[str, Any] = {
        "reason": "The supplier mends it.", "owner": "web", "expires": TODAY, "ground": "third party",
        "rule": "image-alt", "line": 1,
    }  # fmt: skip
    return Waiver(**{**values, **more})


def test_what_is_waived_fails_nothing_until_it_expires(judged: Callable[..., GateResult]) -> None:
    now = audit(issue("a"))
    result = judged(replace(NEW, any=Impact.MINOR), now, audit(), waivers=[waiver()])
    assert result.passed
    assert [each.id for _, each in result.waived] == ["image-alt-failed-a"]
    late = waiver(expires=date(2026, 11, 25))
    assert settings(judged(NEW, now, audit(), waivers=[late])) == ["new"]
    result = judged(Gate(expired_waivers=True), now, waivers=[late])
    assert settings(result) == ["expired_waivers"]
    assert result.expired == (late,)
    assert judged(Gate(), now, waivers=[waiver(rule="reflow")]).unused == (waiver(rule="reflow"),)


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"shape": "img.a"}, True),
        ({"shape": ".a"}, True),
        ({"shape": "img.b"}, False),
        ({"url": "/bins*"}, True),
        ({"url": "/"}, False),
        ({"rule": None, "url": "/b*s"}, True),
    ],
)
def test_all_that_a_waiver_names_must_fit(
    judged: Callable[..., GateResult], more: dict[str, Any], fits: bool
) -> None:
    now = audit(issue("a", page="/bins"))
    assert judged(NEW, now, audit(), waivers=[waiver(**more)]).passed is fits


def test_an_issue_on_one_page_more_than_a_waiver_covers_is_not_waived(
    judged: Callable[..., GateResult],
) -> None:
    now = audit(issue("a", pages=("/", "/bins")))
    assert not judged(NEW, now, audit(), waivers=[waiver(url="/bins")]).passed


def test_what_is_new_is_looked_at_again(changed: Callable[..., Report]) -> None:
    """The report of the fixture, compared with one that knew nothing: all is new, and half of it stays."""
    report = changed()
    empty = known(
        "before", rules=dict.fromkeys(report.rules, ""), driven_rules=set(), issues=(),
        audited={"/", "/bins", "/council-tax", "/council-tax/pay", "/contact", "/news/hostile"}, driven=set(),
        complete=True, site="a",
    )  # fmt: skip
    asked: list[str] = []

    def again(urls: Any) -> Report:
        asked.extend(urls)
        return replace(report, issues=report.issues[:1])

    gate = Gate(new=Impact.MINOR)
    first = verdict(report, gate, before=empty, today=TODAY)
    assert first.gate
    assert first.comparison
    new = len(first.gate.failures[0].issues)
    assert new == len(report.of(Outcome.FAILED)) > 2
    second = verdict(report, gate, before=empty, today=TODAY, again=again)
    assert second.gate
    assert len(second.gate.failures[0].issues) == 1
    assert len(second.gate.unstable) == new - 1
    assert 0 < len(asked) == len(set(asked)) <= new
    asked.clear()
    verdict(report, Gate(), before=empty, today=TODAY, again=again)
    assert asked == [], "nothing would fail: nothing is asked for again"
