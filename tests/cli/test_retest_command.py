"""`auditor retest` and the history in reports: the commands themselves, over a site that changes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

BAD = '<p><img src="/{}.png"></p>'
SITE = """
[[site]]
id = "town"
url = "{}/"
internal = true
delay = 0
drive = "no-page"
keep = 1
"""
LIST = """Reference;Page;Problem;Criterion;Reported;Rule
A;/;The picture has no alternative text;1.1.1;{0};
B;/bins;The picture has no alternative text;1.1.1;{0};image-alt
C;/tax;Focus is lost;2.4.3;{0};
"""


def test_from_two_audits_to_a_reply(
    site_server: Callable[..., Any], page: Callable[..., Any], command: Any, tmp_path: Path
) -> None:
    site = site_server(
        {
            "/": page("Town", "/bins", "/tax", body=BAD.format("hall")),
            "/bins": page("Bins", body=BAD.format("bin")),
            "/tax": page("Tax"),
        }
    )
    (tmp_path / "sites.toml").write_text(SITE.format(site.origin), encoding="utf-8")
    assert command.run(tmp_path, "audit", "town", "--format", "html").returncode == 0
    assert "only audit kept" in (tmp_path / "report/history.html").read_text(encoding="utf-8")

    site.routes["/bins"] = page("Bins")
    assert command.run(tmp_path, "audit", "town", "--format", "html").returncode == 0
    shown = (tmp_path / "report/history.html").read_text(encoding="utf-8")
    assert "1 confirmed problem, 1 fewer than on" in shown, "though the store keeps one run only"
    assert "on the same 3 pages and by the same method" in shown
    (issue,) = (tmp_path / "report/issues").glob("image-alt-failed-*.html")
    assert "Found by 2 of 2 audits since." in issue.read_text(encoding="utf-8")
    assert command.run(tmp_path, "report", "--format", "html").returncode == 0
    assert (tmp_path / "report/history.html").read_text(encoding="utf-8") == shown, "entered once"

    today = command.run(tmp_path, "retest", "town", "none.csv")
    assert (today.returncode, today.stderr.count("\n")) == (2, 1)
    (tmp_path / "list.csv").write_text(LIST.format("2026-01-05"), encoding="utf-8")
    done = command.run(tmp_path, "retest", "town", "list.csv")
    assert done.returncode == 0, done.stderr
    assert "1 still there, 1 not found any more, 1 for a person to retest." in done.stdout
    rows = list(csv.DictReader((tmp_path / "retest/retest.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["Reference"], row["Result"]) for row in rows] == [
        ("A", "Still there"),
        ("B", "Not found any more"),
        ("C", "For a person to retest"),
    ]
    assert rows[1]["Last found"]
    assert rows[1]["Not found since"]
    reply = (tmp_path / "retest/reply.md").read_text(encoding="utf-8")
    assert "fixed" not in reply.lower()
    assert "- Page: `/bins`" in reply
    told = (tmp_path / "retest/retest.html").read_text(encoding="utf-8")
    assert f'href="issues/{issue.name}"' in told
    assert (tmp_path / "retest/issues" / issue.name).exists()
