"""The overview of many sites: small ones audited and written by the command; what may be compared."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from auditor.cli.report import report
from auditor.errors import UsageError
from auditor.models import (
    Authority,
    Component,
    Coverage,
    Overview,
    Region,
    Report,
    Run,
    RunState,
    Site,
    UrlOutcome,
)
from auditor.region import authority, overview, slug
from auditor.suppliers import is_telling, recognise, suppliers

MADE = datetime(2026, 11, 26, 12, tzinfo=UTC)
BANNER = '<div class="ccc-notify"><button class="ccc-close" type="button"></button></div>'
SEARCH = '<form class="town-search"><input class="town-search-field" name="q"></form>'
PICTURE = '<p><img src="/hall.png"></p>'
COMMON = '<p class="btn"><input class="form-control" name="x"></p>'
FILE = """
[region]
name = "Testshire"
publish_authorities = true
confirmed_by = "A. Person"
confirmed_on = 2026-11-20

[defaults]
delay = 0
drive = "no-page"
internal = true
internal_origins = ["{frames}"]
"""
ONE = """
[[site]]
id = "{id}"
name = "{name}"
url = "{url}/"
"""


@pytest.fixture(scope="module")
def region(
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    command: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Four towns audited, one of them in part, and one that never was; what the command wrote of them."""
    folder = tmp_path_factory.mktemp("region")
    field = '<div class="form-x"><input class="form-x-field" name="x"></div>'
    frames = site_server({"/form": page("Form", body=field)}).origin.replace("127.0.0.1", "localhost")
    frame = f'<iframe title="Form" src="{frames}/form"></iframe>'
    towns = {
        "Alder": (BANNER + SEARCH + PICTURE, frame),
        "Birch": (BANNER + SEARCH + COMMON + PICTURE, "Pay here"),
        "Cedar": (PICTURE.replace("<img", '<img alt="The hall"'), frame + COMMON),
        "Dale": (SEARCH, "Pay here"),
    }
    text = FILE.format(frames=frames)
    for name, (home, pay) in towns.items():
        site = site_server({"/": page(name, "/pay", body=home), "/pay": page("Pay", body=pay)})
        text += ONE.format(id=name.lower(), name=f"{name} Town", url=site.origin)
    text += "max_pages = 1\n" + ONE.format(id="elm", name="Elm Town", url="http://127.0.0.1:9")
    (folder / "sites.toml").write_text(text, encoding="utf-8")
    done = command.run(folder, "audit", *map(str.lower, towns), "--format", "json")
    assert done.returncode == 0, done.stderr
    told = command.run(folder, "report", "--all", "--format", "html")
    assert told.returncode == 0, told.stderr
    assert "Testshire: 5 sites, 4 audited, 4 with a complete audit." in told.stdout
    return folder / "region"


def text(file: Path) -> str:
    """As it is read: a link ends before the full stop behind it."""
    words = " ".join(BeautifulSoup(file.read_bytes(), "html.parser").get_text(" ").split())
    return re.sub(r" (?=[.,:;)])", "", words)


def test_only_what_was_audited_alike_stands_in_one_table(region: Path) -> None:
    soup = BeautifulSoup((region / "index.html").read_bytes(), "html.parser")
    tables = [[a.get_text(strip=True) for a in t.select("tbody th a")] for t in soup.select("table")]
    assert tables == [["Alder Town", "Birch Town", "Cedar Town"], ["Dale Town"], ["Elm Town"]]
    index = text(region / "index.html")
    assert "4 of 5 websites have a complete audit, made in 2 different ways" in index
    assert "Not for publication." in index
    assert "1 of 2 1 of 1 (100%). Were they a random sample: 21% to 100% of all known" in index
    assert "not audited yet" in index


def test_whom_to_ask(region: Path) -> None:
    index = text(region / "index.html")
    solved = "Images have no text alternative: found on 2 of the 3 websites; on 1 the rules had it to judge"
    assert f"{solved} and found none. Ask Cedar Town." in index
    assert "Buttons have no name: found" not in index, "Cedar has no button, and Dale is not alike"
    assert "found on 2 of 2 other" not in text(region / "authorities/dale.html")
    assert "Images have no text alternative (some on 2 of 2 other websites)" in text(
        region / "authorities/cedar.html"
    )


