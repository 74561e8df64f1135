"""The checklist for people: complete, readable, and marked by what the audited pages hold."""

from __future__ import annotations

import re

import pytest

from auditor import wcag
from auditor.checklist import checklist, features, questions
from auditor.models import Automation, ChecklistEntry, Finding, Issue, Kind, Outcome, Rule


def rule(id_: str, *criteria: str, kind: Kind = Kind.FAILURE, can_fail: bool = True) -> Rule:
    return Rule(
        id=id_, title=id_, why="", who=(), fix="", wcag=criteria, kind=kind, impact=None, engine="axe",
        can_fail=can_fail,
    )  # fmt: skip


def by_number(
    *pages: tuple[str, dict[str, int] | None], rules: tuple[Rule, ...] = ()
) -> dict[str, ChecklistEntry]:
    return {entry.criterion: entry for entry in checklist("wcag22aa", rules, pages)}


def test_each_criterion_has_one_question() -> None:
    assert list(questions()) == [criterion.num for criterion in wcag.in_standard("wcag22aa")]
    assert len({entry["question"] for entry in questions().values()}) == 55
    assert {key for entry in questions().values() for key in entry} == {
        "criterion",
        "question",
        "steps",
        "needs",
    }


def test_the_texts_are_short_and_plain() -> None:
    for num, entry in questions().items():
        assert entry["question"].endswith("?"), num
        assert 2 <= len(entry["steps"]) <= 5, num
        for text in (entry["question"], *entry["steps"]):
            assert text.strip() == text
            assert text[-1] in ".?", (num, text)
            for sentence in re.split(r"(?<=[.?!])\s+", text):
                assert len(sentence.split()) <= 26, (num, sentence)
            assert not re.search(r"[<>`]|\bARIA\b|\b(colors?|center|dialog|organiz\w+)\b", text), (num, text)


def test_every_feature_is_known_and_asked_for() -> None:
    needed = {feature for entry in questions().values() for feature in entry.get("needs", ())}
    assert needed == set(features())


@pytest.mark.parametrize(
    ("standard", "count"), [("wcag22aa", 55), ("wcag22a", 31), ("wcag21aa", 49), ("wcag22aaa", 86)]
)
def test_of_each_standard(standard: str, count: int) -> None:
    """Parsing (4.1.1), part of 2.1, is met by every page."""
    assert len(checklist(standard, ())) == count


def test_how_far_rules_go_follows_from_the_rules() -> None:
    entries = by_number(
        rules=(
            rule("z-fails", "1.1.1"),
            rule("a-hints", "1.1.1", "1.2.2", can_fail=False),
            rule("advises", "2.4.6", kind=Kind.ADVICE),
        )
    )
    assert [each.id for each in entries["1.1.1"].rules] == ["a-hints", "z-fails"]
    assert entries["1.1.1"].automation is Automation.FAILURES
    assert entries["1.2.2"].automation is Automation.HINTS
    assert entries["2.4.6"].automation is Automation.PERSON


def test_what_no_page_holds_is_put_aside_with_the_reason() -> None:
    entries = by_number(("/a", {"picture": 2, "video": 0}), ("/b", {}))
    assert (entries["1.2.2"].applies, entries["1.2.2"].pages) == (False, 0)
    assert entries["1.2.2"].why_not == "No video or frame with other content was met on the audited pages."
    assert entries["1.1.1"].applies
    assert (entries["1.1.1"].pages, entries["1.1.1"].examples) == (1, ("/a",))
    assert (entries["1.4.3"].applies, entries["1.4.3"].pages, entries["1.4.3"].examples) == (True, 2, ())


def test_pages_are_counted_once_and_those_with_most_of_the_first_need_come_first() -> None:
    frames = [(f"/frame-{n}", {"frame": 2 if n == 6 else 1}) for n in range(7)]
    entry = by_number(*frames, ("/film", {"video": 1, "frame": 3}))["1.2.2"]
    assert entry.pages == 8
    assert entry.examples == ("/film", "/frame-6", "/frame-0", "/frame-1", "/frame-2")


def test_the_order_of_the_visits_does_not_change_the_examples() -> None:
    pages = [(f"/{n}", {"picture": 1}) for n in range(1, 12)]
    assert by_number(*pages)["1.1.1"].examples == ("/1", "/2", "/3", "/4", "/5")
    assert by_number(*reversed(pages)) == by_number(*pages)


def test_what_a_rule_found_is_there_whatever_was_counted() -> None:
    finding = Finding(
        rule="endless-motion", outcome=Outcome.CANT_TELL, kind=Kind.FAILURE, wcag=("2.2.2",), act=(),
        impact=None, url="/moves", state="loaded", frame=(), selector="p", excerpt="", message="",
    )  # fmt: skip
    issue = Issue(
        id="x", rule="endless-motion", outcome=Outcome.CANT_TELL, kind=Kind.FAILURE, impact=None,
        wcag=("2.2.2",), title="", pages=3, places=4, faults=4, at_least=False,
        component=None, is_written=False, examples=(finding,),
    )  # fmt: skip
    entries = {e.criterion: e for e in checklist("wcag22aa", (), [("/a", {})] * 5, [issue])}
    assert (entries["2.2.2"].applies, entries["2.2.2"].pages, entries["2.2.2"].examples) == (
        True,
        3,
        ("/moves",),
    )
    assert not entries["2.3.1"].applies


def test_what_nobody_counted_may_be_there() -> None:
    assert all(entry.applies for entry in by_number().values())
    entries = by_number(("/a", {}), ("/old", None))
    assert all(entry.applies for entry in entries.values())
    assert (entries["1.2.2"].pages, entries["1.2.2"].examples) == (1, ())
