"""axe's words into ours: shapes, places, crashes, and results that may not be believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks.axe_adapter import EXCERPT, MESSAGE, SELECTOR, MalformedResult, adapt
from auditor.checks.registry import registry, rule_from_axe, runs, tags_to_run
from auditor.models import Finding, Impact, Kind, Outcome, Rule, RuleResult, Snapshot


def said(rule: str, *tags: str, impact: str | None = "serious") -> dict[str, Any]:
    return {
        "id": rule,
        "tags": list(tags),
        "help": f"About {rule}",
        "helpUrl": f"https://axe.example/{rule}",
        "act": ["23a2a8"],
        "impact": impact,
    }


RULES: dict[str, Rule] = registry(
    [
        said("image-alt", "wcag2a", "wcag111", impact="critical"),
        said("color-contrast", "wcag2aa", "wcag143"),
        said("region", "best-practice", impact="moderate"),
        said("brand-new", "wcag22aa", "wcag258", impact=None),
    ]
)


def node(
    *target: Any, html: str = "<img>", impact: Any = "critical", messages: Any = ("No text.",)
) -> dict[str, Any]:
    return {"target": list(target) or ["img"], "html": html, "impact": impact, "messages": list(messages)}


def entry(rule: str, *nodes: dict[str, Any], total: Any = None) -> dict[str, Any]:
    return {
        "id": rule,
        "impact": "critical",
        "total": len(nodes) if total is None else total,
        "nodes": list(nodes),
    }


def engine(**parts: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"violations": [], "incomplete": [], "passes": [], "inapplicable": []}
    return {**whole, **parts}


def judged(**parts: Any) -> tuple[list[RuleResult], list[Finding]]:
    return adapt(Snapshot(url="http://a.example/", state="loaded", engine=engine(**parts)), RULES)


def test_four_words_become_four_outcomes() -> None:
    results, findings = judged(
        violations=[entry("image-alt", node("#a"), node("#b"))],
        incomplete=[entry("color-contrast", node("p"))],
        passes=["region"],
        inapplicable=["brand-new"],
    )
    assert results == [
        RuleResult(rule="image-alt", outcome=Outcome.FAILED, places=2),
        RuleResult(rule="color-contrast", outcome=Outcome.CANT_TELL, places=1),
        RuleResult(rule="region", outcome=Outcome.PASSED),
        RuleResult(rule="brand-new", outcome=Outcome.INAPPLICABLE),
    ]
    assert [(f.rule, f.outcome, f.selector) for f in findings] == [
        ("image-alt", Outcome.FAILED, "#a"),
        ("image-alt", Outcome.FAILED, "#b"),
        ("color-contrast", Outcome.CANT_TELL, "p"),
    ]


def test_a_rule_may_fail_here_and_be_undecided_there() -> None:
    results, findings = judged(
        violations=[entry("image-alt", node())], incomplete=[entry("image-alt", node())], passes=["image-alt"]
    )
    assert [r.outcome for r in results] == [Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED]
    assert len(findings) == 2


def test_a_finding_carries_its_rule_and_page() -> None:
    _, (found,) = judged(violations=[entry("image-alt", node("#a", messages=["One", "Two", "One"]))])
    assert found.issue.startswith("image-alt-failed-")
    assert replace(found, issue="", fault="") == Finding(
        rule="image-alt",
        outcome=Outcome.FAILED,
        kind=Kind.FAILURE,
        wcag=("1.1.1",),
        act=("23a2a8",),
        impact=Impact.CRITICAL,
        url="http://a.example/",
        state="loaded",
        frame=(),
        selector="#a",
        excerpt="<img>",
        message="One; Two",
    )


def test_best_practice_is_advice_and_never_a_failure_of_wcag() -> None:
    _, (found,) = judged(violations=[entry("region", node("div"))])
    assert (found.kind, found.wcag) == (Kind.ADVICE, ())


@pytest.mark.parametrize(
    ("target", "frame", "selector"),
    [
        (["img"], (), "img"),
        (["#f", "img"], ("#f",), "img"),
        (["#f", "#g", "img"], ("#f", "#g"), "img"),
        ([["my-box", "img"]], (), "my-box >>> img"),
        ([["a-a", "b-b", "img"]], (), "a-a >>> b-b >>> img"),
        ([["my-box", "iframe"], "img"], ("my-box >>> iframe",), "img"),
        (["#f", ["my-box", "img"]], ("#f",), "my-box >>> img"),
    ],
)
def test_frames_and_shadow_roots(target: list[Any], frame: tuple[str, ...], selector: str) -> None:
    _, (found,) = judged(violations=[entry("image-alt", node(*target))])
    assert (found.frame, found.selector) == (frame, selector)


def test_impact_is_the_places_own_else_the_rules() -> None:
    _, findings = judged(
        violations=[
            entry("image-alt", node(impact="minor"), node(impact=None)),
            entry("brand-new", node(impact=None)),
        ]
    )
    assert [f.impact for f in findings] == [Impact.MINOR, Impact.CRITICAL, None]


def test_the_true_count_is_kept_where_places_are_capped() -> None:
    results, findings = judged(violations=[entry("image-alt", node(), node(), total=1234)])
    assert results[0].places == 1234
    assert len(findings) == 2


def test_long_texts_are_cut_and_show_it() -> None:
    _, (found,) = judged(
        violations=[
            entry("image-alt", node("#" + "f" * 5000, "x" * 5000, html="<" * 5000, messages=["m" * 5000]))
        ]
    )
    for text, most in (
        (found.selector, SELECTOR),
        (found.frame[0], SELECTOR),
        (found.excerpt, EXCERPT),
        (found.message, MESSAGE),
    ):
        assert len(text) == most
        assert text.endswith("…")


@pytest.mark.parametrize("length", [EXCERPT, EXCERPT - 1])
def test_what_fits_is_not_cut(length: int) -> None:
    _, (found,) = judged(violations=[entry("image-alt", node(html="x" * length))])
    assert found.excerpt == "x" * length


@pytest.mark.parametrize(
    "message",
    [
        "Axe encountered an error; test the page for this type of problem manually",
        "An error occured while running this rule: boom",
    ],
)
def test_a_rule_that_crashed_is_an_error_and_no_finding(message: str) -> None:
    results, findings = judged(incomplete=[entry("image-alt", node(messages=[message]))], passes=["region"])
    assert results[0] == RuleResult(rule="image-alt", outcome=Outcome.ERROR, places=1, error=message)
    assert findings == []


def test_a_page_that_speaks_of_errors_has_crashed_nothing() -> None:
    _, findings = judged(incomplete=[entry("image-alt", node(messages=["Said: Axe encountered an error"]))])
    assert len(findings) == 1


MALFORMED: dict[str, Any] = {
    "nothing": {},
    "no rule at all": engine(),
    "a part is missing": {"violations": [], "incomplete": [], "passes": ["region"]},
    "a part is null": engine(violations=None, passes=["region"]),
    "a rule nobody knows": engine(violations=[entry("unheard-of", node())]),
    "a pass of one": engine(passes=["unheard-of"]),
    "an entry that is none": engine(violations=["image-alt"]),
    "no id": engine(violations=[{"nodes": [], "total": 0}]),
    "no total": engine(violations=[{"id": "image-alt", "nodes": []}]),
    "a total that is no number": engine(violations=[entry("image-alt", node(), total="many")]),
    "nodes that are null": engine(violations=[{"id": "image-alt", "total": 1, "nodes": None}]),
    "an empty target": engine(violations=[entry("image-alt", {**node(), "target": []})]),
    "a target that is no list": engine(violations=[entry("image-alt", {**node(), "target": 5})]),
    "a selector that is no text": engine(violations=[entry("image-alt", node(7))]),
    "an impact nobody knows": engine(violations=[entry("image-alt", node(impact="dire"))]),
    "no messages": engine(
        violations=[entry("image-alt", {k: v for k, v in node().items() if k != "messages"})]
    ),
    "messages that are no texts": engine(incomplete=[entry("image-alt", node(messages=[None]))]),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_nothing_is_concluded_from_a_malformed_result(case: str) -> None:
    with pytest.raises(MalformedResult, match=r"malformed|no rule"):
        adapt(Snapshot(url="http://a.example/", engine=MALFORMED[case]), RULES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(sorted(RULES)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(node() | entry("x"))), inner)
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries(dict.fromkeys(engine(), JSON)))
def test_any_other_shape_is_refused_in_one_way(result: dict[str, Any]) -> None:
    try:
        results, findings = adapt(Snapshot(url="http://a.example/", engine=result), RULES)
    except MalformedResult:
        return
    assert results
    assert {f.rule for f in findings} <= set(RULES)


# -- the registry --------------------------------------------------------------------------------------------


def test_a_rule_we_have_words_for_speaks_plainly() -> None:
    rule = RULES["image-alt"]
    assert rule.title != "About image-alt"
    assert rule.why
    assert rule.who
    assert rule.fix
    assert (rule.engine, rule.wcag, rule.kind) == ("axe", ("1.1.1",), Kind.FAILURE)


def test_a_rule_newer_than_our_words_speaks_with_axes() -> None:
    rule = RULES["brand-new"]
    assert (rule.title, rule.wcag, rule.impact) == ("About brand-new", ("2.5.8",), None)
    assert "https://axe.example/brand-new" in rule.fix
    assert rule_from_axe(said("x", "cat.aria")).kind is Kind.ADVICE, "without a criterion it is no failure"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("wcag2a", "wcag111"), True),
        (("wcag22aa", "wcag258"), True),
        (("best-practice",), True),
        (("wcag2aaa",), False),
        (("wcag2a", "experimental"), False),
        (("wcag2a", "wcag2a-obsolete", "deprecated"), False),
        ((), False),
    ],
)
def test_which_rules_run(tags: tuple[str, ...], expected: bool) -> None:
    assert runs(said("x", *tags), tags_to_run("wcag22aa")) is expected


def test_an_older_standard_asks_less() -> None:
    assert set(tags_to_run("wcag20a")) < set(tags_to_run("wcag21aa")) < set(tags_to_run("wcag22aa"))
    assert not runs(said("x", "wcag22aa", "wcag258"), tags_to_run("wcag21aa"))


def test_a_rule_that_the_engine_was_to_run_and_did_not_is_an_error() -> None:
    snapshot = Snapshot(url="http://a.example/", engine=engine(passes=["image-alt"]))
    results, _ = adapt(snapshot, RULES, {"image-alt", "region"})
    assert {(each.rule, each.outcome) for each in results} == {
        ("image-alt", Outcome.PASSED),
        ("region", Outcome.ERROR),
    }


def test_a_page_to_which_no_rule_applies_was_not_judged() -> None:
    with pytest.raises(MalformedResult, match="no rule applies"):
        judged(inapplicable=["image-alt", "region"])
