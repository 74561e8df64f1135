"""Traps never eat the budget of the real site: 200 real pages, seven traps, a budget of 400 pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sites.running import Ran, run
from tests.sites.traps.site import TRAPS, Site, numbered, real, serve

BUDGET = 400  # pages


def audit(command: Any, folder: Path, site: Site) -> Ran:
    return run(command, folder, site.origin, seconds=1200, max_pages=BUDGET)


def check(site: Site, ran: Ran, *, named: bool = False) -> None:
    audited = Counter(
        _plain(visit["url"].removeprefix(site.origin), named)
        for visit in ran.report["visits"]
        if visit["outcome"] == "audited"
    )
    missed = sorted(set(site.pages) - set(audited))
    assert not missed, f"{len(missed)} real pages were not audited, such as {missed[:5]}"
    assert audited.total() <= BUDGET
    spent = {trap: site.spent(trap) for trap in TRAPS}
    too_much = {trap: spent[trap] for trap, (_, most) in TRAPS.items() if most and spent[trap] > most}
    assert not too_much, f"{too_much} of {spent}"
    copies = {v["url"].removeprefix(site.origin) for v in ran.report["visits"] if v["outcome"] == "duplicate"}
    told = " ".join([*(f"{e['pattern']} {' '.join(e['examples'])}" for e in ran.report["endless"]), *copies])
    untold = [trap for trap, (where, _) in TRAPS.items() if where not in told]
    assert not untold, f"the report does not say why these were left: {untold}"
    wrongly = [
        e["pattern"] for e in ran.report["endless"] if not any(w in e["pattern"] for w, _ in TRAPS.values())
    ]
    assert not wrongly, f"real pages were taken for a trap: {wrongly}"


def _plain(path: str, named: bool) -> str:
    return re.sub(r"[?&]zk=\w+", "", path) if named else path


@pytest.mark.soak
@pytest.mark.parametrize("pages", [real, numbered])
def test_all_real_pages_are_audited(
    command: Any, tmp_path: Path, pages: Callable[[], Mapping[str, str]]
) -> None:
    with serve(pages()) as site:
        check(site, audit(command, tmp_path, site))


@pytest.mark.soak
def test_all_real_pages_are_audited_where_every_link_names_the_session(command: Any, tmp_path: Path) -> None:
    with serve(real(), named=True) as site:
        check(site, audit(command, tmp_path, site), named=True)
