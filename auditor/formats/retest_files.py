"""A retest as a page in the report's look, as CSV, and as the draft of a reply.

Nothing here says that a problem is fixed: only that an audit of a date did not find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from auditor.formats import _figures, _words
from auditor.formats._book import Book, Entry
from auditor.formats._markdown import code, page, prose
from auditor.formats._pager import Pager
from auditor.formats._template import URL, text_size
from auditor.formats.csv import chunks
from auditor.models import Candidate, FormerCandidate, Match, Report, Retest, Retested, RetestState

SHOWN = 10  # of our issues beside one reported problem; the CSV has all

STATES = {
    RetestState.THERE: ("failure", "Still there"),
    RetestState.PERHAPS: ("person", "Perhaps still there"),
    RetestState.GONE: ("advice", "Not found any more"),
    RetestState.UNJUDGED: ("person", "For a person to retest"),
}
MATCHES = {
    Match.PLACE: "the same element",
    Match.RULE: "the rule that was named",
    Match.WORDS: "same page and criterion, and like words",
    Match.CRITERION: "same page and criterion, no more",
}


def render(retest: Retest, report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """`retest.html`, which leads into the report that `html.render` makes, `retest.csv` and `reply.md`."""
    yield from _pages(retest, report)
    yield "retest.csv", chunks(_rows(retest, report))
    yield "reply.md", iter((_reply(retest, report).encode(),))


def sentence(retest: Retest, report: Report) -> str:
    """How many of how many, and by what."""
    counts = ", ".join(
        f"{len(retest.of(state)):,} {STATES[state][1].lower()}" for state in STATES if retest.of(state)
    )
    return (
        f"{_words.count(len(retest.items), 'reported problem')}, held against the audit of "
        f"{_words.day(report.run.started)}: {counts}."
    )


def left(item: Retested) -> str:
    """How much of the twelve weeks is left."""
    if item.days_left < 0:
        return f"{_words.count(-item.days_left, 'day')} over"
    return f"{_words.count(item.days_left, 'day')} left"


def _pages(retest: Retest, report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    book = Book(report)
    entries = {entry.issue.id: entry for entry in book.entries}
    pager: Pager[Retested] = Pager("retest.html", _size)
    sheets = [sheet for item in retest.items for sheet in pager.add(item)] + list(pager.end())
    for sheet in sheets:
        yield book.page(
            sheet.file,
            "retest",
            sheet=sheet,
            rows=[(item, left(item), STATES[item.state], _candidates(item, entries)) for item in sheet.rows],
            total=len(retest.items),
            sentence=sentence(retest, report),
            list_name=retest.list_name,
            today=retest.today,
            matches=MATCHES,
        )


def _size(item: Retested) -> int:
    told = item.item
    texts = (told.reference, told.page, told.page, told.problem, told.note, item.page or "", item.page or "")
    ours = [
        text for each in item.candidates[:SHOWN] for text in (each.issue.title, each.finding.selector[:URL])
    ]
    return 2_000 + text_size(*texts, *ours, *(each.title for each in item.former[:SHOWN]))


def _candidates(item: Retested, entries: dict[str, Entry]) -> list[tuple[Candidate, Entry]]:
    return [(each, entries[each.issue.id]) for each in item.candidates if each.issue.id in entries][:SHOWN]


def _rows(retest: Retest, report: Report) -> Iterator[tuple[object, ...]]:
    yield (
        "Reference", "Page", "Problem", "Criterion", "Reported", "Twelve weeks end", "Days left", "Days over",
        "Result", "Why", "Our audit of", "Page judged", "Our issue", "Rule", "Kind", "Matched by",
        "Places on the page", "Element", "Last found", "Not found since", "Note",
    )  # fmt: skip
    for each in retest.items:
        told = each.item
        first = (
            told.reference, told.page, told.problem, ", ".join(told.criteria), told.reported, each.due,
            max(each.days_left, 0), max(-each.days_left, 0), STATES[each.state][1], each.why,
            report.run.started.date(), each.page,
        )  # fmt: skip
        ours = [*map(_now, each.candidates), *map(_before, each.former)] or [(None,) * 8]
        for cells in ours:
            yield (*first, *cells, told.note)


def _now(each: Candidate) -> tuple[object, ...]:
    _, kind = _words.class_of(each.issue.outcome, each.issue.kind)
    matched = MATCHES[each.match]
    return each.issue.title, each.issue.rule, kind, matched, each.places, each.finding.selector, None, None


def _before(each: FormerCandidate) -> tuple[object, ...]:
    matched, dates = MATCHES[each.match], (each.last_found.date(), each.gone.date())
    return each.title, None, "Not found any more", matched, None, None, *dates


# -- the draft of the reply --------------------------------------------------------------------------------


def _reply(retest: Retest, report: Report) -> str:
    audit = _day(report.run.started)
    lines = [
        f"# Accessibility of {prose(report.site.name, 200)}: reply to what was reported",
        f"Draft of {_words.day(retest.today)}. What stands in [square brackets] a person must write.",
        "Dear [name],",
        f"You reported {_words.count(len(retest.items), 'problem')} with our website. We audited it on "
        f"{audit} with axe {prose(report.run.versions.get('axe', ''), 50) or '[version]'} and rules of our "
        f"own, in a real browser. {_figures.judged_of(report)} Such an audit finds only a part of all "
        "problems. Where it says that something was not found, that is no proof that nothing is wrong.",
        *(
            f"- {STATES[state][1]}: {len(retest.of(state)):,} of {len(retest.items):,}"
            for state in RetestState
        ),
    ]
    for each in retest.items:
        lines += ["", *_answer(each, audit)]
    lines += ["", "[Name, role, date]"]
    return "\n\n".join(lines).replace("\n\n- ", "\n- ").replace("\n\n\n\n", "\n\n") + "\n"


def _answer(each: Retested, audit: str) -> Iterator[str]:
    told = each.item
    yield f"## {prose(told.reference, 200)}: {STATES[each.state][1].lower()}"
    yield f"- Page: {_page(told.page)}"
    yield f"- Reported on {_words.day(told.reported)}: {prose(told.problem, 1_000)}"
    yield f"- Criterion: {', '.join(map(_criterion, told.criteria))}"
    yield f"- Twelve weeks end on {_words.day(each.due)} ({left(each)})"
    yield f"- Our audit of {audit}: {prose(each.why, 1_000)}"
    for ours in each.candidates[:SHOWN]:
        title = prose(ours.issue.title, 300)
        places = _words.count(ours.places, "place")
        element = code(ours.finding.selector, URL)
        yield f"- Found there ({MATCHES[ours.match]}): {title}, in {places}, such as {element}"
    for former in each.former[:SHOWN]:
        yield (
            f"- Found there last by our audit of {_day(former.last_found)}, and not by that of "
            f"{_day(former.gone)} ({MATCHES[former.match]}): {prose(former.title, 300)}"
        )
    if told.note:
        yield f"- Note on the list: {prose(told.note, 1_000)}"
    yield "- What was done: [what was changed, by whom, on which day]"
    if each.state in (RetestState.UNJUDGED, RetestState.PERHAPS):
        yield "- A person’s test: [who tested what, how, on which day, and with what result]"
    yield "- What remains: [what, who does it, by which day; or nothing]"


def _page(text: str) -> str:
    return page(text) if text.lower().startswith(("http://", "https://")) else code(text, URL)


def _criterion(num: str) -> str:
    known = _figures.criterion(num)
    return f"{num} {known.name}" if known else num


def _day(moment: datetime) -> str:
    return _words.day(moment)
