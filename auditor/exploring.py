"""States of a page in an audit: what opening it shows, judged, with what the loaded page has left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from auditor.browser.engine import Engine
from auditor.browser.explore import Explored, Exploring, explore
from auditor.browser.tab import Tabs
from auditor.checks.page_rules import Told
from auditor.models import Finding, Outcome, RuleResult, Snapshot, Untested
from auditor.pace import Pace

State = tuple[Snapshot, Sequence[RuleResult], Sequence[Finding]]
Fault = tuple[str, Outcome, str]
Place = tuple[str, Outcome, tuple[str, ...], str]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The states of one page, and what of it could not be opened."""

    states: tuple[State, ...] = ()
    untested: tuple[Untested, ...] = ()
    told: Explored = field(default_factory=Explored)


class News:
    """What was not found before, on the page as loaded or in a state of it.

    An element is the same by its place; where that moved, what is there as often as on the page as loaded is.
    """

    def __init__(self) -> None:
        self._places: set[Place] = set()
        self._faults: Counter[Fault] = Counter()

    def loaded(self, findings: Sequence[Finding]) -> None:
        """Of the page as loaded."""
        self._places.update(map(_place, findings))
        self._faults |= Counter((each.rule, each.outcome, each.fault) for each in findings)

    def of(self, findings: Sequence[Finding]) -> list[Finding]:
        """The new ones of a state; from then on they are known."""
        new = self.among(findings)
        self._places.update(map(_place, findings))
        return new

    def among(self, findings: Sequence[Finding]) -> list[Finding]:
        """The new ones of a state."""
        faults: Counter[Fault] = Counter((each.rule, each.outcome, each.fault) for each in findings)
        left = {fault: count - self._faults[fault] for fault, count in faults.items()}
        new = []
        for each in findings:
            fault = each.rule, each.outcome, each.fault
            if _place(each) not in self._places and left[fault] > 0:
                left[fault] -= 1
                new.append(each)
        return new


def _place(each: Finding) -> Place:
    return each.rule, each.outcome, each.frame, each.selector


def results_of(results: Sequence[RuleResult], findings: Sequence[Finding]) -> list[RuleResult]:
    """What rules said of a state, as far as it is new: each count of failures is of these findings."""
    counts = Counter((each.rule, each.outcome) for each in findings)
    told = []
    for each in results:
        if each.outcome not in (Outcome.FAILED, Outcome.CANT_TELL):
            told.append(each)
        elif count := counts[each.rule, each.outcome]:
            told.append(replace(each, places=count))
    return told


async def opened(
    url: str,
    known: Sequence[Finding],
    *,
    pace: Pace,
    tabs: Tabs,
    engine: Engine,
    judge: Callable[[Snapshot], Awaitable[Told]],
    refusals: Callable[[], Mapping[str, str]],
) -> Opened:
    """Open what a page offers. `known`: what was found on it. Raises `Halted`, `MalformedResult`."""
    news, states, host = News(), [], urlsplit(url).netloc
    news.loaded(known)
    discover = pace.discover

    async def ask(to: str, is_page: bool) -> str | None:
        if not discover.scope.owns(to):
            return "it is no page of the site" if is_page else None
        if discover.needs_robots(to):
            await discover.robots(to)
        no = discover.disallows(to)
        return no[1] if no else None

    async def base(snapshot: Snapshot) -> None:
        news.loaded((await judge(snapshot))[1])

    async def state(snapshot: Snapshot) -> None:
        results, findings, _ = await judge(snapshot)
        new = news.of(findings)
        kept = replace(snapshot, url=url, engine={}, links=(), untested=())
        states.append((kept, results_of(results, new), [replace(each, url=url) for each in new]))

    exploring = Exploring(
        engine=engine,
        ask=ask,
        refusals=refusals,
        turn=lambda: pace.turn(host),
        forget=tabs.forget,
        base=base,
        state=state,
    )
    async with tabs.tab() as tab:
        told = await explore(tab, url, exploring)
        if not told.is_sound:
            await tabs.give_up(tab)
    await pace.call(pace.store.rest, host, discover.delay(host))
    untested = tuple(replace(each, url=url) for each in told.untested)
    return Opened(states=tuple(states), untested=untested, told=told)
