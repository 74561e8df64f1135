"""Which pages of a site are driven, what becomes of rules that need it, and rules that judge a whole site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import audit, language
from auditor.models import Outcome, Report, Site, UrlOutcome

WIDE = '<p style="width: 900px">Bins are collected on Mondays from seven in the morning on.</p>'
NEWS = [f"/news/{n}" for n in range(5)]


@pytest.fixture
def town(site_server: Any, page: Any) -> str:
    links = "".join(f'<a href="{path}">{path}</a>' for path in [*NEWS, "/contact"])
    routes = {path: page("News", body=f'<p class="item">{path}</p>{WIDE}') for path in NEWS}
    served = site_server({"/": page("Home", body=links), "/contact": page("Contact", body=WIDE), **routes})
    return str(served.origin)


def audited(town: str, tmp_path: Path, **more: Any) -> Report:
    site = Site(id="town", name="Town", internal=True, delay=0.0, **{"urls": (f"{town}/",), **more})
    return audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)


def driven(report: Report, town: str) -> set[str]:
    return {finding.url.removeprefix(town) for finding in report.findings() if finding.rule == "reflow"}


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({}, {"/contact", "/news/0", "/news/1"}),  # two of the news stand for all
        ({"drive": "every-page"}, {"/contact", *NEWS}),
        ({"drive": "no-page"}, set()),
    ],
)
def test_what_is_driven(town: str, tmp_path: Path, settings: dict[str, Any], where: set[str]) -> None:
    report = audited(town, tmp_path, **settings)
    assert report.coverage.audited == 7
    assert driven(report, town) == where
    assert report.driven == (len(where) + 1 if where else 0)  # and the home page, which fits
    outcomes = report.rule_outcomes["reflow"]
    assert outcomes.get(Outcome.UNTESTED, 0) == 7 - report.driven
    assert sum(outcomes.values()) == 7


def test_every_page_that_was_asked_for_is_driven(town: str, tmp_path: Path) -> None:
    urls = tuple(f"{town}{path}" for path in NEWS)
    report = audited(town, tmp_path, urls=urls, follow_links=False)
    assert driven(report, town) == set(NEWS)


def test_a_frame_of_another_origin_that_listens_breaks_no_rule(
    site_server: Any, page: Any, tmp_path: Path
) -> None:
    """It may share our process, as one's own subdomains do; its elements are none of our world's."""
    listens = "<button type='button' id='b'>Map</button><script>b.onclick = () => {}</script>"
    other = site_server({"/map": page("Map", body=listens)})
    own = "<div onclick='this.hidden = true'>Hide</div>"
    town = site_server(
        {"/": page("Home", body=f'{own}<iframe title="Map" src="{other.origin}/map"></iframe>')}
    )
    report = audited(town.origin, tmp_path, internal_origins=(other.origin,), pictures=False)
    assert list(report.rule_errors()) == []
    assert "pointer-only" in {finding.rule for finding in report.findings()}


@pytest.mark.parametrize("way", ["start", "link", "redirect"])
@pytest.mark.parametrize(("times", "faults"), [(1, False), (2, True)])
def test_a_page_that_crashes_while_it_is_driven_is_tried_again(
    site_server: Any, page: Any, tmp_path: Path, times: int, faults: bool, way: str
) -> None:
    """Once; what it was judged to be before it was driven stands if that crashes too."""
    deep = (
        "<script>onresize = () => { let at = document.body;"
        "for (let i = 0; i < 20000; i++) at = at.appendChild(document.createElement('p')) }</script>"
    )
    path = "/" if way == "start" else "/news"
    server = site_server()
    served = WIDE + '<img src="data:,">'
    server.routes[path] = lambda _: page("News", body=served + (deep if server.hits(path) <= times else ""))
    if way == "link":
        server.routes["/"] = page("Home", "/news")
    elif way == "redirect":
        server.routes["/"] = (302, {"Location": "/news"}, b"")
    report = audited(server.origin, tmp_path, pictures=False)
    outcomes = {visit.url.removeprefix(server.origin): visit.outcome for visit in report.visits()}
    assert outcomes[path] is UrlOutcome.AUDITED
    assert server.hits(path) == 2
    found = {each.rule for each in report.findings(outcome=Outcome.FAILED) if each.url.endswith(path)}
    assert "image-alt" in found
    assert ("reflow" in found) != faults
    assert bool(list(report.rule_errors())) == faults
    assert report.driven == len([each for each in outcomes.values() if each is UrlOutcome.AUDITED])


def test_a_site_rule_judges_all_pages_once(town: str, tmp_path: Path) -> None:
    report = audited(town, tmp_path, drive="no-page")
    found = [finding for finding in report.findings() if finding.rule == "repeated-title"]
    assert sorted(finding.url.removeprefix(town) for finding in found) == NEWS[1:]
    assert report.rule_outcomes["repeated-title"] == {Outcome.FAILED: 4, Outcome.PASSED: 3}


def test_the_model_of_languages_is_given_back_once_no_page_is_left(
    site_server: Any, page: Any, tmp_path: Path
) -> None:
    """It takes 73 MB, and what is left to do holds all pages against each other."""
    polish = "<p>Prosimy zabrać pojemniki z powrotem do domu do wieczora tego samego dnia. Dziękujemy.</p>"
    report = audited(site_server({"/": page("Home", body=polish)}).origin, tmp_path)
    assert "page-language" in {finding.rule for finding in report.findings()}  # so it was asked
    assert language._second.cache_info().currsize == 0
