"""The hours in which a site is left alone."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.crawl.quiet import quiet

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-15T06:59:59Z", None),
        ("2026-01-15T07:00:00Z", "07:00-19:00"),
        ("2026-01-15T18:59:59Z", "07:00-19:00"),
        ("2026-01-15T19:00:00Z", None),
        ("2026-01-15T21:59:59Z", None),
        ("2026-01-15T22:00:00Z", "22:00-06:00"),
        ("2026-01-16T00:00:00Z", "22:00-06:00"),
        ("2026-01-16T05:59:59Z", "22:00-06:00"),
        ("2026-01-16T06:00:00Z", None),
        ("2026-07-15T06:00:00Z", "07:00-19:00"),  # summer: 07:00 there
        ("2026-07-15T18:00:00Z", None),
        ("2026-07-15T08:00:00+02:00", "07:00-19:00"),
    ],
)
def test_spans_of_hours(moment: str, expected: str | None) -> None:
    assert quiet(("07:00-19:00", "22:00-06:00"), LONDON, datetime.fromisoformat(moment)) == expected


@pytest.mark.parametrize(
    ("moment", "span", "inside"),
    [
        ("2026-03-29T00:59:59Z", "00:30-01:30", True),  # 00:59:59, and then it is 02:00
        ("2026-03-29T01:00:00Z", "00:30-01:30", False),
        ("2026-03-29T01:00:00Z", "01:00-02:00", False),  # an hour that there is not that day
        ("2026-03-29T01:00:00Z", "01:30-02:30", True),
        ("2026-10-25T00:30:00Z", "01:00-02:00", True),  # 01:30, for the first time
        ("2026-10-25T01:30:00Z", "01:00-02:00", True),  # and for the second
        ("2026-10-25T02:00:00Z", "01:00-02:00", False),
    ],
)
def test_days_on_which_the_clocks_change(moment: str, span: str, inside: bool) -> None:
    assert (quiet((span,), LONDON, datetime.fromisoformat(moment)) is not None) is inside


def test_no_quiet_hours() -> None:
    assert quiet((), LONDON, datetime.fromisoformat("2026-01-15T12:00:00Z")) is None


def test_a_run_in_quiet_hours_asks_for_nothing_and_goes_on_after_them(
    site_server: Any, page: Any, command: Any, outcomes: Any, tmp_path: Path
) -> None:
    town = site_server({"/": page("Home", "/a"), "/a": page("A")})
    entry = f'[[site]]\nid = "town"\nurl = "{town.origin}/"\ninternal = true\ndelay = 0\n'
    entry += 'drive = "no-page"\nplain_pages = 0\nstatement = false\n'
    config = tmp_path / "sites.toml"
    config.write_text(entry + 'quiet_hours = ["00:00-12:00", "12:00-00:00"]\n', encoding="utf-8")
    quietly = command.run(tmp_path, "audit", "town", "--output", "out")
    assert town.asked == []
    assert quietly.returncode == 4, quietly.stderr
    assert "quiet hours (" in quietly.stdout + quietly.stderr
    assert "Europe/London" in quietly.stdout + quietly.stderr
    config.write_text(entry, encoding="utf-8")
    resumed = command.run(tmp_path, "audit", "town", "--resume", "--format", "json", "--output", "out")
    assert resumed.returncode == 0, resumed.stderr
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert outcomes(report, town.origin) == {"/": "audited", "/a": "audited"}
    assert report["run"]["id"] == 1
    assert report["run"]["stopped"] is None
