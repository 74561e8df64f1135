"""Site rules over many pages: who is named, how often a rule speaks, what comes of a second time."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from auditor.checks.folders import find, texts
from auditor.checks.page_rules import PythonRule
from auditor.checks.site_rules import Told, judge_site
from auditor.evidence import Place
from auditor.evidence.site import KEPT, PageFacts, SitePages, Tally, known_as
from auditor.models import Finding, Outcome
from auditor.resources import folder
from bench.site_rules import structure

FOUND = {key: each for key, each in find([folder("rules")]).items() if each.judge == "site"}
WORDS = texts(FOUND)
RULES = {key: PythonRule.of(each) for key, each in FOUND.items()}
MOVED = {
    99,
    199,
    299,
}  # pages of `bench.site_rules` whose menu is in another order; 50, 150, 250: whose help is


_structure = functools.cache(structure)


class Pages:
    """Made up anew each time they are read, as the store reads them."""

    def __init__(self, count: int, **changed: dict[str, Any]) -> None:
        self.told = [_structure(page) | changed.get(f"page_{page}", {}) for page in range(count)]
        self.read = 0

    def __iter__(self) -> Iterator[PageFacts]:
        self.read += 1
        for page, told in enumerate(self.told):
            place = Place(selector="html", excerpt="<html>")
            url = f"https://council.example/page-{page}"
            yield PageFacts(url=url, title="", lang="en", place=place, facts={"structure": told})


def findings(told: dict[str, Told]) -> dict[int, Finding]:
    """By the number of the page."""
    return {int(url.rpartition("-")[2]): each for url, (_, found) in told.items() for each in found}


def judged(rule: str, pages: Pages) -> dict[int, Finding]:
    return findings(judge_site([RULES[rule]], SitePages(pages=pages), WORDS))


def test_each_page_that_differs_is_named_and_all_are_one_issue() -> None:
    found = judged("consistent-navigation", Pages(300))
    assert set(found) == MOVED
    assert len({each.issue for each in found.values()}) == 1
    (message,) = {each.message for each in found.values()}
    assert re.fullmatch(
        r"“.+” stands before “.+” here, and after it on 297 of 300 pages that have both", message
    )


def test_help_is_judged_apart_from_the_menu() -> None:
    found = judged("consistent-help", Pages(300))
    assert set(found) == MOVED | {50, 150, 250}  # with the menu, the help in it has moved
    assert "of 300 have it in another order" in found[50].message or "of 300 pages" in found[50].message


def test_two_pages_show_no_habit() -> None:
    pages = Pages(2, page_1={"links": structure(99)["links"]})
    for rule in RULES:
        assert not judged(rule, pages), rule


def test_an_issue_is_known_again_when_pages_have_come_and_gone() -> None:
    before = judged("consistent-navigation", Pages(200))[99]
    after = judged("consistent-navigation", Pages(300))[99]
    assert (before.issue, before.fault) == (after.issue, after.fault)
    assert before.message != after.message


def test_one_host_and_one_language_are_no_norm_for_another() -> None:
    class Two(Pages):
        def __iter__(self) -> Iterator[PageFacts]:
            for at, page in enumerate(super().__iter__()):
                url = page.url.replace("council", "library") if at in MOVED else page.url
                lang = "cy" if at % 100 == 50 else page.lang
                yield PageFacts(url=url, title="", lang=lang, place=page.place, facts=page.facts)

    assert not judged("consistent-navigation", Two(300))
    assert not judged("consistent-help", Two(300))


def test_a_link_renamed_and_a_link_that_leads_elsewhere() -> None:
    renamed = [dict(link) for link in structure(7)["links"]]
    renamed[10]["text"] = "Refuse"
    moved = [dict(link) for link in structure(8)["links"]]
    moved[10]["href"] = "/old"
    pages = Pages(20, page_7={"links": renamed}, page_8={"links": moved})
    (named,) = judged("consistent-identification", pages).values()
    assert named.outcome is Outcome.CANT_TELL
    assert named.message.endswith("is called “Refuse” here, and “Section K” on 18 of 19 pages with it")
    (led,) = judged("link-target", pages).values()
    assert led.message == "“Section K” leads to /old here, and to /section-10 on 18 of 19 pages"


def test_one_finding_for_a_template() -> None:
    found = judged("repeated-blocks", Pages(70))
    assert len(found) == 7, "of 7 templates, on each half of the pages has no main landmark"
    assert all("On 5 pages like this one, 100 links or more" in each.message for each in found.values())


def test_pages_without_facts_are_left_out() -> None:
    place = Place(selector="html", excerpt="<html>")
    told_of: list[dict[str, Any]] = [{}, {"structure": {"fault": "gone"}}, {"structure": {"headings": 1}}]
    bare = [
        PageFacts(url=f"https://x.example/{n}", title=str(n), lang="en", place=place, facts=facts)
        for n, facts in enumerate(told_of)
    ]
    told = judge_site([RULES[rule] for rule in RULES], SitePages(pages=bare), WORDS)
    assert not any(found for _, found in told.values())
    assert not any(each.error for results, _ in told.values() for each in results)


@pytest.mark.parametrize("rule", RULES)
def test_pages_are_read_a_few_times_however_many_there_are(rule: str) -> None:
    pages = Pages(30)
    judged(rule, pages)
    assert pages.read <= 4


def test_a_tally_forgets_what_was_met_once() -> None:
    tally = Tally()
    for at in range(3 * KEPT // 100):
        tally.add(["common", *range(at * 100, at * 100 + 100)])
    assert tally["common"] == 3 * KEPT // 100
    assert len(tally._counts) <= KEPT + 101


@pytest.mark.parametrize(
    ("one", "other"),
    [("http://x/a/", "http://x/a"), ("http://x", "http://x/"), ("http://x/a/?b=c/", "http://x/a?b=c/")],
)
def test_two_addresses_of_one_page(one: str, other: str) -> None:
    assert known_as(one) == known_as(other)
    assert known_as(one) != known_as(other + "d")


@pytest.mark.soak
def test_five_thousand_pages_take_seconds_and_no_memory() -> None:
    import resource

    pages = SitePages(pages=Pages(5000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = judge_site(list(RULES.values()), pages, WORDS)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert not [each.error for results, _ in told.values() for each in results if each.error]
    assert Counter(each.rule for _, found in told.values() for each in found)["consistent-navigation"] == 50
    assert grown < 150, "MB"
