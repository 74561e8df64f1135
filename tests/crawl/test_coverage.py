"""How much was audited, and when that is called incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.crawl.coverage import coverage
from auditor.models import Coverage, Site, UrlOutcome


def figures(
    *,
    min_coverage: float = 0.95,
    broken_links: int = 0,
    over_user_limit: int = 0,
    endless: int = 0,
    stopped: bool = False,
    start_failed: tuple[str, ...] = (),
    by: Mapping[str, int] = MappingProxyType({}),
    **by_outcome: int,
) -> Coverage:
    return coverage(
        Site(id="a", name="A", urls=("https://a.example/",), min_coverage=min_coverage),
        by_outcome={UrlOutcome(outcome): count for outcome, count in {**by_outcome, **by}.items()},
        endless=endless,
        stopped=stopped,
        broken_links=broken_links,
        over_user_limit=over_user_limit,
        start_failed=start_failed,
        limits=("Said.",),
    )


def test_all_audited_is_complete() -> None:
    found = figures(audited=3)
    assert (found.known, found.in_scope, found.audited, found.share) == (3, 3, 3, 1.0)
    assert found.complete
    assert found.limits == ("Said.",)


@pytest.mark.parametrize("outcome", ["redirected", "duplicate", "out_of_scope", "disallowed", "not_html"])
def test_what_is_no_page_of_the_site_does_not_count(outcome: str) -> None:
    found = figures(audited=1, by={outcome: 100})
    assert (found.known, found.in_scope, found.share) == (101, 1, 1.0)
    assert found.complete


@pytest.mark.parametrize("outcome", ["failed", "blocked", "over_budget"])
def test_what_should_have_been_audited_counts(outcome: str) -> None:
    found = figures(audited=94, by={outcome: 6})
    assert (found.in_scope, found.share) == (100, 0.94)
    assert not found.complete


@pytest.mark.parametrize(
    ("audited", "failed", "complete"), [(95, 5, True), (19, 1, True), (94, 6, False), (949, 51, False)]
)
def test_exactly_the_share_asked_for_is_enough(audited: int, failed: int, complete: bool) -> None:
    assert figures(audited=audited, failed=failed).complete is complete


def test_the_share_asked_for_is_the_sites_own() -> None:
    assert figures(audited=1, failed=1, min_coverage=0.5).complete
    assert not figures(audited=1, failed=1, min_coverage=0.51).complete
    assert not figures(failed=1, min_coverage=0).complete, "nothing audited is never complete"


def test_broken_links_are_listed_and_leave_it_complete() -> None:
    found = figures(audited=2, failed=10, broken_links=10)
    assert (found.in_scope, found.broken_links, found.share) == (2, 10, 1.0)
    assert found.complete
    assert figures(audited=2, failed=11, broken_links=10).in_scope == 3


def test_limits_the_user_set_leave_it_complete_and_our_own_do_not() -> None:
    assert figures(audited=2, over_budget=50, over_user_limit=50).complete
    ours = figures(audited=2, over_budget=50, over_user_limit=49)
    assert ours.in_scope == 3
    assert not ours.complete


def test_a_start_url_that_failed_makes_it_incomplete_whatever_the_share() -> None:
    found = figures(audited=1000, failed=1, start_failed=("https://a.example/",))
    assert found.share > 0.99
    assert not found.complete
    assert found.start_failed == ("https://a.example/",)


def test_nothing_at_all() -> None:
    found = figures()
    assert (found.known, found.in_scope, found.share) == (0, 0, 0.0)
    assert not found.complete


COUNTS = st.integers(0, 500)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.floats(0, 1))
def test_the_share_is_a_share(
    audited: int, blocked: int, failed: int, broken: int, over: int, asked: float
) -> None:
    found = figures(
        audited=audited,
        blocked=blocked,
        failed=failed + broken,
        broken_links=broken,
        over_budget=over,
        over_user_limit=over // 2,
        min_coverage=asked,
    )
    assert 0 <= found.share <= 1
    assert found.in_scope == audited + blocked + failed + over - over // 2
    assert found.known >= found.in_scope >= found.audited
    assert found.complete == (
        audited > 0 and audited >= asked * found.in_scope - 1e-9 and found.share >= asked
    )


def test_what_looks_endless_is_no_part_of_the_denominator() -> None:
    found = figures(audited=10, over_budget=500, endless=500)
    assert (found.in_scope, found.share, found.complete) == (10, 1.0, True)


def test_a_site_that_was_left_is_incomplete_whatever_the_share() -> None:
    assert not figures(audited=10, stopped=True).complete
