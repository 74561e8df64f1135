"""The hostile site, in one run of the real command: it ends, and each address ends as it should.

`make test` plays a short form in which no page is driven (test_hostile_driven.py has such pages), `make soak`
the whole: its cases that end by a time limit take minutes.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.checks.folders import find
from auditor.resources import folder
from auditor.urls import identity
from tests.sites.hostile import cases_crawl
from tests.sites.hostile.case import AUDITED, Case
from tests.sites.hostile.cases_pages import MARK
from tests.sites.hostile.site import CASES, FEW_GOOD, GOOD, QUICK, SHORT, Site, serve
from tests.sites.running import Ran, run

SITE_RULES = {key for key, each in find([folder("rules")]).items() if each.judge == "site"}

MINUTES = {"short": 3, "whole": 25}


@dataclass(frozen=True, kw_only=True)
class Played:
    """The hostile site after a run over it."""

    site: Site
    ran: Ran


def play(
    command: Any,
    folder: Path,
    cases: list[Case],
    *,
    minutes: float,
    entries: int = 500,
    drive: str = "representatives",
) -> Iterator[Played]:
    with serve(cases, entries=entries) as site:
        own = {"internal_origins": [site.other], "max_pages": 3000, "min_coverage": 0.1, "drive": drive}
        yield Played(site=site, ran=run(command, folder, site.origin, seconds=minutes * 60, **own))


@pytest.fixture(scope="module")
def short(command: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from play(command, tmp_path_factory.mktemp("short"), SHORT, minutes=6, drive="no-page")


@pytest.fixture(scope="module")
def whole(command: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from play(command, tmp_path_factory.mktemp("whole"), CASES, minutes=30, entries=50_000)


@pytest.fixture(scope="module")
def alone(command: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The good pages without the others."""
    yield from play(command, tmp_path_factory.mktemp("alone"), GOOD, minutes=3)


@pytest.fixture(scope="module")
def few_alone(command: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Those of the short form, as it audits them."""
    yield from play(command, tmp_path_factory.mktemp("few"), FEW_GOOD, minutes=3, drive="no-page")


@pytest.fixture(params=["short", pytest.param("whole", marks=pytest.mark.soak)])
def played(request: pytest.FixtureRequest) -> Played:
    done: Played = request.getfixturevalue(request.param)
    return done


def check(played: Played, case: Case) -> None:
    ran = played.ran
    visit = ran.visit(case.path)
    assert visit is not None, "it is not in the ledger"
    assert visit["outcome"] in case.expect, visit["reason"]
    assert re.search(case.reason, visit["reason"])
    if visit["outcome"] == AUDITED:
        if case.finds is not None:
            assert ran.finds(case.path) == case.finds
        assert not case.untested or any(
            case.untested in part["where"] for part in ran.of("untested", case.path)
        )
    else:
        assert visit["reason"]
        assert not ran.finds(case.path)
    for path in case.once:
        assert played.site.times(path) == 1
    for path in case.never:
        assert played.site.times(path) == 0


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.id)
def test_in_the_short_form(short: Played, case: Case) -> None:
    check(short, case)


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_in_the_whole(whole: Played, case: Case) -> None:
    check(whole, case)


def test_the_short_form_is_short(short: Played) -> None:
    assert short.ran.seconds < MINUTES["short"] * 60


@pytest.mark.soak
def test_the_whole_ends_in_time(whole: Played) -> None:
    assert whole.ran.seconds < MINUTES["whole"] * 60


def test_every_address_has_one_outcome(played: Played) -> None:
    report = played.ran.report
    assert report["run"]["state"] == "done"
    twice = [url for url, times in Counter(v["url"] for v in report["visits"]).items() if times > 1]
    assert not twice
    coverage = report["coverage"]
    assert coverage["known"] == len(report["visits"]) == sum(coverage["by_outcome"].values())
    assert all(visit["reason"] for visit in report["visits"] if visit["outcome"] != "audited")


def test_nothing_passes_in_silence(played: Played) -> None:
    """No page of the site is without a fault but those that say so, so none is audited without a finding."""
    clean = {identity(played.site.origin + case.path) for case in CASES if not case.finds}
    for known, visit in played.ran.ledger.items():
        if visit["outcome"] == AUDITED and known not in clean:
            path = visit["url"].removeprefix(played.site.origin)
            assert played.ran.finds(path), visit["url"]


def test_the_internal_service_is_never_asked(played: Played) -> None:
    assert played.site.hits_inside() == []
    assert played.site.inside.connections == 0


def test_what_robots_txt_forbids_is_never_asked_for(played: Played) -> None:
    assert played.site.forbidden_hits() == []


def test_good_pages_have_the_findings_they_have_alone(short: Played, few_alone: Played) -> None:
    same(short, few_alone, FEW_GOOD)


@pytest.mark.soak
def test_in_the_whole_good_pages_have_the_findings_they_have_alone(whole: Played, alone: Played) -> None:
    same(whole, alone, GOOD)


def same(among: Played, alone: Played, cases: list[Case]) -> None:
    for case in cases:
        assert findings(among, case.path) == findings(alone, case.path), case.path
        assert findings(alone, case.path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_good_pages_are_the_same_beside_whatever_else(
    command: Any, tmp_path: Path, alone: Played, seed: int
) -> None:
    """Twenty runs, each among other hostile cases."""
    others = random.Random(seed).sample([*QUICK, *cases_crawl.CASES], 15)
    for among in play(command, tmp_path, [*GOOD, *others], minutes=6):
        same(among, alone, GOOD)


def findings(played: Played, path: str) -> list[dict[str, Any]]:
    """Of the page by itself: a site rule holds it against the others, whoever they are."""
    found = played.ran.of("findings", path)
    return [{**finding, "url": path} for finding in found if finding["rule"] not in SITE_RULES]


def test_what_is_written_is_harmless(played: Played) -> None:
    folder = played.ran.folder / "out"
    said = (
        played.ran.done.stdout + played.ran.done.stderr + (folder / "report.txt").read_text(encoding="utf-8")
    )
    assert not set(
        re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", said)
    )
    assert not re.findall(r"^(?:::|##\[)", said, re.MULTILINE)
    for file in folder.rglob("*"):
        assert re.fullmatch(r"[\w./-]+", str(file.relative_to(folder)), re.ASCII), file
        if file.suffix == ".html":
            text = file.read_text(encoding="utf-8")
            assert not re.search(rf"<(?:script|img)[^>]*>?\s*window\.{MARK}|<img[^>]*onerror", text), file
            assert not re.search(r"href=[\"']?\s*(?:javascript|data|file|vbscript):", text), file
            assert file.stat().st_size < 1_000_000, file


def test_no_secret_of_an_address_is_kept(played: Played) -> None:
    kept = [
        file for file in played.ran.folder.rglob("*") if file.is_file() and b"me:secret" in file.read_bytes()
    ]
    assert kept == []
