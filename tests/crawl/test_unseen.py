"""The estimate of unseen issues: against closed examples, at its ends, and in samples by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.crawl.representative import Turn, estimate, is_enough
from auditor.crawl.unseen import unseen
from auditor.models import Unseen

PAGES = st.lists(st.frozensets(st.sampled_from("abcdefgh")), min_size=1, max_size=12)


def _estimated(structured: set[str], drawn: Sequence[set[str]], *, visited: int, pages: int) -> Unseen:
    told = unseen(structured, drawn, visited=visited, pages=pages)
    assert told is not None
    return told


def test_a_closed_example() -> None:
    """Chao2 without replacement: (3 + ½)² / (10/9 · 2 · 2 + (3 + ½) · 10/40), by hand."""
    drawn: list[set[str]] = [set() for _ in range(10)]
    for page, issues in enumerate(("ax", "bx", "cy", "y")):
        drawn[page] |= set(issues)
    told = _estimated({"known"}, [page | {"known"} for page in drawn], visited=60, pages=100)
    assert (told.new, told.found, told.drawn) == (3, 6, 10)
    assert told.expected == pytest.approx(3.5**2 / (10 / 9 * 4 + 3.5 / 4))
    assert told.share(told.expected) == pytest.approx(6 / (6 + told.expected))


def test_pages_that_showed_nothing_new_do_not_prove_that_there_is_nothing() -> None:
    told = _estimated({"a"}, [{"a"}] * 20, visited=60, pages=100)
    assert told.expected == pytest.approx(0.5 * 40 / 20)
    assert told.low == 0
    assert told.high == 8  # Poisson's: 3.69 is compatible with none, and 3.69 * 40 / 20 is 7.4
    assert unseen({"a"}, [], visited=60, pages=100) is None


def test_where_all_pages_were_visited_nothing_is_unseen() -> None:
    told = _estimated({"a"}, [{"b"}, {"c"}], visited=10, pages=10)
    assert (told.low, told.expected, told.high) == (0, 0, 0)
    assert told.share(told.expected) == 1


@given(PAGES, st.frozensets(st.sampled_from("abcdefgh")), st.integers(0, 500))
def test_the_estimate_lies_in_its_interval(
    drawn: list[frozenset[str]], structured: frozenset[str], rest: int
) -> None:
    visited = len(drawn) + 5
    told = unseen(structured, drawn, visited=visited, pages=visited + rest)
    assert told is not None
    assert 0 <= told.low <= told.expected <= told.high
    assert told.found == len(structured.union(*drawn))
    again = unseen(structured, [page - structured for page in drawn], visited=visited, pages=visited + rest)
    assert again is not None
    assert (told.low, told.expected, told.high) == (again.low, again.expected, again.high)


@pytest.mark.parametrize("tail", [1, 3], ids=["each issue on one page", "each on three pages"])
def test_the_interval_holds_the_true_number(tail: int) -> None:
    """400 pages, a tenth of which have an issue of their own, or share it with two others."""
    dice = random.Random(1)
    issues: list[set[str]] = [set() for _ in range(400)]
    for number in range(40):
        for page in dice.sample(range(400), tail):
            issues[page].add(str(number))
    held, expected, true = 0, 0.0, 0
    for _ in range(300):
        drawn = [issues[page] for page in dice.sample(range(400), 60)]
        told = _estimated(set(), drawn, visited=60, pages=400)
        left = 40 - told.found
        held += told.low <= left <= told.high
        expected += told.expected
        true += left
    assert held >= 0.9 * 300
    assert 0.9 < expected / true < 1.5  # where few were met twice it errs to the side of more


def _turns(count: int) -> list[Turn]:
    """Even ones for what they show, odd ones by chance; drawn ones come late in the order of places."""
    return [
        Turn(url=str(n), by_chance=n % 2 == 1, place=n if n % 2 == 0 else count - n, template=0)
        for n in range(count)
    ]


def test_a_drawn_page_that_had_its_place_by_now_is_no_chance() -> None:
    turns = _turns(40)
    audited = {str(n): {f"issue {n}"} for n in range(20)}
    told = estimate(turns, audited)
    assert told is not None
    assert (told.visited, told.pages) == (20, 40)
    assert told.drawn == 10  # their places are 39, 37 … 21, and 18 was the last that was reached
    told = estimate(turns, {str(n): {f"issue {n}"} for n in range(30)})
    assert told is not None
    assert told.drawn == 6  # 28 was reached: those in places up to it would have been visited in any case
    assert told.found == 30
    assert estimate(turns, {"0": {"a"}}) is None


def test_when_it_is_enough() -> None:
    def told(*, drawn: int, expected: float, found: int) -> Unseen:
        return Unseen(
            pages=500, visited=50, drawn=drawn, new=0, found=found, expected=expected, low=0, high=9
        )

    assert not is_enough(None)
    assert not is_enough(told(drawn=9, expected=0, found=100))
    assert is_enough(told(drawn=10, expected=5, found=95))
    assert not is_enough(told(drawn=10, expected=6, found=95))
    assert is_enough(told(drawn=10, expected=2, found=3))  # two issues are two, whatever share they are
