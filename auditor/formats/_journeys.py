"""`journeys.html`: each journey, its steps, where it stopped and why, what is in the way, what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor.formats._book import Book, Entry, Page
from auditor.formats._words import count
from auditor.models import JourneyResult, JourneyState, Report, Sent, StepResult
from auditor.steps import skills

STATES = {
    JourneyState.COMPLETE: "Complete",
    JourneyState.INCOMPLETE: "Incomplete",
    JourneyState.NOT_PERMITTED: "Not permitted",
}
STEP_STATES = {
    "done": "Done",
    "failed": "Failed",
    "final": "Not done: final",
    "not permitted": "Not permitted",
    "not reached": "Not reached",
}
BARRIERS = 5  # of one step
SENT = 60  # rows of one journey
STEPS = 100


@dataclass(frozen=True, kw_only=True)
class _Step:
    step: StepResult
    label: str
    barriers: tuple[Entry, ...]
    found: int  # confirmed problems in its state


@dataclass(frozen=True, kw_only=True)
class _Journey:
    journey: JourneyResult
    label: str
    said: str
    skills: tuple[str, ...]
    steps: tuple[_Step, ...]
    sent: tuple[Sent, ...]
    sent_total: str
    more: int  # rows of `sent` that are not shown


def said(journey: JourneyResult) -> str:
    """How far a journey came, in a sentence or two."""
    audited = (
        f"{journey.audited} of {count(journey.states, 'state')} audited, on {count(journey.pages, 'page')}."
    )
    if stops := len({each.issue for each in journey.barriers}):
        audited += f" In the way of its steps: {count(stops, 'confirmed problem')}."
    if journey.state is JourneyState.COMPLETE:
        end = (
            f"Stopped before its final step, as it is to. {journey.reason}"
            if journey.reason
            else "To its end."
        )
        return f"{end} {audited}"
    at = f"At step {journey.stopped_at}: " if journey.stopped_at is not None else ""
    if journey.state is JourneyState.NOT_PERMITTED:
        before = max(0, (journey.stopped_at or 0) - 1)
        return f"Not permitted beyond step {before}. {at}{journey.reason} {audited}"
    return f"{at}{journey.reason} {audited}"


def sent_words(journey: JourneyResult) -> str:
    """How much a journey sent, and how much was stopped."""
    let_out = sum(each.count for each in journey.sent if not each.stopped)
    stopped = sum(each.count for each in journey.sent if each.stopped)
    return f"Sent: {count(let_out, 'request')}. Stopped: {count(stopped, 'request')}."


def summary(report: Report) -> str:
    """How the journeys went, in a sentence; "" where there are none."""
    if not report.journeys:
        return ""
    parts = [
        f"{n} {label.lower()}"
        for state, label in STATES.items()
        if (n := sum(each.state is state for each in report.journeys))
    ]
    return f"{count(len(report.journeys), 'journey')}: {', '.join(parts)}."


def journeys(book: Book) -> Iterator[Page]:
    found: dict[str, set[str]] = {}
    if book.report.journeys:
        problems = {entry.issue.id for entry in book.problems}
        for finding in book.report.findings():
            if finding.journey and finding.issue in problems:
                found.setdefault(finding.state, set()).add(finding.issue)
    shown = [_journey(book, each, found) for each in book.report.journeys]
    yield book.page("journeys.html", "journeys", journeys=shown, told=summary(book.report))


def _journey(book: Book, journey: JourneyResult, found: dict[str, set[str]]) -> _Journey:
    steps = tuple(
        _Step(
            step=step,
            label=STEP_STATES.get(step.state, step.state),
            barriers=tuple(
                islice(
                    (
                        book.by_id[each.issue]
                        for each in journey.barriers
                        if each.step == step.number and each.issue in book.by_id
                    ),
                    BARRIERS,
                )
            ),
            found=len(found.get(step.snapshot, ())) if step.audited else 0,
        )
        for step in journey.steps[:STEPS]
    )
    return _Journey(
        journey=journey,
        label=STATES[journey.state],
        said=said(journey),
        skills=tuple(skills().get(each, each) for each in journey.skills),
        steps=steps,
        sent=journey.sent[:SENT],
        sent_total=sent_words(journey),
        more=max(0, len(journey.sent) - SENT),
    )
