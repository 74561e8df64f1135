"""`report.json`: its keys are a contract, and it is written without holding the findings in memory."""

from __future__ import annotations

import dataclasses
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.formats import FORMATS
from auditor.models import Finding, Report, UrlOutcome, Visit

Render = Callable[[str, Report], dict[str, bytes]]
DOCUMENT = Path(__file__).parents[2] / "docs" / "report-json.md"


@pytest.fixture(scope="module")
def raw(peopled: Report, rendered: Render) -> bytes:
    return rendered("json", peopled)["report.json"]


@pytest.fixture(scope="module")
def data(raw: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(raw)
    return loaded


def test_top_level_keys_in_their_order(data: dict[str, Any]) -> None:
    assert list(data) == [
        "schema",
        "site",
        "run",
        "coverage",
        "endless",
        "other_hosts",
        "refused",
        "visits",
        "documents",
        "findings",
        "rule_errors",
        "untested",
        "capped",
        "issues",
        "journeys",
        "banners",
        "states",
        "variants",
        "people",
        "views",
        "formula",
        "plan",
        "owners",
        "statements",
        "statement",
        "comparison",
        "gate",
        "inclusion",
        "sample",
        "checklist",
        "rules",
    ]
    assert data["schema"] == "1.6"


def test_site_and_run(data: dict[str, Any]) -> None:
    assert data["site"] == {
        "id": "ambleworth",
        "name": "Ambleworth Borough Council",
        "gss": "E07000999",
        "urls": ["https://www.ambleworth.example/"],
    }
    run = data["run"]
    assert list(run) == ["id", "state", "started", "finished", "versions", "settings", "notes", "stopped"]
    assert run["started"] == "2026-11-21T09:30:00Z"
    assert run["settings"]["user_limits"] == ["max_depth", "max_pages"]


def test_coverage_counts_every_outcome(data: dict[str, Any]) -> None:
    coverage = data["coverage"]
    assert set(coverage["by_outcome"]) == {outcome.value for outcome in UrlOutcome}
    assert sum(coverage["by_outcome"].values()) == coverage["known"] == len(data["visits"])
    assert coverage["share"] == pytest.approx(6 / 9)
    assert coverage["complete"] is False


def test_visits_and_findings_have_the_fields_of_the_models(data: dict[str, Any]) -> None:
    shown = {f.name for f in dataclasses.fields(Visit)} - {"signature", "sketch"} | {"driven"}  # ours alone
    assert all(set(visit) == shown for visit in data["visits"])
    of_rules = {field.name for field in dataclasses.fields(Finding)} - {"person"}  # who stands in `people`
    assert all(set(f) == of_rules for f in data["findings"])


def test_what_people_found_stands_apart_from_what_rules_said(data: dict[str, Any], report: Report) -> None:
    assert [f["issue"] for f in data["findings"]] == [finding.issue for finding in report.findings()]
    assert {i["outcome"] for i in data["issues"]} == {"failed", "cant_tell"}
    answers = [each for each in data["people"] if each["issue"] and each["found"] == each["issue"]]
    assert [each["outcome"] for each in answers] == ["passed"]
    assert answers[0]["found"] in {issue["id"] for issue in data["issues"]}


def test_rules_tell_the_pages_of_each_outcome(data: dict[str, Any]) -> None:
    assert list(data["rules"]) == sorted(data["rules"])
    assert data["rules"]["image-alt"]["outcomes"] == {
        "failed": 2,
        "cant_tell": 0,
        "passed": 3,
        "inapplicable": 1,
        "untested": 0,
        "error": 0,
    }


def test_issues_name_examples_and_counts(data: dict[str, Any]) -> None:
    contrast = next(i for i in data["issues"] if i["id"].startswith("color-contrast-failed-"))
    assert (contrast["pages"], contrast["places"], contrast["at_least"], contrast["faults"]) == (
        4,
        4,
        True,
        1,
    )
    assert contrast["component"]["shape"] == "p.small"
    own = [f for f in data["findings"] if f["issue"] == contrast["id"]]
    assert len(own) == 4
    assert set(contrast["examples"][0]) == {"url", "state", "frame", "selector"}


def test_one_finding_a_line(raw: bytes, data: dict[str, Any]) -> None:
    lines = raw.decode().splitlines()
    start = lines.index('"findings": [') + 1
    found = [json.loads(line.rstrip(",")) for line in lines[start : start + len(data["findings"])]]
    assert found == data["findings"]


def test_hostile_text_survives_as_data_and_touches_no_terminal(
    raw: bytes, data: dict[str, Any], hostile: str
) -> None:
    message = next(f["message"] for f in data["findings"] if f["rule"] == "link-name")
    assert message == hostile.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", raw.decode())


def test_numbers_that_json_lacks_become_null(changed: Callable[..., Report], rendered: Render) -> None:
    odd = dataclasses.replace(next(iter(changed().visits())), seconds=float("nan"))
    loaded = json.loads(rendered("json", changed(visits=lambda: (odd,)))["report.json"])
    assert loaded["visits"][0]["seconds"] is None


def test_an_empty_report_is_valid(changed: Callable[..., Report], rendered: Render) -> None:
    empty = changed(
        visits=lambda: (),
        findings=lambda: (),
        issues=(),
        rules={},
        rule_outcomes={},
        untested=lambda: (),
        rule_errors=lambda: (),
        capped=lambda: (),
    )
    loaded = json.loads(rendered("json", empty)["report.json"])
    assert loaded["findings"] == [] == loaded["visits"]
    assert loaded["rules"] == {}


@pytest.mark.parametrize("pages", [400, pytest.param(1_000, marks=pytest.mark.soak)])
def test_thousands_of_findings_pass_through_little_memory(
    big: Callable[[int, int], Report], pages: int
) -> None:
    report = big(pages, 50)
    size = 0
    tracemalloc.start()
    try:
        for _, chunks in FORMATS["json"](report):
            for chunk in chunks:
                size += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 20_000 * pages
    assert peak < 2_000_000


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    return set()


def test_the_document_explains_every_key(data: dict[str, Any]) -> None:
    run = data["run"] | {"settings": {}}  # what is in these three has keys of its own
    keys = _keys(data | {"run": run, "refused": {}, "rules": list(data["rules"].values())})
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
