"""`auditor evidence`: whoever has the file can verify it, and no secret is in it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from auditor.models import (
    Discovery,
    Finding,
    Impact,
    Kind,
    NewUrl,
    OriginHeader,
    Outcome,
    RuleResult,
    RunState,
    Site,
    UrlOutcome,
    Visit,
)
from auditor.store import Store

SECRET = "hunter2222"
HEADER = "X-Door-9f8e7d"
RULE = {"id": "image-alt", "help": "H", "helpUrl": "", "tags": ["wcag2a", "wcag111"], "impact": "critical"}


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    """A folder with a store of one audit, in which a page's code and address hold a password."""
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    site = Site(
        id="town",
        name="Town",
        urls=("http://a.example/",),
        headers=(OriginHeader(origin="http://a.example", name=HEADER, value=SECRET),),
    )
    run = store.start_run(site, versions={"auditor": "0.1.0", "os": "Linux"}, rules=[RULE])
    page = NewUrl(url="http://a.example/", identity="http://a.example/", depth=0, discovery=Discovery.START)
    store.add_urls(run, [page])
    link = f'<a href="https://clerk:{SECRET}@b.example/x">'
    finding = Finding(
        rule="image-alt",
        outcome=Outcome.FAILED,
        kind=Kind.FAILURE,
        wcag=("1.1.1",),
        act=(),
        impact=Impact.CRITICAL,
        url=page.url,
        state="loaded",
        frame=(),
        selector=f'a[href="https://clerk:{SECRET}@b.example/x"]',
        excerpt=link,
        message="No name.",
        issue="image-alt-failed-0123456789",
        fault="f",
    )
    (todo,) = store.todo(run)
    store.record(
        run,
        [(todo, Visit(url=page.url, outcome=UrlOutcome.AUDITED, status=200))],
        results=[RuleResult(rule="image-alt", outcome=Outcome.FAILED, places=1)],
        findings=[finding],
    )
    store.end_run(run, RunState.DONE)
    store.close()
    return tmp_path


def test_it_can_be_verified_without_the_program(audited: Path, command: Any) -> None:
    done = command.run(audited, "evidence", "town")
    assert done.returncode == 0, done.stderr
    content = (audited / "evidence.zip").read_bytes()
    assert done.stdout == f"Evidence: evidence.zip\nSHA-256: {hashlib.sha256(content).hexdigest()}\n"
    folder = audited / "unpacked"
    with zipfile.ZipFile(audited / "evidence.zip") as bundle:
        bundle.extractall(folder)
    check = ["sha256sum", "--strict", "-c", "MANIFEST.sha256"]
    assert subprocess.run(check, cwd=folder, capture_output=True, check=False).returncode == 0
    told = (folder / "README.txt").read_text(encoding="utf-8")
    manifest = (folder / "MANIFEST.sha256").read_text(encoding="utf-8")
    assert "sample.csv" not in told, "this audit has none"
    for file in folder.iterdir():
        assert file.name in ("README.txt", "MANIFEST.sha256") or re.search(f"^  {file.name}$", told, re.M)
        assert file.name == "MANIFEST.sha256" or f"  {file.name}\n" in manifest
    assert json.loads((folder / "report.json").read_text())["run"]["versions"]["os"] == "Linux"
    (folder / "report.json").write_text("{}")
    assert subprocess.run(check, cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_same_audit_gives_the_same_bytes_and_no_secret(audited: Path, command: Any) -> None:
    for name in ("one.zip", "two.zip"):
        assert command.run(audited, "evidence", "--output", name).returncode == 0
    assert (audited / "one.zip").read_bytes() == (audited / "two.zip").read_bytes()
    with zipfile.ZipFile(audited / "one.zip") as bundle:
        contents = {name: bundle.read(name).decode() for name in bundle.namelist()}
    for name, text in contents.items():
        assert SECRET not in text, name
        assert HEADER not in text, name
        assert "clerk" not in text, name
    assert "https://[secret]@b.example/x" in contents["findings.csv"]
    (finding,) = json.loads(contents["report.json"])["findings"]
    assert finding["excerpt"] == '<a href="https://[secret]@b.example/x">'


def test_it_is_written_through_no_link_and_says_what_is_wrong(audited: Path, command: Any) -> None:
    (audited / "precious").write_text("mine")
    (audited / "evidence.zip").symlink_to("precious")
    done = command.run(audited, "evidence")
    assert (done.returncode, (audited / "precious").read_text()) == (2, "mine")
    assert "is a symbolic link" in done.stderr
    done = command.run(audited, "evidence", "--output", "no/such/evidence.zip")
    assert (done.returncode, "Name another --output" in done.stderr) == (2, True)
