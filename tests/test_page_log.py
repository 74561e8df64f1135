"""One line of JSON for each page: what it says, and what can never be in it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import page_log
from auditor.models import Discovery, Finding, Kind, Outcome, UrlOutcome, Visit
from auditor.page_log import LOGGER, log_page, log_to
from auditor.reasons import bare
from tests.past import fault

HOSTILE = "http://a.example/\x1b[2J\u202e\n\ud800\x9b"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    log_to(str(tmp_path / "pages.jsonl"))
    yield tmp_path / "pages.jsonl"
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
    LOGGER.setLevel(logging.NOTSET)


def visit(**values: Any) -> Visit:
    whole: dict[str, Any] = {"url": "http://a.example/", "outcome": UrlOutcome.AUDITED, "reason": ""}
    return Visit(**(whole | {"discovery": Discovery.LINK} | values))


def finding(outcome: Outcome, kind: Kind = Kind.FAILURE) -> Finding:
    return fault("a", "/", outcome=outcome, kind=kind)


def test_a_line_is_ascii_and_one_line_whatever_the_page_sent(log: Path) -> None:
    log_page("town", 1, visit(url=HOSTILE, outcome=UrlOutcome.FAILED, reason="x" * 9_000))
    (line,) = log.read_bytes().split(b"\n")[:-1]
    assert re.fullmatch(rb"[ -~]+", line)
    told = json.loads(line)
    assert told["url"] == HOSTILE
    assert len(told["reason"]) == page_log.REASON
    assert "findings" not in told


def test_findings_are_counted_by_what_they_are(log: Path) -> None:
    found = [
        finding(Outcome.FAILED),
        finding(Outcome.FAILED),
        finding(Outcome.CANT_TELL),
        finding(Outcome.FAILED, Kind.ADVICE),
    ]
    log_page("town", 1, visit(status=200, seconds=1.23456, title="Words of the page"), found)
    text = log.read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["findings"] == {"failed": 2, "cant_tell": 1, "advice": 1}
    assert (told["event"], told["status"], told["seconds"], told["run"]) == ("page", 200, 1.235, 1)
    assert "Words" not in text
    assert "img" not in text


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            'The server answered 503, with a page titled "Private".',
            'The server answered 503, with a page titled "…".',
        ),
        ('It is titled "cut off', 'It is titled "…"'),
        ("failed, please report it: ValueError('Private\n x')", "failed, please report it: ValueError."),
        ("The limit was reached (limit max_pages = 5).", "The limit was reached (limit max_pages = 5)."),
    ],
)
def test_reasons_lose_the_words_of_pages(reason: str, told: str) -> None:
    assert bare(reason) == told
    assert len(bare('"' * 1_000_000)) <= 1_500_000


def test_an_audit_writes_a_line_for_each_page_without_its_secrets(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], command: Any
) -> None:
    missing = page("Private words", status=404)
    site = site_server(
        {
            "/": page("Home", "/one", "/token/geheim-geheim"),
            "/one": page("One"),
            "/token/geheim-geheim": missing,
        }
    )
    (tmp_path / "sites.toml").write_text(
        f'[[site]]\nid = "town"\nurl = "{site.origin}/"\ninternal = true\ndelay = 0\n'
        'drive = "no-page"\npictures = false\nheaders = [{ name = "X-Audit-Key", value = "${TOKEN}" }]\n',
        encoding="utf-8",
    )
    options = ("--log", "pages.jsonl", "--format", "text")
    command.run(tmp_path, "audit", "town", *options, seconds=240, TOKEN="geheim-geheim")
    text = (tmp_path / "pages.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [each["event"] for each in lines] == ["run started", "page", "page", "page", "run ended"]
    pages = {each["url"].removeprefix(site.origin): each for each in lines if each["event"] == "page"}
    assert {path: each["outcome"] for path, each in pages.items()} == {
        "/": "audited",
        "/one": "audited",
        "/token/[secret]": "failed",
    }
    assert pages["/token/[secret]"]["status"] == 404
    assert lines[-1]["addresses"] == {"audited": 2, "failed": 1}
    assert lines[-1]["state"] == "done"
    assert "geheim" not in text
    assert "Private" not in text


def test_a_file_that_cannot_be_written_is_told_before_the_audit(tmp_path: Path, command: Any) -> None:
    done = command.run(tmp_path, "audit", "http://127.0.0.1:1/", "--log", "no/folder.jsonl")
    assert done.returncode == 2
    assert "--log no/folder.jsonl: No such file or directory. Name a file" in done.stderr
