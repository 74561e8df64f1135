"""The guided checklist from a real audit, filled in and read back, by running the commands as a user does."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def audited(
    tmp_path_factory: pytest.TempPathFactory,
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    command: Any,
) -> Path:
    """A folder with a sites.toml, a store with the audit of its site, and the checklist filled in."""
    site = site_server()
    site.routes |= {"/": page("Home", "/a", body='<img src="data:," alt="Town hall">'), "/a": page("A", "/")}
    folder: Path = tmp_path_factory.mktemp("people")
    (folder / "sites.toml").write_text(
        '[defaults]\ndrive = "no-page"\n[gate]\nany = "minor"\n'
        f'[[site]]\nid = "a"\nurl = "{site.origin}/"\ninternal = true\ndelay = 0.0\n'
        'people = ["found/*.csv"]\n'
    )
    (folder / "found").mkdir()
    (folder / "found" / "empty.csv").write_text("outcome\n")
    done = command.run(folder, "audit", "--format", "json", "--output", "before")
    assert done.returncode == 0, done.stderr
    done = command.run(folder, "checklist", "--output", "found/filled.csv")
    assert (done.returncode, done.stdout) == (0, "Checklist: found/filled.csv\n"), done.stderr
    with (folder / "found" / "filled.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {"what": "The menu keeps the focus.", "who": "web officer", "when": "03/11/2026"}
        row["outcome"] = "Failed" if row["criterion"].startswith("2.1.2") else ""
    with (folder / "found" / "filled.csv").open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_the_checklist_comes_back_in_every_format(audited: Path, command: Any) -> None:
    done = command.run(audited, "report", "--format", "html", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "1 result of people (1 failed): 1 of 55 criteria tested, " in done.stdout
    told = json.loads((audited / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["gate"]["passed"], "the gate judges what rules found alone"
    (failed,) = (each for each in told["people"] if each["outcome"] == "failed")
    assert (failed["criterion"], failed["audited"], failed["when"]) == ("2.1.2", True, "2026-11-03")
    assert failed["found"] not in {issue["id"] for issue in told["issues"]}
    html = (audited / "report" / "people.html").read_text(encoding="utf-8")
    assert "The menu keeps the focus." in html
    assert (audited / "report" / "issues" / f"{failed['found']}.html").exists()


def test_a_file_of_the_command_line_comes_besides(audited: Path, command: Any) -> None:
    (audited / "more.toml").write_text(
        '[[result]]\nsource = "reported by a user"\noutcome = "cannot tell"\nwhat = "I was lost."\n'
        "when = 2026-11-04\n"
    )
    done = command.run(audited, "report", "--format", "json", "--people", "more.toml", "--output", "more")
    assert "2 results of people (1 failed, 1 could not tell)" in done.stdout


def test_faults_are_told_before_an_audit(audited: Path, command: Any) -> None:
    (audited / "wrong.csv").write_text("outcome,who\npassed,jane@example.org\n")
    done = command.run(audited, "audit", "--people", "wrong.csv", "--output", "none")
    assert done.returncode == 2
    assert "wrong.csv, line 2, who: an e-mail address must not stand in a report." in done.stderr
    assert "wrong.csv, line 2, when: is missing." in done.stderr
    assert not (audited / "none").exists()


def test_people_go_with_one_site(tmp_path: Path, command: Any) -> None:
    (tmp_path / "a.csv").write_text("outcome\n")
    done = command.run(tmp_path, "audit", "https://a.example", "https://b.example", "--people", "a.csv")
    assert (done.returncode, "--people goes with one site" in done.stderr) == (2, True)


def test_a_filled_checklist_is_not_written_over(audited: Path, command: Any) -> None:
    before = (audited / "found" / "filled.csv").read_bytes()
    done = command.run(audited, "checklist", "a", "--output", "found/filled.csv")
    assert done.returncode == 2
    assert "found/filled.csv is there already, and may be filled in." in done.stderr
    assert (audited / "found" / "filled.csv").read_bytes() == before


def test_sites_checks_the_files_too(tmp_path: Path, command: Any) -> None:
    (tmp_path / "sites.toml").write_text(
        '[[site]]\nid = "a"\nurl = "https://a.example/"\npeople = ["a.csv"]\n'
    )
    missing = command.run(tmp_path, "sites")
    assert (missing.returncode, "a.csv: there is no such file." in missing.stderr) == (2, True)
    (tmp_path / "a.csv").write_text("outcome\nperhaps\n")
    assert "a.csv, line 2, outcome: 'perhaps' is none." in command.run(tmp_path, "sites").stderr
