"""What people found and tested: counted, and in words.

A person's pass is of the pages that they tested, never of a criterion: no sentence here says more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from auditor.formats._safe import visible
from auditor.formats._words import count
from auditor.models import Issue, Outcome, PersonResult, Report, Source

OUTCOMES = {
    Outcome.FAILED: "Failed",
    Outcome.CANT_TELL: "Could not tell",
    Outcome.PASSED: "Passed",
    Outcome.INAPPLICABLE: "Not applicable",
    Outcome.UNTESTED: "Not yet tested",
}
_WORDS = (*OUTCOMES.values(), "Fixed")


def outcome(result: PersonResult) -> str:
    return f"Fixed since {day(result.fixed)}" if result.fixed else OUTCOMES[result.outcome]


def day(value: date | None) -> str:
    return f"{value.day} {value:%B %Y}" if value else "a day that was not told"


def said_by(result: PersonResult) -> str:
    """Who, when and with what: "web officer on 3 May 2026, with NVDA"."""
    who = visible(result.who, 150)
    if result.source is Source.REPORTED:
        who = f"a user ({who})" if who else "a user"
    technology = f", with {visible(result.technology, 150)}" if result.technology else ""
    return f"{who} on {day(result.when)}{technology}"


def told(issue: Issue) -> str:
    """What people have to do with an issue: "Found by a person"; "" for a rule's alone."""
    if not issue.people:
        return ""
    if not issue.rule:
        return "Reported by a user" if issue.source is Source.REPORTED else "Found by a person"
    word = {Outcome.FAILED: "Confirmed", Outcome.CANT_TELL: "Left open"}.get(issue.outcome, "Answered")
    return f"{word} by {said_by(issue.people[0])}"


def by_criterion(report: Report) -> Mapping[str, Sequence[PersonResult]]:
    """What was tested of each criterion. Answers to the rules' questions are of a place, and not among it."""
    tested = defaultdict(list)
    for result in report.people:
        if result.outcome is not Outcome.UNTESTED and result.criterion and not result.issue:
            tested[result.criterion].append(result)
    return tested


def sentences(results: Iterable[PersonResult], audited: int) -> tuple[str, ...]:
    """Of one criterion, as "Passed on 2 of 6 pages audited, last by web officer on 3 May 2026."."""
    groups = defaultdict(list)
    for result in results:
        groups["Fixed" if result.fixed else OUTCOMES[result.outcome]].append(result)
    return tuple(
        f"{word} {_where(groups[word], audited)}, last by {said_by(max(groups[word], key=_when))}."
        for word in _WORDS
        if word in groups
    )


def _when(result: PersonResult) -> date:
    return result.when or date.min


def _where(results: Sequence[PersonResult], audited: int) -> str:
    pages = {result.page for result in results if result.is_audited}
    others = {result.page for result in results} - pages - {""}
    parts = []
    if pages:
        parts.append(f"on {len(pages):,} of {count(audited, 'page')} audited")
    if others:
        parts.append(f"on {count(len(others), 'page')} that this audit did not judge")
    if not all(result.page for result in results):
        parts.append("for the whole website")
    return " and ".join(parts)


def summary(report: Report) -> str:
    """How many results, how many criteria of how many they are on, and how many rows are still empty."""
    results = [result for result in report.people if result.outcome is not Outcome.UNTESTED]
    counts = Counter("Fixed" if result.fixed else OUTCOMES[result.outcome] for result in results)
    told = ", ".join(f"{counts[word]:,} {word.lower()}" for word in _WORDS if counts[word])
    numbers = {entry.criterion for entry in report.checklist}
    tested = len(numbers.intersection(by_criterion(report)))
    parts = [f"{tested:,} of {count(len(numbers), 'criterion', 'criteria')} tested"]
    if answers := sum(1 for result in results if result.issue and result.found):
        parts.append(f"{count(answers, 'question')} of the rules answered")
    if missing := len(report.people) - len(results):
        parts.append(f"{count(missing, 'row')} not yet tested")
    told = f" ({told})" if told else ""
    return f"{count(len(results), 'result')} of people{told}: {', '.join(parts)}."