def test_one_supplier_one_letter(region: Path) -> None:
    shared = text(region / "shared.html")
    assert "3 shared components" in shared
    banner = text(region / "shared/civic-cookie-control.html")
    assert "fails on 2 of 5 websites: Alder Town, Birch Town" in banner
    assert "Its code has the class ccc-close." in banner
    letter = (region / "letters/civic-cookie-control.md").read_text(encoding="utf-8")
    assert "what seems to be Cookie Control (CIVIC)\non 2 websites:\n\n- Alder Town\n- Birch Town\n" in letter
    assert '`<button class="ccc-close" type="button"></button>`' in letter


def test_a_frame_of_another_host_is_one_component(region: Path) -> None:
    (file,) = [f for f in (region / "shared").iterdir() if "Frames from localhost" in text(f)]
    assert "fails on 2 of 5 websites: Alder Town, Cedar Town" in text(file)
    assert "A frame comes from localhost." in text(file)


def test_equal_components_are_shared_across_methods_and_common_classes_are_not(region: Path) -> None:
    (file,) = [f for f in (region / "shared").iterdir() if "form.town-search > input" in text(f)]
    assert "fails on 3 of 5 websites: Alder Town, Birch Town, Dale Town" in text(file)
    assert not any("form-control" in text(f) for f in (region / "shared").iterdir())


def test_an_authority_has_its_page_and_its_report_beside(region: Path) -> None:
    page = BeautifulSoup((region / "authorities/alder.html").read_bytes(), "html.parser")
    (link,) = [a["href"] for a in page.select("a") if a.get_text() == "The full report"]
    assert (region / "authorities" / str(link)).resolve().is_file()
    assert "2 of 2 pages audited have a confirmed problem" in text(region / "authorities/alder.html")
    elm = text(region / "authorities/elm.html")
    assert "no audit of it, so nothing is known" in elm
    assert "The full report" not in elm


def test_every_link_within_leads_somewhere(region: Path) -> None:
    for file in region.rglob("*.html"):
        if (region / "sites") in file.parents:
            continue
        for a in BeautifulSoup(file.read_bytes(), "html.parser").select("a[href]"):
            href, _, anchor = str(a["href"]).partition("#")
            if "://" in href:
                continue
            target = file.parent / href if href else file
            assert target.is_file(), (file, href)
            if anchor:
                assert BeautifulSoup(target.read_bytes(), "html.parser").find(id=anchor), (file, anchor)


def test_internal_sites_are_in_no_open_data(region: Path) -> None:
    """Though all may be named."""
    rows = list(csv.DictReader((region / "open-data.csv").read_text(encoding="utf-8-sig").splitlines()))
    told = json.loads((region / "open-data.json").read_text(encoding="utf-8"))
    assert rows == told["authorities"] == []
    assert told["left_out"]["authorities"] == told["left_out"]["of_them_internal"] == 5
    assert "Alder" not in json.dumps(told)


def test_what_the_command_does_not_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="leave out the name of one"):
        report.main(["--all", "town"], standalone_mode=False)
    with pytest.raises(
        UsageError, match=r"There is no site: sites.toml names none, and the store has no audit"
    ):
        report.main(["--all"], standalone_mode=False)


# What may be compared, without a browser.


def made(name: str, *, audited: int = 10, known: int = 10, days: int = 0, **settings: Any) -> Authority:
    versions = {"auditor": "1", "axe": "4.12.1"} | settings.pop("versions", {})
    site = Site(id=name.lower(), name=name, urls=(f"https://{name.lower()}.example/",), **settings)
    complete = audited > 0
    left = known - audited
    told = Report(
        site=site,
        run=Run(
            id=1,
            site=site.id,
            state=RunState.DONE,
            started=MADE - timedelta(days=days),
            finished=MADE,
            settings={},
            versions=versions,
        ),
        coverage=Coverage(
            known=known,
            by_outcome={UrlOutcome.AUDITED: audited, UrlOutcome.OVER_BUDGET: left},
            in_scope=audited,
            audited=audited,
            broken_links=0,
            start_failed=(),
            limits=(),
            complete=complete,
            min_coverage=0.95,
        ),
        issues=(),
        rules={},
        rule_outcomes={},
        visits=tuple,
        findings=lambda **_: (),
        issue_pages=tuple,
        untested=tuple,
        rule_errors=tuple,
        capped=tuple,
    )
    return authority(site, told)


