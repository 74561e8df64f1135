"""`auditor folder`, as a build calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>About {title} at length.</p>{body}</main></body></html>"
)


def build(folder: Path, **bodies: str) -> Path:
    for name, body in bodies.items():
        file = folder / f"{name.replace('__', '/')}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PAGE.format(title=name, body=body), encoding="utf-8")
    return folder


def test_every_page_is_audited_and_a_failure_fails(command: Any, tmp_path: Path, outcomes: Any) -> None:
    dist = build(
        tmp_path / "dist",
        index='<p><a href="about">About us</a></p>',
        about="<p>Us.</p>",
        news__alone='<img src="/seal.png">',
    )
    (dist / "robots.txt").write_text("User-agent: *\nDisallow: /", encoding="utf-8")
    (tmp_path / "sites.toml").write_text('[defaults]\ndrive = "no-page"\n', encoding="utf-8")
    done = command.run(tmp_path, "folder", "dist", "--fail-on", "critical", "--format", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    origin = report["visits"][0]["url"].rstrip("/")
    found = outcomes(report, origin)
    assert found == {"/": "audited", "/about": "audited", "/news/alone": "audited"}, "each by one address"
    assert [f["url"] for f in report["findings"] if f["rule"] == "image-alt"] == [f"{origin}/news/alone"]
    assert report["coverage"]["complete"]


def test_a_folder_that_is_none_is_said(command: Any, tmp_path: Path) -> None:
    done = command.run(tmp_path, "folder", "dist")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "dist is no folder" in done.stderr
