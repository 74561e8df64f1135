"""Documents judged in a process of its own: whatever a file or a rule does to it, there is an answer."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from auditor import document_judge
from auditor.checks.folders import RuleFolder, find
from auditor.documents import apart as module
from auditor.documents import verapdf
from auditor.documents.apart import Apart, Judged, Unread
from auditor.limits import MB
from auditor.models import Impact, Outcome
from auditor.resources import folder
from tests.documents import making as make

URL = "https://council.example/bins.pdf"
RULES = {key: each for key, each in find([folder("rules")]).items() if each.judge == "document"}
USERS = '''
"""What a user's own rule may do."""
import ctypes, os, time
from auditor.evidence import failed
from auditor.evidence.document import Document

def judge(document: Document):
    title = document.title
    if title == "die":
        ctypes.string_at(0)
    if title == "leave":
        os._exit(3)
    if title == "eat":
        bytearray(3 << 30)
    if title == "spin":
        deadline = time.process_time() + 500
        while time.process_time() < deadline:
            pass
    if title == "print":
        print("no answer")
    if title == "secret":
        yield failed(document.place, repr(sorted(os.environ)))
    yield failed(document.place, "A user's own rule ran")
'''


@pytest.fixture(scope="module")
def users_rule(tmp_path_factory: pytest.TempPathFactory) -> RuleFolder:
    place = tmp_path_factory.mktemp("rules") / "our_rule"
    (place / "examples").mkdir(parents=True)
    text = (RULES["document-tags"].path / "rule.toml").read_text(encoding="utf-8")
    (place / "rule.toml").write_text(text, encoding="utf-8")
    (place / "document.py").write_text(USERS, encoding="utf-8")
    return find([place.parent])["our-rule"]


def reader(*folders: RuleFolder) -> Apart:
    return document_judge.apart(folders, {each.rule.id: each.rule for each in folders})


@pytest.fixture
async def with_users(users_rule: RuleFolder) -> AsyncIterator[Apart]:
    async with reader(users_rule) as apart:
        yield apart


def file_of(tmp_path: Path, title: str) -> Path:
    file = tmp_path / f"{title}.pdf"
    file.write_bytes(make.data(make.title(make.sound(), title)))
    return file


async def test_it_is_judged_by_rules_as_the_site_sets_them(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(make.data(make.untagged(make.sound())))
    rules = {key: replace(each.rule, impact=Impact.MINOR) for key, each in RULES.items()}
    async with document_judge.apart(RULES.values(), rules) as apart:
        told = await apart.judge(file, URL, "application/pdf")
    assert isinstance(told, Judged)
    assert (told.kind, told.pages, told.tagged, told.language) == ("pdf", 1, False, "en-GB")
    (finding,) = told.findings
    assert (finding.rule, finding.outcome, finding.impact) == (
        "document-tags", Outcome.FAILED, Impact.MINOR
    )  # fmt: skip
    assert finding.url == URL
    assert finding.issue.startswith("document-tags-failed-")
    assert finding.component
    assert finding.component.shape == "PDF document"
    assert {each.rule for each in told.results} == set(RULES)
    assert not [each for each in told.results if each.error]


async def test_what_a_document_makes_it_do_costs_the_next_nothing(
    with_users: Apart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNCIL_TOKEN", "secret")
    told = {
        title: await with_users.judge(file_of(tmp_path, title), URL, "")
        for title in ("die", "leave", "eat", "print", "secret", "sound")
    }
    assert told["die"] == told["leave"] == Unread(reason=module.DIED)
    eaten, printed, secret, sound = (told[key] for key in ("eat", "print", "secret", "sound"))
    assert isinstance(eaten, Judged)
    assert "MemoryError" in (eaten.results[0].error or "")
    assert isinstance(printed, Judged)
    assert isinstance(secret, Judged)
    assert secret.findings[0].message.startswith("[")
    assert "COUNCIL_TOKEN" not in secret.findings[0].message
    assert isinstance(sound, Judged)
    assert [each.message for each in sound.findings] == ["A user's own rule ran"]


async def test_time_has_its_limit(with_users: Apart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READER_WAIT", 2.0)
    began = time.monotonic()
    told = await with_users.judge(file_of(tmp_path, "spin"), URL, "")
    assert told == Unread(reason="It was not read within 2 seconds.")
    assert time.monotonic() - began < 10
    monkeypatch.undo()
    assert isinstance(await with_users.judge(file_of(tmp_path, "sound"), URL, ""), Judged)


async def test_a_fresh_process_takes_over(
    users_rule: RuleFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READER_FILES", 2)
    file = file_of(tmp_path, "sound")
    async with reader(users_rule) as apart:
        ids = []
        for _ in range(3):
            before = set(psutil.Process().children())
            await apart.judge(file, URL, "")
            ids.append(apart._process.pid if apart._process else before)
        assert ids[0] != ids[2]
    assert not [each for each in psutil.Process().children() if each.pid in ids]


async def test_a_bomb_ends_in_words(tmp_path: Path) -> None:
    """A gigabyte and a half of spaces in a page of 1.5 MB: most of it is never unpacked."""
    file = tmp_path / "bomb.pdf"
    file.write_bytes(make.endless_content(1500))
    began = time.monotonic()
    async with reader(*RULES.values()) as apart:
        told = await apart.judge(file, URL, "")
    assert isinstance(told, Unread)
    assert "far more than a page needs" in told.reason
    assert time.monotonic() - began < 20


async def test_a_stream_of_objects_that_unpacks_without_end(tmp_path: Path) -> None:
    """What must be unpacked to find the pages at all."""
    file = tmp_path / "bomb.pdf"
    file.write_bytes(make.endless_objects(1500))
    async with reader(*RULES.values()) as apart:
        told = await apart.judge(file, URL, "")
        assert isinstance(told, Unread)
        sound = await apart.judge(file_of(tmp_path, "sound"), URL, "")
        assert isinstance(sound, Judged)


VERAPDF = """#!/bin/sh
[ -z "$SECRET" ] || exit 1
case "$*" in *.pdf | *--nonpdfext*) ;; *) exit 4 ;; esac
echo '{"report": {"jobs": [{"validationResult": [{"details": {"ruleSummaries": [
{"ruleStatus": "FAILED", "clause": "7.18.5", "description": "Links shall have a description"},
{"ruleStatus": "PASSED", "clause": "7.1", "description": "Other"}]}}]}]}}'
"""


@pytest.mark.parametrize(
    ("metadata", "part"),
    [
        ("<pdfuaid:part>1</pdfuaid:part>", "1"),
        ('<pdfuaid:part xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">1</pdfuaid:part>', "1"),
        ('<rdf:Description pdfuaid:part="2" pdfuaid:rev="2024"/>', "2"),
        (" " * (MB - 8) + "<pdfuaid:part>1</pdfuaid:part>", "1"),
        ('<x xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"/>', ""),
    ],
)
def test_which_part_of_the_standard_is_claimed(tmp_path: Path, metadata: str, part: str) -> None:
    file = tmp_path / "document"
    file.write_text(metadata, encoding="utf-8")
    assert verapdf._claimed_part(file) == part


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
async def test_what_verapdf_says_stands_in_the_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the program: only how it is called is tested, and that it may break down.

    As the program does, it leaves a file without the ending .pdf out unless it is told not to.
    """
    command = tmp_path / "verapdf"
    monkeypatch.setenv("SECRET", "is none of its business")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    file = tmp_path / "document"
    file.write_bytes(make.data(make.claims_ua(make.sound())))
    for script in ("#!/bin/sh\necho nonsense\n", "#!/bin/sh\nexit 7\n", VERAPDF):
        command.write_text(script, encoding="utf-8")
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
        told = await verapdf.failed_clauses(file)
        assert told == (("7.18.5: Links shall have a description",) if script == VERAPDF else ())
    assert await verapdf.failed_clauses(file_of(tmp_path, "no claim")) == ()
    async with reader(RULES["document-pdf-ua"]) as apart:
        judged = await apart.judge(file, URL, "")
    assert isinstance(judged, Judged)
    assert [each.message for each in judged.findings] == [
        "It claims to meet PDF/UA, and seems not to (veraPDF: 7.18.5: Links shall have a description)"
    ]
