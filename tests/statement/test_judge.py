"""Every item's verdict on each fixture; no decoy is taken for a statement."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.models import ConflictKind, Issue, Kind, Outcome, PublishedStatement, Site, StatementVerdict
from auditor.statement import PROFILES, pack, published
from auditor.statement.dates import dates
from auditor.statement.find import signs
from auditor.statement.text import CHARACTERS, Text
from tests.statement import fixtures

TODAY = date(2026, 11, 26)
URL = "https://www.ambleworth.example/accessibility-statement"
RIGHT = {
    "found": "page sections title commitment commitment-wording scope scope-site web-page linked one-page "
    "compliance-heading compliance-heading-wording status wcag-version contents-heading "
    "contents-heading-wording criteria fix-dates preparation-heading preparation-heading-wording "
    "prepared prepared-wording reviewed reviewed-wording reviewed-in-time method feedback-heading "
    "feedback-heading-wording contact "
    "enforcement-heading enforcement-heading-wording enforcement-body enforcement-link placeholders",
    "person": "scope-whole status-right contents-complete contents-clear outside method-enough",
    "inapplicable": "failures-listed burden-clear burden-assessment burden-heading",
}  # of a right statement; the others are told by what differs
NOT_LISTED = "contents-complete contents-clear fix-dates"
CHANGES = {
    "PARTIAL": {},
    "FULL": {
        "inapplicable": "contents-heading contents-heading-wording contents-complete contents-clear criteria "
        "fix-dates outside reviewed-wording"
    },
    "WRONG_WORDING": {
        "wrong": "title commitment-wording compliance-heading-wording status-right wcag-version "
        "contents-heading-wording preparation-heading-wording prepared-wording reviewed-wording "
        "feedback-heading-wording enforcement-heading-wording enforcement-link",
        "not_found": "sections criteria method contact enforcement-body",
        "person": "one-page",
        "inapplicable": f"{NOT_LISTED} method-enough",
    },
    "OLD_REVIEW": {"wrong": "wcag-version fix-dates reviewed-in-time"},
    "PLACEHOLDERS": {"wrong": "commitment scope scope-site placeholders"},
    "BURDEN": {"found": "burden-assessment burden-heading", "person": "burden-clear"},
    "BURDEN_BARE": {"not_found": "burden-assessment burden-heading", "person": "burden-clear"},
    "NO_BURDEN": {},
    "BOLD_HEADINGS": {
        "wrong": "compliance-heading",
        "not_found": "scope scope-site scope-whole",
        "inapplicable": "compliance-heading-wording",
    },
    "OTHER_HOST": {"wrong": "scope-site scope-whole"},
}


def told_of(markup: bytes, profile: str = "uk-gb", *failing: str) -> PublishedStatement:
    text = Text.of_html(URL, markup)
    assert signs(text), "it is taken for a statement"
    kept = {
        "url": URL,
        "title": text.title,
        "lang": text.lang,
        "text": text.kept(),
        "linked": 9,
        "pages": 9,
        "on_home": True,
        "hosts": {"www.ambleworth.example": 10},
        "document_hosts": {"files.ambleworth.example": 3},
        "why_incomplete": "",
    }
    told = published(kept, _site(profile), today=TODAY, issues=[_issue(num) for num in failing], rules=[])
    assert told is not None
    return told


def _site(profile: str = "uk-gb") -> Site:
    return Site(id="a", name="A", urls=("https://www.ambleworth.example/",), statement=profile)


def _issue(num: str) -> Issue:
    return Issue(
        id=num,
        rule="r",
        outcome=Outcome.FAILED,
        kind=Kind.FAILURE,
        impact=None,
        wcag=(num,),
        title="t",
        pages=1,
        places=1,
        faults=1,
        at_least=False,
        component=None,
        is_written=False,
    )


def verdicts(told: PublishedStatement) -> dict[str, str]:
    return {item.id: str(item.verdict) for item in told.items}


def expected(*tables: dict[str, str]) -> dict[str, str]:
    return {id_: verdict for table in tables for verdict, ids in table.items() for id_ in ids.split()}


@pytest.mark.parametrize("name", CHANGES)
def test_every_item(name: str) -> None:
    told = told_of(getattr(fixtures, name))
    assert verdicts(told) == expected(RIGHT, CHANGES[name])
    for item in told.items:
        assert all((item.why, item.source, len(item.quote) <= 310)), item


def test_all_items_of_the_regulator_are_in_the_packs() -> None:
    numbers = {item.number for profile in PROFILES for item in pack(profile).items} - {None}
    assert numbers == set(range(1, 45))


def test_northern_ireland() -> None:
    own = {"found": "enforcement-body-ni enforcement-link-ni"}
    there = expected(RIGHT, own)
    assert verdicts(told_of(fixtures.NORTHERN_IRELAND, "uk-ni")) == {
        id_: verdict for id_, verdict in there.items() if id_ not in ("enforcement-body", "enforcement-link")
    }
    british = verdicts(told_of(fixtures.PARTIAL, "uk-ni"))
    assert british["enforcement-body-ni"] == british["enforcement-link-ni"] == "not_found"


def test_european_union() -> None:
    own = {
        "found": "commitment-wording-eu standard reviewed-in-time-eu",
        "person": "status-right-eu enforcement-eu",
    }
    gone = {
        "commitment-wording",
        "status-right",
        "wcag-version",
        "outside",
        "burden-heading",
        "prepared-wording",
    }
    gone |= {"reviewed-wording", "enforcement-body", "enforcement-link", "reviewed-in-time", "method-enough"}
    there = {id_: verdict for id_, verdict in expected(RIGHT, own).items() if id_ not in gone}
    assert verdicts(told_of(fixtures.EU, "eu")) == there


def test_welsh_is_found_and_left_to_a_person() -> None:
    told = told_of(fixtures.WELSH)
    found = {"page", "web-page", "linked"}
    assert {id_ for id_, verdict in verdicts(told).items() if verdict == "found"} == found
    assert set(verdicts(told).values()) == {"found", "person"}
    assert not told.conflicts


def test_missing_and_no_web_page() -> None:
    kept = {"url": None, "why_incomplete": ""}
    told = published(kept, _site(), today=TODAY, issues=[], rules=[])
    assert told
    assert verdicts(told).pop("page") == "not_found"
    assert set(verdicts(told).values()) == {"not_found", "inapplicable"}
    cut_short = published(None, _site(), today=TODAY, issues=[], rules=[])
    assert cut_short
    assert verdicts(cut_short)["page"] == "person"
    assert not cut_short.complete
    pdf = {
        "url": f"{URL}.pdf",
        "title": "",
        "lang": "",
        "document": "application/pdf",
        "linked": 1,
        "pages": 3,
    }
    told = published({**kept, **pdf}, _site(), today=TODAY, issues=[], rules=[])
    assert told
    own = {"page": "found", "web-page": "wrong", "linked": "wrong"}
    assert verdicts(told) == {id_: own.get(id_, "person") for id_ in verdicts(told)}
    assert (
        published(
            None, Site(id="a", name="A", urls=("https://a.example/",)), today=TODAY, issues=[], rules=[]
        )
        is None
    )


@pytest.mark.parametrize("name", fixtures.DECOYS)
def test_no_decoy_is_taken_for_a_statement(name: str) -> None:
    assert signs(Text.of_html(URL, fixtures.DECOYS[name])) == 0


def test_fully_compliant_beside_failures() -> None:
    told = told_of(fixtures.FULL, "uk-gb", "1.4.3", "1.4.3", "2.1.1")
    there = expected(RIGHT, CHANGES["FULL"], {"wrong": "status-right failures-listed"})
    assert verdicts(told) == there
    assert [c.criterion for c in told.conflicts if c.kind is ConflictKind.UNLISTED] == ["1.4.3", "2.1.1"]
    assert "2 confirmed problems fail 1.4.3" in told.conflicts[1].sentence
    assert told.conflicts[0].kind is ConflictKind.CLAIMS_FULL


def test_against_the_evidence() -> None:
    told = told_of(fixtures.OLD_REVIEW, "uk-gb", "1.1.1", "2.4.4")
    by_kind = {kind: [c for c in told.conflicts if c.kind is kind] for kind in ConflictKind}
    assert [c.criterion for c in by_kind[ConflictKind.UNLISTED]] == ["2.4.4"]
    assert "September 2024" in by_kind[ConflictKind.PAST_DATE][0].quote
    assert "files.ambleworth.example" in by_kind[ConflictKind.OUTSIDE][0].sentence
    assert not by_kind[ConflictKind.NOT_SEEN]
    told = told_of(fixtures.PARTIAL)
    (note,) = [c for c in told.conflicts if c.kind is ConflictKind.NOT_SEEN]
    assert note.criterion == "1.1.1"
    assert note.is_note
    assert "no proof" in note.sentence
    told = told_of(fixtures.PARTIAL, "uk-gb", "1.1.1")
    assert verdicts(told)["failures-listed"] == StatementVerdict.FOUND


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("on 3 February 2021.", [date(2021, 2, 3)]),
        ("the 1st of Sept. 2024 and June 2026", [date(2024, 9, 1), date(2026, 6, 30)]),
        ("12/03/2024, 2024-03-12, March 5, 2024", [date(2024, 3, 12)] * 2 + [date(2024, 3, 5)]),
        ("by 2027", [date(2027, 12, 31)]),
        ("31 February 2024", [date(2024, 2, 29)]),
        ("99/99/2024 and SI 2018/852", [date(2024, 12, 31), date(2018, 12, 31)]),
    ],
)
def test_dates(text: str, read: list[date]) -> None:
    assert list(dates(text)) == read


def test_addresses_that_are_none_do_no_harm() -> None:
    bad = '<a href="http://[bad">EASS</a> <a href="http://a:99999999/">form</a> <a href="javascript:x">y</a>'
    scope = f"<p>This accessibility statement applies to {bad}.</p>"
    told = told_of(fixtures.statement(scope=scope, feedback=f"<h2>Feedback</h2><p>Contact {bad}</p>"))
    assert verdicts(told)["contact"] == "not_found"
    kept: dict[str, Any] = {"url": URL, "title": "", "lang": "en", "why_incomplete": ""}
    kept["text"] = {"h1": "", "blocks": [[0, "This statement applies to", [["a", "http://[bad"]]]]}
    assert published(kept, _site(), today=TODAY, issues=[], rules=[])


def test_hostile_text_is_bounded_and_read_in_time() -> None:
    parts = (
        "committed to " * 400,
        "a@" * 2000,
        "1.1." * 2000,
        "[" * 4000,
        "x." * 4000,
        "by 2024 " * 900,
        "access " * 999,
    )
    body = "".join(f"<h2>{part}</h2><p>{part}</p>" * 60 for part in parts)
    text = Text.of_html(URL, fixtures.page("Accessibility statement", body))
    assert all(len(block.text) <= CHARACTERS for block in text.blocks)
    assert len(text.blocks) <= 600
    signs(text)
    kept = {"url": URL, "title": "t" * 5000, "lang": "en", "text": text.kept(), "why_incomplete": ""}
    told = published(kept, _site(), today=TODAY, issues=[], rules=[])
    assert told
    assert all(len(item.quote) <= 310 for item in told.items if item.id != "sections")
