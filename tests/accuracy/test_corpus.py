"""Pages of our own: no rule flags one that is right, and of those that are wrong no fault is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from auditor.models import Finding
from bench.corpus import WEIGHT, Page, flagged, judged, judged_in_pairs, pages, pairs, said

GOOD, BAD = pages("good"), pages("bad")
PAIRS = pairs()
FAULTY, REPAIRED = [pair[0] for pair in PAIRS], [pair[1] for pair in PAIRS]


def test_no_rule_flags_a_page_that_is_right_as_it_stands() -> None:
    """Every other one, without driving: the others and rules in Python wait for the long test."""
    still = [page for page in GOOD if not page.driven][::2]
    found = judged(still, drive="no-page")
    assert {page.path: flagged(found[page.path]) for page in still if flagged(found[page.path])} == {}


@pytest.fixture(scope="module")
def driven() -> Mapping[str, Sequence[Finding]]:
    return {
        **judged(GOOD, drive="every-page"),
        **judged(BAD, drive="every-page"),
        **judged_in_pairs(PAIRS),
    }


@pytest.mark.soak
@pytest.mark.parametrize("page", [*GOOD, *REPAIRED], ids=lambda page: page.path)
def test_no_rule_flags_a_page_that_is_right(driven: Mapping[str, Sequence[Finding]], page: Page) -> None:
    assert flagged(driven[page.path]) == []


@pytest.mark.soak
@pytest.mark.parametrize("page", [*BAD, *FAULTY], ids=lambda page: page.path)
def test_a_fault_is_found(driven: Mapping[str, Sequence[Finding]], page: Page) -> None:
    assert WEIGHT[said(page, driven[page.path])] >= WEIGHT[page.least]


def test_the_pages_are_many_and_each_has_its_reason() -> None:
    assert min(len(GOOD), len(BAD)) >= 60
    assert len(PAIRS) >= 120
    assert all(bad.html != good.html for bad, good in PAIRS)
    assert all(page.by and page.wcag for page in (*GOOD, *BAD, *FAULTY))
    assert all(page.least in WEIGHT for page in (*BAD, *FAULTY))
