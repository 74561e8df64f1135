"""The baseline: what is written is read again, in an order that lasts; what is no baseline is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor import baseline
from auditor.compare import compare
from auditor.errors import UsageError
from auditor.formats import FORMATS
from auditor.known import known, of_json, of_report
from auditor.models import Outcome, Report, Status


def test_it_is_read_as_it_was_written(report: Report, tmp_path: Path) -> None:
    audit = of_report(report)
    file = tmp_path / "auditor-baseline.toml"
    file.write_text(baseline.text(audit), encoding="utf-8")
    read = baseline.read(file)
    failed = {issue for issue in audit.issues if issue.outcome is Outcome.FAILED}
    assert {issue.id for issue in read.issues} == {issue.id for issue in failed}
    hostile = {
        issue for issue in failed if issue.rule == "link-name"
    }  # what no text file may hold is replaced
    assert failed - set(read.issues) == hostile
    assert (read.site, read.rules, read.pages, read.complete) == (
        audit.site, audit.rules, audit.pages, audit.complete,
    )  # fmt: skip
    statuses = {change.status for change in compare(read, audit).of(*Status)}
    assert statuses == {Status.PERSISTING}


def test_it_keeps_which_pages_a_rule_judged(tmp_path: Path) -> None:
    """Else what only driving shows would seem new, or fixed, where another page is driven."""
    audit = known(
        "an audit", rules={"reflow": "1", "image-alt": "1"}, driven_rules={"reflow"}, issues=(),
        audited={"/", "/bins"}, driven={"/"}, complete=False, site="town",
    )  # fmt: skip
    file = tmp_path / "b.toml"
    file.write_text(baseline.text(audit), encoding="utf-8")
    read = baseline.read(file)
    assert read.judged("reflow") == {"/"}
    assert read.judged("image-alt") == {"/", "/bins"}
    assert (read.site, read.complete) == ("town", False)


def test_it_is_sorted_and_one_thing_stands_on_a_line(report: Report) -> None:
    lines = baseline.text(of_report(report)).splitlines()
    ids = [line for line in lines if line.startswith("id = ")]
    assert len(ids) > 3
    assert ids == sorted(ids)
    pages = lines[lines.index("pages = [") + 1 : lines.index("]")]
    assert len(pages) > 3
    assert pages == sorted(pages)


def test_a_json_report_serves_as_well(report: Report, tmp_path: Path) -> None:
    ((_, chunks),) = FORMATS["json"](report)
    file = tmp_path / "report.json"
    file.write_bytes(b"".join(chunks))
    read, audit = of_json(file), of_report(report)
    assert {each.id for each in read.issues} == {each.id for each in audit.issues}
    assert (read.rules, read.pages, read.complete) == (audit.rules, audit.pages, audit.complete)
    assert {change.status for change in compare(read, audit).changes} == {Status.PERSISTING}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "<<<<<<< HEAD\n" + text, "A merge may have left marks in it."),
        (lambda text: text.replace("format = 1", "format = 2"), "this program knows 1"),
        (lambda text: text.replace("complete = ", "compleat = "), "complete: Field required"),
        (lambda text: text.replace('id = "', 'idd = "', 1), "issue.0.id: Field required"),
    ],
)
def test_what_is_no_baseline_is_refused(
    report: Report, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    file = tmp_path / "b.toml"
    file.write_text(change(baseline.text(of_report(report))), encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        baseline.read(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    "told", ["", "{}", json.dumps({"schema": "1.2"}), "[1]", '{"schema": "1.3"}', '{"schema": "x"}']
)
def test_what_is_no_report_is_refused(tmp_path: Path, told: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(told, encoding="utf-8")
    with pytest.raises(UsageError, match=r"report\.json"):
        of_json(file)