def groups(*authorities: Authority) -> list[list[str]]:
    told: Overview = overview(Region(), authorities, MADE)
    return [[each.site.name for each in group.authorities] for group in told.groups]


@pytest.mark.parametrize(
    "other",
    [
        {"standard": "wcag21aa"},
        {"max_pages": 100},
        {"max_depth": 2},
        {"follow_links": False},
        {"drive": "no-page"},
        {"exclude": ("/news/*",)},
        {"robots": "ignore"},
        {"known": 20},
        {"days": 91},
        {"versions": {"axe": "4.13.0"}},
        {"versions": {"rules_sha256": "ab"}},
    ],
    ids=str,
)
def test_what_differs_is_not_compared(other: dict[str, Any]) -> None:
    assert groups(made("B"), made("A")) == [["A", "B"]], "by name"
    assert groups(made("A"), made("B", **other)) == [["A"], ["B"]]


def test_audits_far_apart_fall_into_spans() -> None:
    towns = [made("A", days=0), made("B", days=60), made("C", days=120), made("D", days=150)]
    assert groups(*towns) == [["A"], ["B", "C", "D"]]


def test_an_incomplete_audit_is_compared_with_none() -> None:
    told = overview(Region(), [made("A", audited=0, known=0), made("B")], MADE)
    assert [each.site.name for each in told.apart] == ["A"]
    assert groups(made("A", audited=0, known=0)) == []


def test_nothing_of_a_report_is_kept_that_reads_the_store() -> None:
    head = made("A").audit
    assert head is not None
    assert (head.issues, head.findings(), head.visits()) == ((), (), ())


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://www.example.org/", False),
        ("http://intranet/", True),
        ("http://10.1.2.3/", True),
        ("https://wiki.council.internal/", True),
    ],
)
def test_which_sites_are_internal(url: str, is_one: bool) -> None:
    assert authority(Site(id="a", name="A", urls=(url,)), None).internal is is_one


def test_a_harmless_id_is_the_name_of_its_files() -> None:
    assert slug("alder-town") == "alder-town"
    assert "/" not in slug("../../etc/passwd")
    assert slug("../a") != slug("../b")


@pytest.mark.parametrize(
    ("url", "host", "shape", "path", "who"),
    [
        ("https://x-self.achieveservice.com/service/Bins", "", "input", (), "achieveforms"),
        ("https://x.example/", "x-self.achieveservice.com", "input", (), "achieveforms"),
        ("https://x.example/", "notachieveservice.com", "input", (), None),
        ("https://planning.x.example/online-applications/search.do", "", "input", (), "idox-public-access"),
        ("https://x.example/", "", "button.ccc-close", (), "civic-cookie-control"),
        ("https://x.example/", "", "a", ("div.lgd-region", "div.a", "div.b"), None),
        ("https://[", "", "a", (), None),
    ],
)
def test_suppliers_are_recognised_by_what_the_audit_saw(
    url: str, host: str, shape: str, path: tuple[str, ...], who: str | None
) -> None:
    component = Component(landmarks=(), path=path, shape=shape, target="", text="", host=host)
    found = recognise(url, component)
    assert (found[0].id if found else None) == who
    assert recognise(url, None) is None or who in ("achieveforms", "idox-public-access")


def test_common_classes_tell_nothing() -> None:
    common = Component(landmarks=(), path=("div.card",), shape="a.btn.btn-primary", target="", text="")
    assert not is_telling(common)
    assert not is_telling(dataclasses.replace(common, path=(), shape="a"))
    assert is_telling(dataclasses.replace(common, shape="div[role=button].town-search"))


def test_each_supplier_says_how_it_is_recognised_and_whence() -> None:
    for each in suppliers().values():
        assert each.hosts or each.paths or each.classes, each.id
        assert each.what, each.id
        assert each.source, each.id
