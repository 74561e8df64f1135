"""`report.txt` and the summary: readable, honest about what is missing, harmless in a terminal."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from auditor.formats._safe import storable, visible, web_address
from auditor.formats.text import summary
from auditor.models import Outcome, Report, RunState, Unchanged

Render = Callable[[str, Report], dict[str, bytes]]
ACTS_ON_A_TERMINAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def text(report: Report, rendered: Render) -> str:
    return rendered("text", report)["report.txt"].decode()


def test_no_control_characters(text: str, report: Report) -> None:
    assert not ACTS_ON_A_TERMINAL.search(text)
    assert not ACTS_ON_A_TERMINAL.search(summary(report))


def test_completeness_comes_first(text: str) -> None:
    assert text.index("INCOMPLETE. 6 of the 9 web pages in scope were audited (66%).") < text.index("problem")


@pytest.mark.parametrize("name", ["text", "html", "json"])
def test_pages_that_were_taken_over_are_told_with_their_dates(
    name: str, text: str, report: Report, rendered: Render
) -> None:
    one, two = (datetime(2026, 11, number, 23, tzinfo=UTC) for number in (1, 5))
    told = Unchanged(pages=4, oldest=one, newest=two)
    files = rendered(name, dataclasses.replace(report, unchanged=told))
    if name == "json":
        coverage = json.loads(files["report.json"])["coverage"]
        assert coverage["unchanged"] == {
            "pages": 4, "oldest": "2026-11-01T23:00:00Z", "newest": "2026-11-05T23:00:00Z",
        }  # fmt: skip
        return
    for file in ["report.txt"] if name == "text" else ["index.html", "about.html"]:
        said = " ".join(files[file].decode().split())
        assert "4 of the 6 audited pages were unchanged since they were audited, from 1 November" in said
        assert "to 5 November 2026, and were not audited again" in said
    assert "not audited again" not in text


def test_kinds_apart_and_figures_with_denominators(text: str) -> None:
    problems, person, advice = (text.index(w) for w in ("CONFIRMED PROBLEMS", "NEEDS A PERSON", "ADVICE\n"))
    assert problems < text.index("Pictures have no description") < person < advice
    assert "5 confirmed problems, on 6 of 6 pages audited." in text
    assert "Confirmed problem, on 4 of 6 pages audited, at least 4 places." in text


def test_what_comes_first_is_impact_times_reach(text: str) -> None:
    assert text.index("1. [Serious] Text is too faint") < text.index("2. [Critical] Pictures have no")


def test_an_open_question_is_not_put_as_a_fact(text: str) -> None:
    assert "To check: Text is too faint" in text[text.index("NEEDS A PERSON") :]


def test_summary_is_short(report: Report, changed: Callable[..., Report]) -> None:
    many = changed(coverage={"limits": tuple(f"limit {n}" for n in range(50))})
    for one in (report, many):
        lines = summary(one).splitlines()
        assert len(lines) <= 15
        assert lines[1].startswith("INCOMPLETE: 6 of the 9 web pages")


def test_nothing_audited_never_reads_as_good(changed: Callable[..., Report], rendered: Render) -> None:
    nothing = changed(
        findings=lambda: (),
        issues=(),
        coverage={"audited": 0, "start_failed": ("https://www.ambleworth.example/",), "limits": ()},
    )
    report = rendered("text", nothing)["report.txt"].decode()
    for text in (" ".join(report.split()), summary(nothing)):
        assert re.search("nothing was audited", text, re.IGNORECASE)
        assert "No confirmed problem" not in text
        assert "A start page of the website could not be audited: https://www.ambleworth.example/" in text


def test_nothing_found_is_not_called_a_pass(changed: Callable[..., Report], rendered: Render) -> None:
    clean = changed(findings=lambda: (), issues=(), coverage={"in_scope": 6, "complete": True, "limits": ()})
    report = rendered("text", clean)["report.txt"].decode()
    for text in (report, summary(clean)):
        assert "No confirmed problem on 6 of 6 pages audited." in text
        assert "not a pass" in text
        assert not re.search(r"\bpassed\b|\bscore\b|INCOMPLETE", text)


def test_an_interrupted_run_is_incomplete_whatever_its_share(changed: Callable[..., Report]) -> None:
    report = changed(coverage={"in_scope": 6, "complete": True, "limits": ()})
    stopped = dataclasses.replace(report, run=dataclasses.replace(report.run, state=RunState.INTERRUPTED))
    assert "The audit was stopped before it was finished." in summary(stopped)


def test_a_stopped_audit_says_so_first(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed(findings=lambda: (), issues=(), coverage={"in_scope": 6, "complete": True, "limits": ()})
    report = dataclasses.replace(
        base, run=dataclasses.replace(base.run, stopped="the site turns the auditor away")
    )
    assert summary(report).splitlines()[1:3] == [
        "STOPPED EARLY: The site turns the auditor away.",
        "INCOMPLETE: All 6 web pages in scope were audited.",
    ]
    text = " ".join(rendered("text", report)["report.txt"].decode().split())
    assert text.index("THE AUDIT WAS STOPPED EARLY") < text.index("let this audit in") < text.index("6 web")


def test_what_is_not_covered(text: str) -> None:
    assert "2  not reached (1 looks endless and not counted as in scope)" in text
    assert "- www.ambleworth.example/events?month=#\n    8 visited, 1 left out\n" in text
    assert "- pay.ambleworth.example: 12 addresses" in text
    assert "... 10 of 11 named here; report.json has all." in text
    assert "2 of 4 documents that pages link to were judged" in text
    assert "1  could not be read" in text
    assert "14  refused to protect the network: Private address." in text
    assert "40  to known trackers, blocked as the settings ask" in text


def test_a_rule_that_the_report_does_not_describe(changed: Callable[..., Report], rendered: Render) -> None:
    assert b"rule image-alt" in rendered("text", changed(rules={}))["report.txt"]


def test_visible_spells_out_what_hides() -> None:
    assert visible("a\x1b[2J\u202eb\x9b\ud800") == r"a\x1b[2J\u202eb\x9b\ud800"
    assert visible(" one\r\n\ttwo  ") == "one two"
    assert visible("if:\r\n  x\r", lines=True) == "if:\n  x\\x0d"
    assert visible("x" * 1_000_000, 5) == "xxxxx… (cut: 1,000,000 characters in all)"


def test_storable_leaves_the_rest() -> None:
    assert storable("a\x00\ud800\u202e😀") == "a\ufffd\ufffd\u202e😀"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " https://a.example/",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "https:///a",
        "https://a.example/\u202e",
        'https://a.example/"onclick=',
        "https://a.example/" + "x" * 3_000,
        None,
        5,
    ],
)
def test_no_link_to_anything_odd(url: object) -> None:
    assert web_address(url) is None


@pytest.mark.parametrize(
    "url", ["https://a.example", "HTTP://a.example:8080/b?c=d&e=(f)#g", "https://é.example/ü"]
)
def test_links_to_the_web(url: str) -> None:
    assert web_address(url) == url


def test_outcomes_have_words() -> None:
    from auditor.formats._words import IMPACTS, URL_OUTCOMES, class_of
    from auditor.models import Impact, Kind, UrlOutcome

    assert set(IMPACTS) == {*Impact, None}
    assert set(URL_OUTCOMES) == set(UrlOutcome)
    assert class_of(Outcome.CANT_TELL, Kind.ADVICE) == ("advice", "Advice")
