"""One crawl of one site by the real command, and everything that must be true of it."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

DELAY = 0.25  # seconds

CONFIG = """
store = "sqlite:///town.db"

[gate]
any = "critical"

[[site]]
id = "town"
name = "Town council"
url = "{origin}/"
internal = true
internal_origins = ["{elsewhere}"]
delay = {delay}
exclude = ["/excluded"]
documents = "list"  # what is asked for beside pages has tests of its own
statement = false
plain_pages = 0
drive = "no-page"
"""


@pytest.fixture(scope="module")
def elsewhere(site_server: Callable[..., Any], page: Callable[..., Any]) -> Any:
    return site_server(
        {"/robots.txt": (404, {}, b""), "/page": page("Elsewhere"), "/login": page("No", status=403)}
    )


@pytest.fixture(scope="module")
def town(site_server: Callable[..., Any], page: Callable[..., Any], elsewhere: Any) -> Any:
    site = site_server()
    html = {"Content-Type": "text/html; charset=utf-8"}
    pdf = {"Content-Type": "application/pdf"}
    sitemaps = f"<sitemapindex><sitemap><loc>{site.origin}/pages.xml.gz</loc></sitemap></sitemapindex>"
    pages = f"<urlset><url><loc>{site.origin}/unlinked</loc></url><url><loc>/private/2</loc></url></urlset>"
    links = [
        "/a", "/a#part", "/a?", "/b", "/old", "/new", "/gone", "/broken", "/data", "/download", "/blocked",
        "/empty", "/private/1", "/guide.pdf", "/guide", "/excluded/1", "/away", "/away-login", "/circle",
        f"{elsewhere.origin}/page", "mailto:clerk@town.example", "http://me:secret@127.0.0.1:1/x",
    ]  # fmt: skip
    site.routes |= {
        "/robots.txt": (
            200,
            {"Content-Type": "text/plain"},
            f"User-agent: *\nDisallow: /private/\nSitemap: {site.origin}/index.xml\n".encode(),
        ),
        "/index.xml": (200, {"Content-Type": "application/xml"}, sitemaps.encode()),
        "/pages.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(pages.encode())),
        "/": page("Home", *links),
        "/a": page("A", "/", "/b", body='<img src="/picture.png" width="9" height="9">'),
        "/b": page("B", "/a", "/deep"),
        "/deep": page("Deep"),
        "/unlinked": page("Only in the sitemap", "/private/3"),
        "/old": (301, {"Location": "/new"}, b""),
        "/new": page("New"),
        "/broken": page("It broke", status=500),
        "/blocked": page("Go away", status=403),
        "/empty": (200, html, b"<!doctype html><title>Empty</title><script></script>"),
        "/data": (200, {"Content-Type": "application/json"}, b'{"a": "<a href=/from-json>x</a>"}'),
        "/download": (200, {**html, "Content-Disposition": 'attachment; filename="x.html"'}, b"<p>x</p>"),
        "/guide.pdf": (200, pdf, b"%PDF-1.4"),
        "/guide": (200, pdf, b"%PDF-1.4 no page"),
        "/away": (302, {"Location": f"{elsewhere.origin}/page"}, b""),
        "/away-login": (302, {"Location": f"{elsewhere.origin}/login"}, b""),
        "/circle": (302, {"Location": "/circle"}, b""),
        "/excluded/1": page("Excluded"),
        "/private/1": page("Private"),
        "/private/2": page("Private"),
        "/private/3": page("Private"),
    }
    return site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, town: Any, elsewhere: Any) -> Path:
    folder = tmp_path_factory.mktemp("town")
    text = CONFIG.format(origin=town.origin, elsewhere=elsewhere.origin, delay=DELAY)
    (folder / "sites.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def audit(folder: Path, command: Any) -> subprocess.CompletedProcess[str]:
    formats = ["--format", "json", "--format", "text", "--format", "html"]
    done: subprocess.CompletedProcess[str] = command.run(folder, "audit", "town", *formats, "--output", "out")
    return done


@pytest.fixture(scope="module")
def report(folder: Path, audit: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert "Traceback" not in audit.stderr, audit.stderr
    read: dict[str, Any] = json.loads((folder / "out/report.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def visits(report: dict[str, Any], town: Any) -> dict[str, dict[str, Any]]:
    return {visit["url"].removeprefix(town.origin): visit for visit in report["visits"]}


def test_the_gate_wins_over_incomplete(
    audit: subprocess.CompletedProcess[str], report: dict[str, Any]
) -> None:
    assert report["coverage"]["complete"] is False
    assert any(f["rule"] == "image-alt" and f["impact"] == "critical" for f in report["findings"])
    assert audit.returncode == 1, audit.stderr


def test_every_address_has_an_outcome(visits: dict[str, dict[str, Any]], elsewhere: Any) -> None:
    assert {path: visit["outcome"] for path, visit in visits.items() if path != "/away-login"} == {
        "/": "audited", "/a": "audited", "/b": "audited", "/deep": "audited", "/new": "audited",
        "/unlinked": "audited", "/old": "redirected", "/away": "redirected",
        "/gone": "failed", "/broken": "failed", "/empty": "failed", "/circle": "failed",
        "/blocked": "blocked", "/data": "not_html", "/download": "not_html", "/guide.pdf": "not_html",
        "/guide": "not_html", "/excluded/1": "out_of_scope", f"{elsewhere.origin}/page": "out_of_scope",
        "http://127.0.0.1:1/x": "out_of_scope",
        "/private/1": "disallowed", "/private/2": "disallowed", "/private/3": "disallowed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "404"),
        ("/broken", "500"),
        ("/blocked", "403"),
        ("/empty", "empty"),
        ("/circle", "redirect"),
        ("/old", "/new"),
        ("/away", "/page. Another host"),
        ("/data", "application/json"),
        ("/download", "download"),
        ("/guide.pdf", "PDF"),
        ("/excluded/1", "'/excluded'"),
        ("/private/1", "robots.txt"),
    ],
)
def test_every_reason_says_why(visits: dict[str, dict[str, Any]], path: str, words: str) -> None:
    assert words in visits[path]["reason"]


def test_what_another_site_answers_is_not_held_against_this_one(visits: dict[str, dict[str, Any]]) -> None:
    assert visits["/away-login"]["outcome"] == "redirected"


def test_where_each_address_was_found(visits: dict[str, dict[str, Any]], town: Any) -> None:
    assert (visits["/"]["discovery"], visits["/"]["depth"], visits["/"]["found_on"]) == ("start", 0, None)
    assert (visits["/unlinked"]["discovery"], visits["/unlinked"]["found_on"]) == (
        "sitemap",
        f"{town.origin}/pages.xml.gz",
    )
    assert (visits["/deep"]["discovery"], visits["/deep"]["depth"]) == ("link", 2)
    assert visits["/deep"]["found_on"] == f"{town.origin}/b"
    assert (visits["/a"]["status"], visits["/a"]["title"]) == (200, "A")
    assert visits["/old"]["final_url"] == f"{town.origin}/new"


def test_coverage_is_the_ledgers_sum(report: dict[str, Any]) -> None:
    coverage = report["coverage"]
    assert coverage["known"] == len(report["visits"]) == sum(coverage["by_outcome"].values()) == 24
    assert coverage["audited"] == 6
    assert coverage["broken_links"] == 1
    outcomes = coverage["by_outcome"]
    assert (outcomes["failed"], outcomes["disallowed"], outcomes["not_html"]) == (4, 3, 4)
    assert coverage["in_scope"] == 6 + 3 + outcomes["blocked"], (
        "audited, failed but for the broken link, blocked"
    )
    assert coverage["share"] == pytest.approx(6 / coverage["in_scope"])
    assert coverage["start_failed"] == []


@pytest.mark.parametrize(
    "path", ["/private/1", "/private/2", "/private/3", "/guide.pdf", "/excluded/1", "/from-json"]
)
def test_what_is_settled_without_a_visit_is_never_asked_for(
    report: dict[str, Any], town: Any, path: str
) -> None:
    assert town.hits(path) == 0


def test_every_page_is_asked_for_once(report: dict[str, Any], town: Any) -> None:
    for path in (
        "/",
        "/a",
        "/b",
        "/deep",
        "/unlinked",
        "/old",
        "/gone",
        "/broken",
        "/data",
        "/robots.txt",
        "/index.xml",
    ):
        assert town.hits(path) == 1, path
    assert town.hits("/new") == 1, "the redirect's own visit is its visit"
    assert all("secret" not in request.path for request in town.asked)


def test_findings_belong_to_audited_pages(report: dict[str, Any], town: Any) -> None:
    audited = {visit["url"] for visit in report["visits"] if visit["outcome"] == "audited"}
    assert {finding["url"] for finding in report["findings"]} <= audited
    (missing,) = (f for f in report["findings"] if f["rule"] == "image-alt")
    assert missing["url"] == f"{town.origin}/a"
    assert "/picture.png" in missing["excerpt"]
    assert (missing["kind"], missing["outcome"], missing["wcag"]) == ("failure", "failed", ["1.1.1"])


def test_no_address_is_kept_with_its_password(folder: Path, report: dict[str, Any]) -> None:
    assert "me:secret" not in json.dumps(report["visits"])
    with closing(sqlite3.connect(folder / "town.db")) as db:
        (kept,) = db.execute(
            "SELECT count(*) FROM url WHERE url || identity || found_on LIKE '%secret%'"
        ).fetchone()
    assert kept == 0


def test_one_request_at_a_time_and_the_delay_between_them(report: dict[str, Any], town: Any) -> None:
    """Times are the server's own. Only the first request of a navigation is paced."""
    asked = [r for r, before in zip(town.paced[1:], town.paced, strict=False) if r.path != before.path]
    asked = [town.paced[0], *(r for r in asked if r.path != "/new")]
    assert len(asked) > 12
    for before, after in pairwise(asked):
        gap = after.began - before.ended
        assert gap >= DELAY - 0.01, f"{gap:.3f} s between {before.path} and {after.path}"


