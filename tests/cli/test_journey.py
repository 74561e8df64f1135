"""`auditor journey`, as a user meets it."""

from __future__ import annotations

import tomllib
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


def test_services_are_suggested_from_the_last_audit(
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITOR_NO_SANDBOX", "1")
    nav = '<nav><a href="/bulky">Bulky waste</a> <a href="http://127.0.0.2:1/x">Blue badge</a></nav>'
    status, headers, body = page("Start", "/council-tax", "/pay-council-tax", "/news/council-tax")
    site = site_server(
        {
            "/": (status, headers, body.replace(b"<main>", f"{nav}<main>".encode())),
            "/council-tax": page("Council tax"),
            "/pay-council-tax": page('Pay your council tax"\n| Council', body=FORM),
            "/news/council-tax": page("Council tax", body=FORM + FORM),
            "/bulky": page("Book a bulky waste collection"),
        }
    )
    Path("sites.toml").write_text(
        f'[[site]]\nid = "council"\nurl = "{site.origin}/"\ninternal = true\ndelay = 0.0\ndrive = "no-page"\n'
        "pictures = false\nstatement = false\n"
        '[[site.journey]]\nid = "book-bulky-waste"\nsteps = [{ audit = "x" }]\n'
    )
    nothing = CliRunner().invoke(cli, ["journey", "suggest", "council"], standalone_mode=False)
    assert nothing.exception is not None
    CliRunner().invoke(cli, ["audit", "council"], standalone_mode=False)
    asked = len(site.asked)
    told = CliRunner().invoke(cli, ["journey", "suggest", "council"], standalone_mode=False)
    assert told.return_value == 0, told.output
    assert len(site.asked) == asked, "the website is not asked"
    found = {each["id"]: each for each in tomllib.loads("[[site]]\n" + told.stdout)["site"][0]["journey"]}
    pay = found["pay-council-tax"]
    assert (pay["start"], pay["lgsl"], pay["task"]) == (f"{site.origin}/pay-council-tax", 57, "Pay")
    assert "# Known by its address and its title or heading." in told.stdout
    assert "with a form that sends something" in told.stdout
    assert found["book-bulky-waste-2"]["start"] == f"{site.origin}/bulky"
    badge = next(each for id_, each in found.items() if "badge" in id_)
    assert badge["start"] == "http://127.0.0.2:1/x"
    assert "only linked to, not audited" in told.stdout
    assert "3 of 19 services found on 5 audited pages." in told.stderr
    Path("sites.toml").write_text(f'[[site]]\nid = "council"\nurl = "{site.origin}/"\n' + told.stdout)
    assert CliRunner().invoke(cli, ["journey", "list"], standalone_mode=False).return_value == 0
