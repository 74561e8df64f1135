"""`auditor journey`, as a user meets it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.cli import cli

FORM = """<form method="post" action="/next"><label for="n">Your name</label> <input id="n" name="n">
<button>Continue</button></form>"""


def test_list_and_run(
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITOR_NO_SANDBOX", "1")
    site = site_server({"/": page("Start", body=FORM)})
    Path("sites.toml").write_text(
        f"""[[site]]
id = "council"
url = "{site.origin}/"
internal = true
delay = 0.0

[[site.journey]]
id = "apply"
name = "Apply for it"
start = "/"
steps = [{{ fill = "Your name", with = {{ generate = "name" }} }}, {{ click = "Continue" }}]
"""
    )
    listed = CliRunner().invoke(cli, ["journey", "list"], standalone_mode=False)
    assert listed.output == "council/apply: Apply for it; 2 steps; sends nothing: no permission\n"
    gone = CliRunner().invoke(cli, ["journey", "run", "apply"], standalone_mode=False)
    assert gone.return_value == 3, gone.output
    assert gone.output.splitlines()[:2] == ["0. Go to the start: done", "1. Fill “Your name”: done"]
    assert "the journey has no `permission`" in gone.output
    assert gone.output.endswith("apply: not permitted\n")
    assert all(asked.method == "GET" for asked in site.asked)


def test_a_journey_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[[site]]\nid = "a"\nurl = "https://www.example.org"\n')
    command = ["journey", "run", "pay", "--config", str(tmp_path / "s.toml")]
    told = CliRunner().invoke(cli, command, standalone_mode=False)
    assert "has no journey 'pay'. It has: none." in str(told.exception)
