"""Rules by the command: a new one, a user's own in an audit, and what a site changes of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FAULTS = (
    '<p data-broken="yes">Broken</p><p data-broken="no">Whole</p>'
    '<button type="button" onfocus="this.blur()">Send</button><img src="data:,">'
)


def test_a_new_rule_is_laid_out_with_examples_that_pass(command: Any, tmp_path: Path) -> None:
    made = command.run(tmp_path, "rules", "new", "our-broken", "--folder", "ours")
    assert made.returncode == 0, made.stderr
    tested = command.run(tmp_path, "rules", "test", "--folder", "ours")
    assert tested.returncode == 0, tested.stdout
    assert tested.stdout.count("ok ") == 3
    again = command.run(tmp_path, "rules", "new", "our-broken", "--folder", "ours")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    (tmp_path / "ours/our_broken/examples/passed-whole.html").write_text('<p data-broken="yes">Broken</p>')
    tested = command.run(tmp_path, "rules", "test", "our-broken", "--folder", "ours")
    assert tested.returncode == 1
    assert "FAIL  our-broken" in tested.stdout


def test_list_and_show(command: Any, tmp_path: Path) -> None:
    command.run(tmp_path, "rules", "new", "our-broken", "--folder", "ours")
    listed = command.run(tmp_path, "rules", "list", "--folder", "ours")
    assert {"our-broken", "focus-removed", "image-alt"} <= {
        line.split()[0] for line in listed.stdout.splitlines()
    }
    shown = command.run(tmp_path, "rules", "show", "focus-removed")
    assert "Limits:" in shown.stdout
    assert "Judges:          every page as it stands" in shown.stdout
    assert re.search(r"Before:\n    <a .*onfocus.*\nAfter:\n    <a ", shown.stdout)
    assert "More:" not in shown.stdout  # nothing is said of it
    driven = command.run(tmp_path, "rules", "show", "focus-visible").stdout
    assert "Judges:          driven pages" in driven
    assert re.search(r"Cost: +\d+ CPU milliseconds a page", driven)
    assert "auditor" in shown.stdout


def test_the_page_of_criteria_is_up_to_date(command: Any, tmp_path: Path) -> None:
    """Written by `auditor rules criteria --format markdown > docs/criteria.md`."""
    told = command.run(tmp_path, "rules", "criteria", "--format", "markdown")
    assert told.stdout == (Path(__file__).parents[2] / "docs/criteria.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in told.stdout.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 55
    levels = {row[0].split()[1]: row[2] for row in rows}
    assert levels["1.1.1"] == "Failures found automatically"
    assert levels["2.4.5"] == "Hints only"
    assert levels["1.2.4"] == "Person only"


def test_criteria_as_text(command: Any, tmp_path: Path) -> None:
    lines = command.run(tmp_path, "rules", "criteria").stdout.splitlines()
    assert len(lines) == 55
    assert lines[2].split() == [
        *("1.2.2", "A", "Failures", "found", "automatically"),
        *("video-caption", "(hints),", "video-captions"),
    ]


def audited(command: Any, folder: Path, origin: str, more: str) -> tuple[Any, dict[str, Any]]:
    (folder / "sites.toml").write_text(
        f'[[site]]\nid = "town"\nurl = "{origin}/"\ninternal = true\ndelay = 0\n{more}', encoding="utf-8"
    )
    done = command.run(folder, "audit", "town", "--format", "json", "--format", "text", "--output", "out")
    file = folder / "out/report.json"
    return done, json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def test_a_user_s_own_rule_and_what_the_site_changes(
    command: Any, tmp_path: Path, site_server: Any, page: Any
) -> None:
    command.run(tmp_path, "rules", "new", "our-broken", "--folder", "ours")
    frame = page("Frame", body=FAULTS)
    inner = '<iframe src="/frame" title="Frame"></iframe>'
    site = site_server({"/": page("Home", body=FAULTS + inner), "/frame": frame})
    done, report = audited(
        command, tmp_path, site.origin,
        'rules_folder = "ours"\nrules = [\n'
        '  { id = "image-alt", off = true, reason = "The pictures go next month." },\n'
        '  { id = "contact-route", off = true, reason = "It is ours, in Python: axe does not know it." },\n'
        '  { id = "text-contrast-enhanced", off = true, reason = "It does not run at level AA as it is." },\n'
        '  { id = "focus-removed", impact = "minor", reason = "A page for staff alone." },\n]\n',
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {
        (f["rule"], tuple(f["frame"]), f["impact"]) for f in report["findings"] if f["outcome"] == "failed"
    }
    assert {
        ("our-broken", (), "serious"),
        ("our-broken", ("iframe",), "serious"),
        ("focus-removed", (), "minor"),
        ("focus-removed", ("iframe",), "minor"),
    } <= found
    assert "image-alt" not in {rule for rule, _, _ in found} | set(report["rules"])
    assert report["rules"]["our-broken"]["engine"] == "auditor"
    text = " ".join((tmp_path / "out/report.txt").read_text(encoding="utf-8").split())
    assert "The rule image-alt does not run here: The pictures go next month." in text
    assert "The rule focus-removed counts as minor here: A page for staff alone." in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            'rules = [{ id = "no-such-rule", off = true, reason = "Because of this." }]',
            "no rule 'no-such-rule'",
        ),
        ('rules = [{ id = "image-alt", off = true, reason = "" }]', "reason"),
        ('rules = [{ id = "image-alt", reason = "Because of this." }]', "either `off = true` or"),
        (
            'rules = [{ id = "image-alt", of = true, reason = "Because of this." }]',
            "Allowed: id, impact, off",
        ),
        ('rules_folder = "nowhere"', "there is no such folder"),
    ],
)
def test_2_a_wrong_setting(
    command: Any, tmp_path: Path, site_server: Any, page: Any, more: str, said: str
) -> None:
    done, _ = audited(command, tmp_path, site_server({"/": page("Home")}).origin, more + "\n")
    assert done.returncode == 2, done.stderr
    assert said in done.stderr


def test_2_code_that_does_not_run_is_named(command: Any, tmp_path: Path, site_server: Any, page: Any) -> None:
    command.run(tmp_path, "rules", "new", "our-broken", "--folder", "ours")
    (tmp_path / "ours/our_broken/element.js").write_text("({ evaluate: (node => })")
    done, _ = audited(command, tmp_path, site_server({"/": page("Home")}).origin, 'rules_folder = "ours"\n')
    assert done.returncode == 2
    assert "our-broken: its element.js does not run" in done.stderr
