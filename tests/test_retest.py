"""The list of what was reported, and what an audit may say of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.models import Match, Outcome, ReportedItem, Retested, RetestState, Site
from auditor.retest import read, retest
from auditor.store import Store
from auditor.store import schema as t
from tests.past import ORIGIN, Past, day, fault

THERE, PERHAPS, GONE, UNJUDGED = RetestState
LOGO = fault("logo", "/bins")
TODAY = date(2026, 12, 1)
HEADER = "Reference,Page,Problem,Criterion,Reported"
Judge = Callable[..., Retested]
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path_factory.mktemp('past')}/auditor.db")
    yield opened
    opened.close()


@pytest.fixture
def past(store: Store) -> Past:
    return Past(store, Site(id=f"town-{next(NUMBERS)}", name="Town", urls=(f"{ORIGIN}/",)))


def judged(past: Past, **values: object) -> Retested:
    item = ReportedItem(
        line=2,
        reference="GDS-1",
        page=f"{ORIGIN}/bins",
        problem="It is wrong.",
        criteria=("1.1.1",),
        reported=date(2026, 9, 10),
    )
    told = replace(item, **values)  # type: ignore[arg-type]
    report = past.report()
    (each,) = retest(
        [told], report, past.store.remembered(past.site.id), list_name="list.csv", today=TODAY
    ).items
    return each


# -- states ------------------------------------------------------------------------------------------------


def test_still_there_with_the_element_the_rule_the_words_or_no_more_than_the_criterion(past: Past) -> None:
    past.audit(day(20), {"/": [], "/bins": [LOGO, fault("map", "/bins")]})
    place = judged(past, selector=" #logo ")
    assert (place.state, place.why) == (THERE, "The same element still fails.")
    assert [each.match for each in place.candidates] == [Match.PLACE, Match.CRITERION]
    assert place.candidates[0].finding.selector == "#logo"
    rule = judged(past, rule="image-alt")
    assert (rule.state, {each.match for each in rule.candidates}) == (THERE, {Match.RULE})
    words = judged(past, problem="A picture on the page has no alt attribute")
    assert (words.state, words.candidates[0].match) == (THERE, Match.WORDS)
    least = judged(past)
    assert (least.state, len(least.candidates)) == (PERHAPS, 2)
    assert "Is it the one reported?" in least.why


def test_what_an_audit_found_and_the_next_did_not_is_gone_since_then(past: Past) -> None:
    past.audit(day(5), {"/": [LOGO], "/bins": [LOGO]})
    past.audit(day(20), {"/": [LOGO], "/bins": []})
    past.audit(day(40), {"/": [LOGO], "/bins": []})
    each = judged(past, rule="image-alt")
    assert each.state is GONE
    assert [(f.last_found, f.gone) for f in each.former] == [(day(5), day(20))], (
        "though it is on another page"
    )
    words = judged(past, problem="Images have no text alternative")
    assert (words.state, words.former[0].match) == (GONE, Match.WORDS)
    unlike = judged(past)
    assert (unlike.state, len(unlike.former)) == (UNJUDGED, 1), "nobody knows whether it was that one"


def test_the_rule_that_was_named_found_nothing(past: Past) -> None:
    past.audit(day(20), {"/": [], "/bins": []})
    each = judged(past, rule="image-alt")
    assert (each.state, each.why) == (GONE, "The rule image-alt judged the page and found nothing.")
    assert judged(past).state is UNJUDGED, "rules see a part of a criterion only"
    assert judged(past, rule="no-such-rule").why == "The rule no-such-rule did not judge this page."
    assert judged(past, criteria=("2.4.3",)).why == "No rule for 2.4.3 judged this page."


def test_what_went_before_it_was_reported_is_another(past: Past) -> None:
    past.audit(day(2), {"/": [], "/bins": [LOGO]})
    past.audit(day(4), {"/": [], "/bins": []})
    each = judged(past, problem="Images have no text alternative")
    assert (each.state, each.former) == (UNJUDGED, ())


def test_an_audit_older_than_the_list_says_nothing(past: Past) -> None:
    past.audit(day(5), {"/": [], "/bins": []})
    assert judged(past, rule="image-alt").why.startswith("The audit is older")
    past.audit(day(6), {"/": [], "/bins": [LOGO]})
    each = judged(past)
    assert (each.state, len(each.candidates)) == (UNJUDGED, 1)


def test_a_page_that_was_not_judged_leaves_it_to_a_person(past: Past) -> None:
    past.audit(
        day(20),
        {"/": [], "/slow": [], "/part": []},
        not_audited=["/slow"],
        moved={"/old": f"{ORIGIN}/"},
        gone=["/away"],
        untested=["/part"],
    )
    for page, why in {
        "/nowhere": "did not come across",
        "/slow": "was not audited. It took too long.",
        "/old": f"now leads to {ORIGIN}/",
        "/away": "there no more",
        "/part": "A part of this page",
    }.items():
        each = judged(past, page=page, rule="image-alt")
        assert each.state is UNJUDGED
        assert why in each.why


def test_a_question_is_left_to_a_person(past: Past) -> None:
    past.audit(day(20), {"/": [], "/bins": [fault("logo", "/bins", outcome=Outcome.CANT_TELL)]})
    each = judged(past, rule="image-alt")
    assert (each.state, len(each.candidates)) == (UNJUDGED, 1)


@pytest.mark.parametrize(
    "page", ["/bins", "http://www.town.example/bins/", "https://town.example/bins#x", "bins"]
)
def test_a_page_is_known_as_a_list_may_write_it(past: Past, page: str) -> None:
    past.audit(day(20), {"/": [], "/bins": [LOGO]})
    assert judged(past, page=page).page == f"{ORIGIN}/bins"


def test_twelve_weeks(past: Past) -> None:
    past.audit(day(20), {"/": []})
    each = judged(past)
    assert (each.due, each.days_left) == (date(2026, 12, 3), 2)
    assert judged(past, reported=date(2026, 9, 7)).days_left == -1


# -- the list ----------------------------------------------------------------------------------------------


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "list.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_as_spreadsheets_write_it(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["REFERENCE", "page ", "Problem", "Criterion", "Reported", "Selector", "Their own"],
        [
            "1",
            "/bins",
            '"No name,\nbut; a\ttab"',
            "WCAG 1.1.1 Non-text Content and 4.1.2",
            "03/10/2026",
            "#a",
            "x",
        ],
        ["", "", "", "", "", "", ""],
        ["2", "https://www.town.example/", "Faint", "1.4.3", "2026-10-04", "", ""],
        ["3", "/", "Faint", "1.4.3", "4 October 2026"],
    ]
    text = "\ufeff" + "\r\n".join(delimiter.join(row) for row in rows)
    one, two, three = read(written(tmp_path, text), f"{ORIGIN}/")
    assert (one.reference, one.criteria, one.reported) == ("1", ("1.1.1", "4.1.2"), date(2026, 10, 3))
    assert (one.problem, one.selector) == ("No name,\nbut; a\ttab", "#a")
    assert (two.line, two.reported) == (5, date(2026, 10, 4))
    assert (three.reported, three.rule) == (date(2026, 10, 4), "")


def test_all_faults_of_a_list_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        HEADER,
        "1,/bins,Faint,1.4.3,2026-10-03",
        "1,/bins,Faint,1.4.3,2026-10-03",
        ",mailto:a@b,,9.9.9,soon",
        "3,/,a,1.4.3,2999-01-01",
        "4,/,a, with a comma,1.4.3,2026-10-03",
        f"5,/,{'a' * 2_001},1.4.31,2026-10-03",
    ]
    with pytest.raises(UsageError) as error:
        read(written(tmp_path, "\n".join(rows)), f"{ORIGIN}/")
    told = str(error.value).replace(f"{tmp_path}/list.csv, ", "").splitlines()
    assert told == [
        "line 3, reference: '1' stands in line 2 too.",
        "line 4, reference: the cell is empty.",
        "line 4, problem: the cell is empty.",
        "line 4, page: 'mailto:a@b' is no web address, and no path of the site.",
        "line 4, criterion: '9.9.9' names no success criterion of WCAG, such as 1.4.3.",
        "line 4, reported: 'soon' is no date, such as 2026-10-03 or 03/10/2026 (day first).",
        "line 5, reported: 2999-01-01 is in the future.",
        "line 6, 6 cells under 5 headers: quote a cell with a comma.",
        "line 7, problem: more than 2,000 characters.",
        "line 7, criterion: '1.4.31' names no success criterion of WCAG, such as 1.4.3.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the header lacks reference, page, problem, criterion, reported"),
        ("Reference,Page\n", "line 1: the header lacks problem, criterion, reported"),
        (f"{HEADER},PAGE\n", "line 1: page stands there twice"),
        (f"{HEADER}\n", "lists no problem"),
        (f'{HEADER}\n1,"/bins', "this is no CSV"),
        (b"PK\x03\x04\x00\x00", "cannot be read: it is no text. Save it as “CSV UTF-8”."),
        (b"\xff\xfeu", "its encoding is not known"),
    ],
)
def test_what_is_no_list(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read(written(tmp_path, text), f"{ORIGIN}/")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "no.csv", f"{ORIGIN}/")


def test_a_page_taken_over_since_before_the_report_is_for_a_person(past: Past) -> None:
    past.audit(day(2), {"/bins": [LOGO]})
    run = past.audit(day(20), {"/bins": []})
    assert judged(past, rule="image-alt").state is GONE
    for since, state in ((day(2), UNJUDGED), (day(12), GONE)):
        with past.store._write() as c:
            values = {"unchanged_since": since.timestamp()}
            c.execute(t.visit.update().where(t.visit.c.run_id == run).values(**values))
        told = judged(past, rule="image-alt")
        assert told.state is state
        assert ("--fresh" in told.why) is (state is UNJUDGED)
