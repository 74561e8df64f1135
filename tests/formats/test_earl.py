"""EARL: a JSON-LD processor reads it, its counts are the report's, and no criterion is ever passed."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from pyld import jsonld

from auditor.formats import FORMATS, earl
from auditor.models import Outcome, Report

Render = Callable[[str, Report], dict[str, bytes]]
Node = dict[str, Any]

EARL = "http://www.w3.org/ns/earl#"
EM = "http://www.w3.org/TR/WCAG-EM/#"
DESCRIPTION = "http://purl.org/dc/terms/description"


def nodes(content: bytes) -> list[Node]:
    """All of them, expanded: without context, and without the network."""

    def nothing(url: str, options: object) -> None:
        raise AssertionError(f"a context from elsewhere: {url}")

    flat = jsonld.flatten(json.loads(content), None, {"documentLoader": nothing})
    assert isinstance(flat, list)
    return flat


def assertions(graph: list[Node]) -> list[tuple[str, str, str, str]]:
    """Subject, test, outcome and description of each."""
    by_id = {node["@id"]: node for node in graph}

    def one(node: Node, key: str) -> str:
        (value,) = node[EARL + key]
        return str(value["@id"])

    found = []
    for node in graph:
        if node.get("@type") == [f"{EARL}Assertion"]:
            assert one(node, "assertedBy") == "urn:council-auditor:program"
            assert one(node, "mode") == f"{EARL}automatic"
            result = by_id[one(node, "result")]
            text = result.get(DESCRIPTION, [{"@value": ""}])[0]["@value"]
            found.append((one(node, "subject"), one(node, "test"), one(result, "outcome"), text))
    return found


@pytest.fixture(scope="module")
def by_criterion(report: Report, rendered: Render) -> list[Node]:
    return nodes(rendered("earl", report)["report.earl.jsonld"])


@pytest.fixture(scope="module")
def by_rule(report: Report, rendered: Render) -> list[Node]:
    return nodes(rendered("earl", report)["report-rules.earl.jsonld"])


def test_no_criterion_is_passed_whatever_rules_say(by_criterion: list[Node]) -> None:
    told = assertions(by_criterion)
    assert {outcome for *_, outcome, _ in told} == {f"{EARL}failed", f"{EARL}untested"}
    assert all(test.startswith("WCAG22:") for _, test, _, _ in told)
    of = {test: (outcome, text) for subject, test, outcome, text in told if subject.startswith("urn:")}
    assert of["WCAG22:language-of-page"][0] == f"{EARL}untested", "every rule passed on every page"
    assert "Not a pass" in of["WCAG22:language-of-page"][1]
    assert of["WCAG22:captions-prerecorded"][0] == f"{EARL}untested", (
        "its rule was inapplicable or broke down"
    )
    assert of["WCAG22:contrast-minimum"][0] == f"{EARL}failed"


def test_a_question_is_cant_tell(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    questions = [f for f in base.findings() if f.outcome is Outcome.CANT_TELL]
    asked = changed(
        findings=lambda: questions,
        issues=base.of(Outcome.CANT_TELL),
        rule_outcomes={"color-contrast": {Outcome.CANT_TELL: 1, Outcome.PASSED: 5}},
    )
    told = assertions(nodes(rendered("earl", asked)["report.earl.jsonld"]))
    contrast = [outcome for _, test, outcome, _ in told if test == "WCAG22:contrast-minimum"]
    assert contrast == [f"{EARL}cantTell"] * 2, "the website, and the page"


def test_the_evaluation_is_what_the_report_tool_opens(by_criterion: list[Node], report: Report) -> None:
    by_id = {node["@id"]: node for node in by_criterion}

    def values(node: Node, key: str) -> list[Any]:
        return [each.get("@value", each.get("@id")) for each in node[key]]

    (evaluation,) = (n for n in by_criterion if n.get("@type") == [f"{EM}procedure"])
    scope = by_id[values(evaluation, f"{EM}step1")[0]]
    assert values(scope, f"{EM}step1b") == ["AA"]
    assert values(scope, "http://www.w3.org/WAI/standards-guidelines/wcag/#versions") == ["2.2"]
    (site,) = values(scope, f"{EM}step1a")
    assert f"{EM}website" in by_id[site]["@type"]
    sample = values(by_id[values(evaluation, f"{EM}step3")[0]], f"{EM}step3a")
    assert sample == [visit.url for visit in report.visits() if visit.outcome == "audited"]
    for page in sample:  # it takes a page's description for its address
        assert by_id[page][DESCRIPTION] == [{"@value": page}]
    audited = [by_id[each] for each in values(evaluation, f"{EM}step4")]
    assert len(audited) == len(report.checklist) == 55
    # It breaks at a test that is no criterion, and takes a page in here for the website.
    assert {each[f"{EARL}subject"][0]["@id"] for each in audited} == {site}
    assert len({each[f"{EARL}test"][0]["@id"] for each in audited}) == 55


def test_pages_fail_what_their_findings_fail(by_criterion: list[Node], report: Report) -> None:
    told = assertions(by_criterion)
    there = {(s, t) for s, t, outcome, _ in told if outcome == f"{EARL}failed" and s.startswith("https:")}
    failed = {
        (finding.url, criterion)
        for finding in report.findings(outcome=Outcome.FAILED)
        for criterion in finding.wcag
    }
    assert len(there) == len(failed) == 9
    slugs = {"1.1.1": "non-text-content", "1.4.3": "contrast-minimum", "4.1.2": "name-role-value"}
    assert {(url, f"WCAG22:{slugs[num]}") for url, num in failed if num in slugs} <= there
    (broken,) = (text for s, t, _, text in told if s.endswith("/bins") and t == "WCAG22:captions-prerecorded")
    assert broken == "- `video-caption`: the rule broke down: ran longer than 5 seconds"


def test_rules_say_of_each_page_what_they_said(by_rule: list[Node], report: Report) -> None:
    told = assertions(by_rule)
    results = list(report.rule_results())
    pairs = [key for key, _ in groupby(results, key=lambda each: (each[0], each[1].rule))]
    assert len(told) == len(pairs) == 6 * 6
    counted = Counter((test, outcome.removeprefix(EARL)) for _, test, outcome, _ in told)
    for rule in report.rules.values():
        outcomes = report.rule_outcomes[rule.id]
        iri = earl._rule_iri(rule.id, rule)
        assert counted[iri, "failed"] == outcomes.get(Outcome.FAILED, 0)
        assert counted[iri, "untested"] == outcomes.get(Outcome.ERROR, 0)
        assert counted[iri, "inapplicable"] == outcomes.get(Outcome.INAPPLICABLE, 0)
        if not {Outcome.FAILED, Outcome.CANT_TELL} & set(outcomes):
            assert counted[iri, "passed"] == outcomes.get(Outcome.PASSED, 0)
    broke = [text for *_, outcome, text in told if outcome == f"{EARL}untested"]
    assert broke[0] == "The rule broke down: ran longer than 5 seconds"


def test_each_test_and_page_that_is_named_is_described(by_rule: list[Node], by_criterion: list[Node]) -> None:
    for graph in (by_rule, by_criterion):
        described = {node["@id"] for node in graph if "@type" in node}
        for subject, test, *_ in assertions(graph):
            assert {subject, test} <= described


def test_an_older_standard_has_its_own_addresses(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    older = changed(site=dataclasses.replace(base.site, standard="wcag21aa"))
    told = assertions(nodes(rendered("earl", older)["report.earl.jsonld"]))
    assert ("http://www.w3.org/TR/WCAG21/#contrast-minimum", f"{EARL}failed") in {t[1:3] for t in told}


def test_it_streams(big: Callable[[int, int], Report]) -> None:
    for _, chunks in FORMATS["earl"](big(2_000, 1)):
        assert max(len(chunk) for chunk in chunks) < 100_000
