"""Findings into issues, worst and widest first."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.issues import EXAMPLES, group
from auditor.models import Finding, Impact, Issue, IssueCounts, Kind, Outcome, Rule


def count(name: str, outcome: Outcome, pages: int, places: int) -> IssueCounts:
    return IssueCounts(
        id=issue_of(name, outcome), rule=name, outcome=outcome, pages=pages, places=places, faults=places
    )


def issue_of(name: str, outcome: Outcome) -> str:
    return f"{name}-{outcome.replace('_', '-')}"


def rule(name: str, *, impact: Impact | None = Impact.SERIOUS, kind: Kind = Kind.FAILURE) -> Rule:
    return Rule(
        id=name,
        title=f"Title of {name}",
        why="",
        who=(),
        fix="",
        wcag=("1.1.1",),
        kind=kind,
        impact=impact,
        engine="axe",
    )


def finding(name: str, page: int, place: int = 0, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": name, "outcome": Outcome.FAILED, "kind": Kind.FAILURE, "wcag": ("1.1.1",), "act": (),
        "impact": Impact.SERIOUS, "url": f"http://a.example/{page}", "state": "loaded", "frame": (),
        "selector": f"#p{place}", "excerpt": "", "message": "",
    }  # fmt: skip
    values |= more
    return Finding(**values, issue=issue_of(name, values["outcome"]))


def grouped(counts: list[IssueCounts], findings: list[Finding], *rules: Rule) -> tuple[Issue, ...]:
    return group(counts, {r.id: r for r in rules}, sorted(findings, key=lambda each: each.issue))


def test_one_issue_for_each_rule_and_outcome() -> None:
    unsure = finding("a", 3, outcome=Outcome.CANT_TELL)
    sure = [finding("a", 1), finding("a", 2)]
    failed, cant_tell = grouped(
        [count("a", Outcome.CANT_TELL, 1, 1), count("a", Outcome.FAILED, 2, 250)], [*sure, unsure], rule("a")
    )
    assert (failed.id, failed.pages, failed.places, failed.examples) == ("a-failed", 2, 250, tuple(sure))
    assert (cant_tell.id, cant_tell.outcome, cant_tell.examples) == (
        "a-cant-tell",
        Outcome.CANT_TELL,
        (unsure,),
    )
    assert (failed.title, failed.wcag, failed.kind) == ("Title of a", ("1.1.1",), Kind.FAILURE)


def test_nothing_found_is_no_issue() -> None:
    assert grouped([], []) == ()


def test_the_kind_is_the_rules() -> None:
    (issue,) = grouped([count("a", Outcome.FAILED, 1, 1)], [finding("a", 1)], rule("a", kind=Kind.ADVICE))
    assert issue.kind is Kind.ADVICE


@pytest.mark.parametrize(
    ("usual", "found", "expected"),
    [
        (Impact.MINOR, [Impact.MODERATE, Impact.CRITICAL, Impact.MINOR], Impact.CRITICAL),
        (Impact.CRITICAL, [Impact.MINOR], Impact.MINOR),
        (Impact.SERIOUS, [None, None], Impact.SERIOUS),
        (None, [None, Impact.MINOR], Impact.MINOR),
        (None, [None], None),
    ],
)
def test_the_impact_is_the_worst_found_else_the_usual_one(
    usual: Impact | None, found: list[Impact | None], expected: Impact | None
) -> None:
    findings = [finding("a", n, impact=impact) for n, impact in enumerate(found)]
    (issue,) = grouped([count("a", Outcome.FAILED, 1, 1)], findings, rule("a", impact=usual))
    assert issue.impact is expected


def test_examples_are_of_different_pages_as_far_as_there_are() -> None:
    crowded = [finding("a", 0, place) for place in range(30)]
    others = [finding("a", page) for page in range(1, 5)]
    (issue,) = grouped([count("a", Outcome.FAILED, 5, 34)], crowded + others, rule("a"))
    assert len(issue.examples) == EXAMPLES
    assert [e.url for e in issue.examples[:5]] == [f"http://a.example/{page}" for page in range(5)]
    assert [e.selector for e in issue.examples[5:]] == [f"#p{place}" for place in range(1, 6)]


def test_worst_first_then_widest_and_what_is_sure_before_what_is_not() -> None:
    rules = [
        rule("minor", impact=Impact.MINOR),
        rule("critical", impact=Impact.CRITICAL),
        rule("wide"),
        rule("many"),
        rule("b"),
        rule("c"),
        rule("unknown", impact=None),
    ]
    counts: list[IssueCounts] = [
        count("unknown", Outcome.FAILED, 99, 99),
        count("minor", Outcome.FAILED, 50, 50),
        count("critical", Outcome.CANT_TELL, 99, 99),
        count("c", Outcome.FAILED, 1, 1),
        count("b", Outcome.FAILED, 1, 1),
        count("many", Outcome.FAILED, 1, 9),
        count("wide", Outcome.FAILED, 2, 2),
        count("critical", Outcome.FAILED, 1, 1),
    ]
    ids = [issue.id for issue in grouped(counts, [], *rules)]
    assert ids == [
        "critical-failed", "wide-failed", "many-failed", "b-failed", "c-failed", "minor-failed",
        "unknown-failed", "critical-cant-tell",
    ]  # fmt: skip


NAMES = st.sampled_from("abcdef")
OUTCOMES = st.sampled_from([Outcome.FAILED, Outcome.CANT_TELL])


@given(st.lists(st.tuples(NAMES, OUTCOMES, st.integers(0, 5)), max_size=40), st.randoms())
def test_identity_and_order_do_not_depend_on_the_order_of_the_counts(
    found: list[tuple[str, Outcome, int]], shuffle: random.Random
) -> None:
    findings = [finding(name, page, outcome=outcome) for name, outcome, page in found]
    counts: list[IssueCounts] = []
    for name, outcome in sorted({(f.rule, f.outcome) for f in findings}):
        own = [f for f in findings if (f.rule, f.outcome) == (name, outcome)]
        counts.append(count(name, outcome, len({f.url for f in own}), len(own)))
    rules = [rule(name) for name in "abcdef"]
    issues = grouped(counts, findings, *rules)
    shuffle.shuffle(counts)
    assert grouped(counts, findings, *rules) == issues
    assert len({issue.id for issue in issues}) == len(issues) == len(counts)
    assert sum(issue.places for issue in issues) == len(findings)
    for issue in issues:
        assert {e.rule for e in issue.examples} == {issue.rule}
        assert {e.outcome for e in issue.examples} == {issue.outcome}
        assert len({e.url for e in issue.examples}) == issue.pages