def test_robots_and_sitemaps_come_first(report: dict[str, Any], town: Any) -> None:
    assert [r.path for r in town.asked[:4]] == ["/robots.txt", "/index.xml", "/pages.xml.gz", "/"]


def test_who_asks_is_said(report: dict[str, Any], town: Any) -> None:
    for request in town.asked:
        assert "CouncilAuditor/" in request.headers["user-agent"], request.path


def test_plain_lines_where_there_is_no_terminal(audit: subprocess.CompletedProcess[str]) -> None:
    assert "Town council: starting" in audit.stderr
    assert "\x1b" not in audit.stderr + audit.stdout
    assert "\r" not in audit.stderr + audit.stdout
    assert len(audit.stdout.splitlines()) <= 20, "the summary is short"


def test_all_formats_asked_for_are_written_and_told(
    folder: Path, audit: subprocess.CompletedProcess[str]
) -> None:
    for name in ("report.json", "report.txt", "index.html"):
        assert (folder / "out" / name).stat().st_size > 0
        assert f"Report: out/{name}" in audit.stdout


def test_the_report_can_be_rendered_again_and_is_the_same(
    folder: Path, report: dict[str, Any], command: Any
) -> None:
    formats = ["--format", "json", "--format", "text", "--format", "html"]
    again = command.run(folder, "report", "town", *formats, "--output", "again")
    assert again.returncode == 0, again.stderr
    first = {
        f.relative_to(folder / "out"): f.read_bytes() for f in (folder / "out").rglob("*") if f.is_file()
    }
    second = {
        f.relative_to(folder / "again"): f.read_bytes() for f in (folder / "again").rglob("*") if f.is_file()
    }
    assert first == second
    assert len(first) > 3


def test_a_report_needs_no_name_where_there_is_one_site(
    folder: Path, report: dict[str, Any], command: Any
) -> None:
    alone = command.run(folder, "report", "--format", "json", "--output", "alone")
    assert alone.returncode == 0, alone.stderr
    assert json.loads((folder / "alone/report.json").read_text()) == report
    assert sorted(f.name for f in (folder / "alone").iterdir()) == [".auditor-files", "report.json"]
    unknown = command.run(folder, "report", "village")
    assert unknown.returncode == 2
    assert "'village'" in unknown.stderr
    assert "town" in unknown.stderr
