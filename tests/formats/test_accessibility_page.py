"""`accessibility.html`: the guided checklist, answered for the report itself, failures first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag

from auditor import wcag
from auditor.formats._accessibility import RESULTS, STANDARD, examined
from auditor.models import Report

ANSWERS = examined()["answer"]


@pytest.fixture(scope="module")
def page(report: Report, rendered: Callable[[str, Report], dict[str, bytes]]) -> BeautifulSoup:
    return BeautifulSoup(rendered("html", report)["accessibility.html"], "html.parser")


def text_of(soup: Tag) -> str:
    return " ".join(soup.get_text().split())


def test_each_criterion_is_answered_once_and_in_order() -> None:
    assert [each["criterion"] for each in ANSWERS] == [each.num for each in wcag.in_standard(STANDARD)]


def test_answers_hold_what_they_may_and_no_more() -> None:
    assert [each for each in ANSWERS if set(each) != {"criterion", "result", "how"}] == []
    assert {each["result"] for each in ANSWERS} <= set(RESULTS)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: str(each["criterion"]))
def test_each_says_how_in_whole_sentences(answer: dict[str, str]) -> None:
    assert re.fullmatch(r"(“?[A-Z].{10,}?\.)( “?[A-Z].{10,}?\.)*", answer["how"])


def test_the_page_says_what_failed_and_what_nobody_knows(page: BeautifulSoup) -> None:
    text = text_of(page)
    failed = [each for each in ANSWERS if each["result"] == "failed"]
    assert "not yet tested with disabled people" in text
    assert f"{RESULTS['failed']}: {len(failed)}" in text
    for each in failed:
        assert f"{each['how']} This fails {each['criterion']} " in text


def test_the_page_lists_each_answer_with_its_result(page: BeautifulSoup) -> None:
    rows = [[text_of(cell) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert [(name.split()[0], result, how) for name, result, how in rows] == [
        (each["criterion"], RESULTS[each["result"]], each["how"]) for each in ANSWERS
    ]
