"""`auditor audit` as a gate, `baseline` and `compare`: the commands themselves, over a real site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BAD = '<p><img src="/{}.png"></p>'
SITE = """
[gate]
new = "moderate"
[[site]]
id = "town"
url = "{}/"
internal = true
delay = 0
drive = "no-page"
plain_pages = 0
"""


@pytest.fixture
def town(site_server: Callable[..., Any], page: Callable[..., Any], tmp_path: Path) -> Any:
    site = site_server({"/": page("Town", "/bins", body=BAD.format("hall")), "/bins": page("Bins")})
    (tmp_path / "sites.toml").write_text(SITE.format(site.origin), encoding="utf-8")
    return site


def test_from_the_first_audit_to_a_regression_and_back(
    town: Any, page: Callable[..., Any], command: Any, tmp_path: Path
) -> None:
    def audit(*more: str) -> Any:
        return command.run(tmp_path, "audit", "town", "--format", "json", "--format", "html", *more)

    first = audit()
    assert first.returncode == 0, "nothing to compare with: nothing is new"
    written = command.run(tmp_path, "baseline", "write")
    assert "auditor-baseline.toml: 1 confirmed problem on 2 pages audited" in written.stdout
    assert command.run(tmp_path, "baseline", "write").returncode == 2
    assert "Images have no text alternative" in command.run(tmp_path, "baseline", "show").stdout

    town.routes["/"] = page("Town", "/bins", body=BAD.format("square"))
    second = audit()
    assert second.returncode == 1
    assert "Since auditor-baseline.toml of" in second.stdout
    assert "1 new, 1 fixed." in second.stdout
    assert "GATE FAILED (new): 1 issue new since" in second.stdout
    assert town.hits("/") == 4, "audited; asked for, as it may be unchanged; audited; what is new once more"
    told = json.loads((tmp_path / "report/report.json").read_text(encoding="utf-8"))
    assert [change["status"] for change in told["comparison"]["changes"]] == ["new", "fixed"]
    assert not told["gate"]["passed"]
    index = (tmp_path / "report/index.html").read_text(encoding="utf-8")
    assert "The gate failed" in index
    assert 'id="changed"' in index

    compared = command.run(tmp_path, "compare", "1", "2")
    assert "1 new, 1 fixed" in compared.stdout
    assert command.run(tmp_path, "compare", "report/report.json", "town").stdout.count("New:") == 0
    assert command.run(tmp_path, "compare", "9", "town").returncode == 2

    again = command.run(tmp_path, "report", "--format", "text")
    assert "1 new, 1 fixed." in again.stdout, "written again, a report says the same"

    routed(command, tmp_path)

    updated = command.run(tmp_path, "baseline", "update")
    assert "1 new, 1 fixed" in updated.stdout
    third = audit()
    assert third.returncode == 0
    assert "1 as before" in third.stdout

    waiver = 'rule = "image-alt"\nreason = "The supplier mends it."\nowner = "web"\nground = "third party"\n'
    (tmp_path / "auditor-waivers.toml").write_text(f"[[waiver]]\n{waiver}expires = 2999-01-01\n")
    town.routes["/bins"] = page("Bins", body=BAD.format("bin"))
    fourth = audit("--fail-on", "minor")
    assert fourth.returncode == 0
    assert "Waived: 2 issues." in fourth.stdout


def test_what_is_there_once_only_is_unstable(
    town: Any, page: Callable[..., Any], command: Any, tmp_path: Path
) -> None:
    assert command.run(tmp_path, "audit", "town").returncode == 0
    shown: list[object] = []

    def once(asked: object) -> Any:
        shown.append(asked)
        return page("Bins", body=BAD.format("advert") if len(shown) <= 2 else "")

    town.routes["/bins"] = once
    done = command.run(tmp_path, "audit", "town")
    assert len(shown) == 3, "asked for, as it may be unchanged; audited; once more"
    assert done.returncode == 0
    assert "1 new issue was not there on a second visit" in done.stdout


def test_a_gate_in_the_file_is_checked(command: Any, tmp_path: Path) -> None:
    (tmp_path / "sites.toml").write_text(
        '[gate]\nnew = "bad"\ncriteria = ["9.9.9"]\n[[site]]\nid = "a"\nurl = "a.example"\n'
        '[site.gate]\ncolour = 1\n'
    )  # fmt: skip
    done = command.run(tmp_path, "sites")
    assert done.returncode == 2
    assert "gate.new: Input should be 'critical'" in done.stderr
    assert "'9.9.9' is no success criterion" in done.stderr
    assert "gate.colour: there is no such key. Allowed: any, budgets, coverage" in done.stderr


def routed(command: Any, folder: Path) -> None:
    """Owners and page views, named after the audit, are in the report that is written again."""
    with (folder / "sites.toml").open("a", encoding="utf-8") as file:
        file.write('views = "views.csv"\n[[site.owner]]\nname = "Press office"\nrules = ["image-alt"]\n')
    for command_line in ("report", "sites", "audit"):
        refused = command.run(folder, command_line)
        assert (refused.returncode, "views.csv: there is no such file" in refused.stderr) == (2, True)
    (folder / "views.csv").write_text("url,views\n/,90\nTotal,90\n", encoding="utf-8")
    written = command.run(folder, "report", "--format", "json", "--format", "html")
    assert written.returncode == 0
    told = json.loads((folder / "report/report.json").read_text(encoding="utf-8"))
    assert told["views"] == {
        "source": "views.csv", "measure": "views", "pages": 1, "views": 90, "rows": 2, "left_out": 1,
    }  # fmt: skip
    assert {issue["owner"] for issue in told["issues"] if issue["rule"] == "image-alt"} == {"press-office"}
    assert (folder / "report/owners/press-office.html").exists()
    assert b"image-alt" in (folder / "report/owners/press-office.csv").read_bytes()
    plan = (folder / "report/plan.html").read_text(encoding="utf-8")
    assert "Views are known for 1 of 2 audited pages: 90 views" in plan
