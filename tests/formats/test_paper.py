"""The document that a PDF is made of: hostile texts are inert in it, and what it leaves out it counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bs4 import BeautifulSoup

from auditor.formats import _paper
from auditor.models import Report


def test_hostile_texts_make_no_elements(judged: Report, hostile: str) -> None:
    named = dataclasses.replace(judged, site=dataclasses.replace(judged.site, name=hostile))
    page = BeautifulSoup(_paper.paper(named), "html.parser")
    allowed = (
        "html head meta title style body main h1 h2 h3 p strong div ul li table caption thead tbody tr th td "
        "dl dt dd a bdi wbr span pre code"
    )
    assert {tag.name for tag in page.find_all(True)} <= set(allowed.split())
    assert all(str(link["href"]).startswith("https://www.ambleworth.example/") for link in page.find_all("a"))
    (policy,) = (tag for tag in page.find_all("meta") if tag.get("http-equiv"))
    assert str(policy["content"]).startswith("default-src 'none'; ")
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("h3")) == 6, "five problems; tools and settings"


def test_problems_beyond_the_cap_are_counted(report: Report) -> None:
    failed = next(issue for issue in report.issues if issue.outcome == "failed")
    many = dataclasses.replace(
        report, issues=tuple(dataclasses.replace(failed, id=f"issue-{n}") for n in range(_paper.ISSUES + 7))
    )
    text = BeautifulSoup(_paper.paper(many), "html.parser").get_text()
    assert "7 more confirmed problems are not on this paper." in text
    assert len(_paper.paper(many)) < 1_000_000


def test_nothing_audited_is_no_good_news(changed: Callable[..., Report]) -> None:
    empty = changed(visits=lambda: (), findings=lambda: (), issues=(), coverage={"in_scope": 0})
    text = BeautifulSoup(_paper.paper(empty), "html.parser").get_text()
    assert "Nothing was audited, so nothing is known" in text
    assert "This audit is incomplete." in text
