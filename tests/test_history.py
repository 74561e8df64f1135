"""The history of a site: what is kept when audits are dropped, and how an issue lives on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.audit import concluded
from auditor.formats import _history
from auditor.history import catch_up
from auditor.models import Component, Impact, Outcome, Report, Site
from auditor.store import Store
from tests.past import ORIGIN, Past, day, fault

A, B = fault("a", "/"), fault("b", "/bins")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path_factory.mktemp('past')}/auditor.db")
    yield opened
    opened.close()


NUMBERS = itertools.count()


@pytest.fixture
def past(store: Store) -> Past:
    return new_past(store)


def new_past(store: Store) -> Past:
    return Past(store, Site(id=f"town-{next(NUMBERS)}", name="Town", urls=(f"{ORIGIN}/",)))


def test_the_report_made_for_the_history_serves_the_audit(past: Past) -> None:
    past.audit(day(1), {"/": [A], "/bins": [B]})
    run = past.audit(day(11), {"/": [A], "/bins": []})
    on_the_way = concluded(past.site, past.store, run)
    anew = concluded(past.site, past.store, run)  # the history lacks nothing now
    for each in fields(Report):
        if not callable(told := getattr(on_the_way, each.name)):
            assert told == getattr(anew, each.name), each.name
    assert [point.run for point in on_the_way.history][1:] == [run]
    assert list(on_the_way.lives) == [A.issue]
    assert [life.id for life in on_the_way.fixed_lives] == [B.issue]


def test_an_issue_is_found_fixed_and_found_again(past: Past) -> None:
    for number, found in ((1, [A]), (11, [A]), (31, []), (41, [A])):
        past.audit(day(number), {"/": found, "/bins": [B]})
    report = past.report()
    life = report.lives[A.issue]
    assert [(each.opened, each.fixed, each.may_be_older) for each in life.periods] == [
        (day(1), day(31), True),
        (day(41), None, False),
    ]
    assert (life.seen, len(life.periods), life.last_seen) == (3, 2, day(41))
    assert report.lives[B.issue].seen == 4
    assert report.fixed_lives == ()
    assert [point.problems for point in report.history] == [2, 2, 1, 2]
    told = _history.time_to_fix(report)
    assert told is not None
    assert (told.fixed, told.median, told.longest, told.at_least) == (1, 30, 30, 1)
    assert [(each.days, each.opened, each.fixed) for each in _history.windows(report)] == [
        (30, 1, 1),
        (90, 1, 1),
    ]
    assert [(each.impact, each.open, each.oldest) for each in _history.ages(report)] == [
        (Impact.CRITICAL, 2, 40)
    ]
    assert _history.story_of(report, life) == [
        "First found by the audit of 1 September 2026, and it may be older: no audit before had judged its "
        "pages by this rule.",
        "Found by 3 of 4 audits since.",
        "Not found any more by the audit of 1 October 2026, and found again by that of 11 October 2026.",
    ]


def test_what_came_in_between_two_audits_is_dated(past: Past) -> None:
    past.audit(day(1), {"/": []})
    past.audit(day(2), {"/": [A], "/bins": [B]})
    report = past.report()
    assert not report.lives[A.issue].periods[0].may_be_older
    assert not report.lives[B.issue].periods[0].may_be_older, (
        "a page that a complete audit did not meet is new"
    )


def test_what_a_new_rule_finds_may_be_older(past: Past) -> None:
    past.audit(day(1), {"/": [A]}, rules=["color-contrast"])
    past.audit(day(2), {"/": [A]})
    report = past.report()
    assert report.lives[A.issue].periods[0].may_be_older
    assert [each.opened for each in _history.windows(report)] == [0, 0]


def test_an_issue_that_was_reworded_keeps_its_story(past: Past) -> None:
    about = Component(
        landmarks=("main",),
        path=("div.body",),
        shape="p.note",
        target="",
        text="pay your council tax by card",
    )
    before = fault("a", "/", "color-contrast", component=about)
    after = fault("a", "/", "color-contrast", component=replace(about, path=("div.wide",)))
    assert before.issue != after.issue
    past.audit(day(1), {"/": [before]})
    past.audit(day(9), {"/": [after]})
    report = past.report()
    assert list(report.lives) == [after.issue]
    assert report.lives[after.issue].periods[0].opened == day(1)
    assert report.fixed_lives == ()


def test_what_was_not_judged_is_neither_fixed_nor_forgotten(past: Past) -> None:
    past.audit(day(1), {"/": [A], "/bins": [B]})
    past.audit(day(2), {"/": [A], "/bins": [B]}, not_audited=["/bins"])
    report = past.report()
    life = report.lives[B.issue]
    assert (life.fixed, life.last_seen, life.seen) == (None, day(1), 1)
    assert [(each.open, each.unseen) for each in _history.ages(report)] == [(2, 1)]
    assert "nobody knows whether it is still there" in _history.story_of(report, life)[-1]
    past.audit(day(3), {"/": [A], "/bins": [B]})
    life = past.report().lives[B.issue]
    assert (len(life.periods), life.opened, life.seen) == (1, day(1), 2)


def test_an_issue_is_fixed_only_when_its_last_page_was_judged(past: Past) -> None:
    shown = fault("a", "/bins", component=A.component)
    past.audit(day(1), {"/": [A], "/bins": [shown]})
    past.audit(day(2), {"/": [A], "/bins": [shown]}, not_audited=["/bins"])
    past.audit(day(3), {"/": [], "/bins": [shown]}, not_audited=["/bins"])
    assert past.report().lives[A.issue].fixed is None, "nobody saw it gone from /bins"
    past.audit(day(4), {"/": [], "/bins": []})
    (life,) = past.report().fixed_lives
    assert life.fixed == day(4)


def test_what_is_a_question_now_is_not_fixed(past: Past) -> None:
    past.audit(day(1), {"/": [A]})
    past.audit(day(2), {"/": [fault("a", "/", outcome=Outcome.CANT_TELL)]})
    assert past.report().lives[A.issue].fixed is None
    past.audit(day(3), {"/": []})
    assert {life.id: life.fixed for life in past.report().fixed_lives}[A.issue] == day(3)


def test_audits_of_parts_fix_an_issue_between_them(past: Past) -> None:
    shown = fault("a", "/bins", component=A.component)
    past.audit(day(1), {"/": [A], "/bins": [shown]})
    past.audit(day(2), {"/": [], "/bins": []}, not_audited=["/bins"])
    past.report()
    assert past.remembered()[A.issue].issue.pages == ("/bins",)
    past.audit(day(3), {"/": [], "/bins": []}, not_audited=["/"])
    assert [life.fixed for life in past.report().fixed_lives] == [day(3)]


def test_a_question_is_no_problem(past: Past) -> None:
    asked = fault("c", "/", outcome=Outcome.CANT_TELL)
    past.audit(day(1), {"/": [A, asked]})
    report = past.report()
    assert (report.history[0].problems, report.history[0].questions) == (1, 1)
    assert sum(each.open for each in _history.ages(report)) == 1
    assert report.lives[asked.issue].outcome is Outcome.CANT_TELL


def test_the_trend_holds_like_against_like(past: Past) -> None:
    past.audit(day(1), {"/": [A], "/bins": [B]})
    assert "only audit kept" in _history.trend(past.report())
    past.audit(day(2), {"/": [A]}, max_pages=1)
    report = past.report()
    assert _history.trend(report).startswith("1 confirmed problem. No earlier audit judged")
    assert [each.changes for each in _history.audits(report)] == [("most pages: from 500 to 1",), ()]
    past.audit(day(3), {"/": [A], "/bins": []})
    report = past.report()
    assert _history.trend(report) == (
        "1 confirmed problem, 1 fewer than on 1 September 2026, on the same 2 pages and by the same method."
    )
    past.audit(day(4), {"/": [A], "/bins": [], "/new": []})
    assert "1 confirmed problem on 3 pages, as many as on 3 September 2026 on 2," in _history.trend(
        past.report()
    )
    past.audit(day(5), {"/": [A]}, version="2")
    assert "No earlier audit" in _history.trend(past.report()), "another axe"


def test_a_trend_with_an_incomplete_audit_says_so(past: Past) -> None:
    past.audit(day(1), {"/": [A], "/bins": [B]})
    past.audit(day(2), {"/": [A], "/bins": [B]}, not_audited=["/bins"])
    assert "Not both audits are complete" in _history.trend(past.report())


def test_a_method_is_the_same_on_another_origin(past: Past) -> None:
    past.audit(day(1), {"/": []})
    past.audit(day(2), {"/": []}, urls=("http://127.0.0.1:8000/",))
    one, other = past.report().history
    assert one.likeness == other.likeness


def kept(past: Past) -> dict[str, Any]:
    """All but the numbers of runs."""
    return {
        key: (each.life.periods, each.life.seen, each.life.last_seen, each.issue.pages, sorted(each.left))
        for key, each in past.remembered().items()
    }


FAULTS = {page: [fault(name, page) for name in "abc"] for page in ("/", "/bins", "/tax")}
AUDITS = st.lists(
    st.fixed_dictionaries(
        {
            "pages": st.fixed_dictionaries({page: st.sets(st.integers(0, 2)) for page in FAULTS}),
            "not_audited": st.sets(st.sampled_from(sorted(FAULTS)), max_size=2),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10, deadline=None)
@given(AUDITS)
def test_history_is_the_same_however_often_it_is_entered_and_whatever_is_dropped(
    store: Store, audits: list[dict[str, Any]]
) -> None:
    at_once, stepwise = new_past(store), new_past(store)
    for past in (at_once, stepwise):
        for number, audit in enumerate(audits, start=1):
            pages = {page: [FAULTS[page][n] for n in sorted(which)] for page, which in audit["pages"].items()}
            past.audit(day(number), pages, not_audited=audit["not_audited"])
            if past is stepwise:
                catch_up(store, past.site.id)
                catch_up(store, past.site.id)
                store.prune(past.site.id, 1)
    catch_up(store, at_once.site.id)
    assert kept(at_once) == kept(stepwise)
    points, others = at_once.points(), stepwise.points()
    assert len(points) == len(others) == len(audits)
    assert [replace(each, run=0, site="") for each in points] == [
        replace(each, run=0, site="") for each in others
    ]
    last = audits[-1]
    for each in at_once.remembered().values():
        if each.life.fixed:
            assert not each.issue.pages
        for page in each.issue.pages:
            if page not in last["not_audited"]:
                assert each.life.last_seen == day(len(audits)), "what was judged and not found is on no page"


def test_pruning_keeps_the_history_in_a_file_opened_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/auditor.db"
    first = Store.open(url)
    past = Past(first)
    past.audit(day(1), {"/": [A]})
    past.report()
    past.audit(day(2), {"/": []})
    past.report()
    first.prune("town", 1)
    first.close()
    again = Past(Store.open(url))
    report = again.report()
    assert [point.started for point in report.history] == [day(1), day(2)]
    assert [life.fixed for life in report.fixed_lives] == [day(2)]
    again.store.close()
