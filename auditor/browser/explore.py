"""Opens what a page offers, one thing after another from the page as loaded, and judges each new state once.

As when a page is driven, it goes nowhere and sends nothing (`Requests.driven`); what by its name or kind may
do harm is not pressed. docs/decisions/0028-banners-and-states.md
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.async_api import Error

from auditor.browser.drive import Drive
from auditor.browser.engine import Engine, judge, prepare
from auditor.browser.requests import Ask, Undrivable
from auditor.browser.tab import Tab
from auditor.browser.visit import ENGINE_SECONDS, Drawing, Ended, gate, go, settle, snapshot_of
from auditor.browser.world import World, WorldError, send
from auditor.limits import EXPLORE_LOADS, EXPLORE_SECONDS, EXPLORE_STATES, UNOPENED_LISTED, limit_reason
from auditor.models import Snapshot, Untested

ACT_SECONDS = 5.0  # for one action
COMES_SECONDS = 0.5  # what opens is there, and still, within this
MORE_SECONDS = 1.5  # what is fetched first
STATE = 190  # characters of a state's name, as the store takes them
NAMES = {
    "details": "details “{}” open",
    "menu": "menu “{}” open",
    "dialog": "dialog “{}” open",
    "tab": "tab “{}” shown",
    "button": "“{}” opened",
    "more": "after “{}”",
    "choice": "“{}” chosen",
    "suggestions": "suggestions of “{}” shown",
}


# Whether a page may open anything, so that most need not be loaded once more: what `states.controls` of
# probes/states.js finds, and some more.
OFFERS = """(() => {
  const CONTROL = `summary, [aria-expanded], [aria-haspopup], [role=tab], [popovertarget], [commandfor],
    [aria-controls], [data-toggle], [data-bs-toggle], [role=combobox], [aria-autocomplete], iframe, frame`;
  const isMore = (element) => element.matches("button, [role=button]")
    && /more|mwy|rhagor/i.test(`${element.textContent} ${element.ariaLabel} ${element.title}`);
  const offers = (root) => root.querySelector(CONTROL) !== null || [...root.querySelectorAll("*")].some(
    (element) => isMore(element) || (element.shadowRoot && offers(element.shadowRoot)));
  return offers(document);
})()"""


@dataclass(kw_only=True)
class Explored:
    """What opening brought. Counts are of the page's controls that open something."""

    controls: int = 0
    states: int = 0  # that showed something new, and were judged
    same: int = 0  # controls that opened nothing, or what another had shown
    untested: list[Untested] = field(default_factory=list)
    is_sound: bool = True  # False: the tab is not to be used again


@dataclass(frozen=True, kw_only=True)
class Exploring:
    """What a page is explored with."""

    engine: Engine
    ask: Ask
    refusals: Callable[[], Mapping[str, str]]
    turn: Callable[[], Awaitable[None]]  # wait until the page may be asked for again
    forget: Callable[[Tab], Awaitable[None]]  # as `Tabs.forget`
    base: Callable[[Snapshot], Awaitable[None]]  # the page as loaded
    state: Callable[[Snapshot], Awaitable[None]]  # each new state of it


class _Over(Exception):
    """Nothing more is opened; why, as a reason."""


async def offers(world: World) -> bool:
    """Whether the page of this world may have something to open; so too where it gives no answer."""
    try:
        return bool(await world.run(OFFERS, seconds=ACT_SECONDS))
    except WorldError:
        return True


async def explore(tab: Tab, url: str, exploring: Exploring) -> Explored:
    """Explore the page at `url`; raises only what `exploring`'s callables raise."""
    explorer = _Explorer(tab, url, exploring)
    try:
        with tab.requests.visiting(exploring.ask):
            await explorer.run()
    except Undrivable as why:
        explorer.rest(f"It was not opened: {why}.")
    except Ended as ended:
        explorer.rest(f"It was not opened: the page did not load again ({ended.reason})")
    except (WorldError, Error, TimeoutError) as fault:
        told = (str(fault).splitlines() or ["no answer in time"])[0][:200]
        explorer.told.is_sound = False
        explorer.rest(f"It was not opened: the page was left after a fault ({told}).")
    return explorer.told


class _Explorer:
    def __init__(self, tab: Tab, url: str, exploring: Exploring) -> None:
        self.tab, self.url, self.exploring = tab, url, exploring
        self.told = Explored()
        self._todo: list[Mapping[str, Any]] = []
        self._now: dict[str, Mapping[str, Any]] = {}  # the page's controls in this document, by their keys
        self._seen: set[str] = set()  # signatures
        self._names: set[str] = set()
        self._ends = time.monotonic() + EXPLORE_SECONDS
        self._loads = 0
        self._is_first = True

    async def run(self) -> None:
        await self._load()
        while self._todo:
            async with self.tab.requests.driven() as stopped:
                await self._open_all(stopped)
            if self._todo:
                if self._loads >= EXPLORE_LOADS:
                    text = "It was not opened: the page had to be loaded anew too often"
                    self.rest(limit_reason("explore_loads", EXPLORE_LOADS, text))
                    return
                await self._load()

    def rest(self, reason: str) -> None:
        """What is left is not opened; nobody knows what that is where the page was never looked at."""
        if self._is_first:
            self.told.untested.append(
                Untested(url=self.url, what="state", where="what the page opens", reason=reason)
            )
        for control in self._todo[:UNOPENED_LISTED]:
            self._leave(control, reason)
        if (more := len(self._todo) - UNOPENED_LISTED) > 0:
            left = Untested(url=self.url, what="state", where=f"{more} more like these", reason=reason)
            self.told.untested.append(left)
        self._todo = []

    def _leave(self, control: Mapping[str, Any], reason: str) -> None:
        self.told.untested.append(Untested(url=self.url, what="state", where=_name(control), reason=reason))

    async def _load(self) -> None:
        """The page as it loads, in a tab that remembers nothing of it but what each page begins with."""
        await self.exploring.forget(self.tab)
        await self.exploring.turn()
        self._loads += 1
        async with self.tab.within(60):
            with Drawing(self.tab) as drawing:
                response = await go(self.tab, self.url, drawing, self.exploring.refusals)
                self._world, self._facts = await settle(self.tab, drawing)
            self._arrival = gate(self.tab, response, self._facts, drawing, self.exploring.refusals())
        self._driving = Drive(self.tab, await self._own_world())
        await prepare(self._driving.world, seconds=ACT_SECONDS)
        await self._driving.world.run("auditor.component = () => null; 0", seconds=ACT_SECONDS)
        await self._driving.ready()
        told = await self._driving.call("states.controls")
        self._now = {each["key"]: each for each in told["found"]}
        if self._is_first:
            self._is_first = False
            self.told.controls = len(told["found"]) + told["more"]
            for each in told["found"]:
                if each["reason"]:
                    self._leave(each, f"It was not opened: {each['reason']}.")
                else:
                    self._todo.append(each)
            del self.told.untested[UNOPENED_LISTED:]
            if self._todo:
                await self.exploring.base(await self._judged("loaded"))
        await self._driving.call("states.begin")

    async def _own_world(self) -> World:
        """Beside the engine's, which each judging makes anew."""
        params = {"frameId": self._world.frame_id, "worldName": "auditor-states"}
        answer = await send(self.tab.session, "Page.createIsolatedWorld", params, ACT_SECONDS)
        return World(
            session=self.tab.session,
            frame_id=self._world.frame_id,
            context_id=answer["executionContextId"],
        )

    async def _open_all(self, stopped: Sequence[str]) -> None:
        """Open one after another, as long as the page comes back to what it was."""
        while self._todo:
            if self.told.states >= EXPLORE_STATES:
                text = "It was not opened: enough states of this page were judged"
                self.rest(limit_reason("explore_states", EXPLORE_STATES, text))
                return
            if time.monotonic() > self._ends:
                text = "It was not opened: the time for states of this page was up"
                self.rest(limit_reason("explore_seconds", EXPLORE_SECONDS, text))
                return
            control = self._todo.pop(0)
            here = self._now.get(control["key"])
            if here is None:
                self._leave(control, "It was not opened: it was not there when the page was loaded again.")
                continue
            asked = len(stopped)
            await self._open(here)
            if went := [each for each in stopped[asked:] if each.startswith("navigation")]:
                self._leave(control, f"It leads elsewhere, which was stopped: {went[0]}.")
                return
            changed = await self._driving.call("states.changed")
            if not changed["count"] or changed["signature"] in self._seen:
                self.told.same += 1
            else:
                self._seen.add(changed["signature"])
                await self.exploring.state(await self._judged(self._unique(control, changed)))
                self.told.states += 1
            if stopped[asked:]:
                self._leave(control, f"A part of it may be missing; it was not let out: {stopped[asked]}.")
            if (changed["count"] or changed["gone"]) and not await self._close(here):
                return

    async def _open(self, control: Mapping[str, Any]) -> None:
        number = control["number"]
        if control["kind"] == "suggestions":
            await self._driving.call("states.focus", number)
            await self._driving.press("a")
            await asyncio.sleep(MORE_SECONDS)
        else:
            await self._press(number)
            await asyncio.sleep(MORE_SECONDS if control["kind"] == "more" else COMES_SECONDS)

    async def _press(self, number: int) -> None:
        aim = await self._driving.call("states.aim", number)
        if aim and aim["hit"]:
            async with asyncio.timeout(ACT_SECONDS):
                await self.tab.page.mouse.click(aim["x"], aim["y"])
        elif aim:
            await self._driving.call("states.press", number)

    async def _close(self, control: Mapping[str, Any]) -> bool:
        """Whether the page is again as it was loaded."""
        number = control["number"]
        if control["kind"] in ("choice", "more", "tab"):
            return False
        if control["kind"] == "suggestions":
            await self._driving.call("states.empty", number)
        elif await self._driving.call("states.isOpen", number):
            await self._press(number)
        else:
            await self._driving.press("Escape")
        async with asyncio.timeout(ACT_SECONDS):
            await self.tab.page.mouse.move(0, 0)
        await asyncio.sleep(COMES_SECONDS)
        after = await self._driving.call("states.changed")
        return not after["count"] and not after["gone"]

    def _unique(self, control: Mapping[str, Any], changed: Mapping[str, Any]) -> str:
        kind = control["kind"]
        if kind in ("button", "menu"):
            kind = "dialog" if changed["dialog"] else "menu" if changed["menu"] else kind
        name = _name({**control, "kind": kind})
        turn = 2
        while name in self._names:
            name = f"{_name({**control, 'kind': kind})[: STATE - 10]} ({turn})"
            turn += 1
        self._names.add(name)
        return name

    async def _judged(self, state: str) -> Snapshot:
        async with self.tab.within(ENGINE_SECONDS):
            judged = await judge(self.tab.page, self._world, self.exploring.engine, seconds=ENGINE_SECONDS)
        self.tab.worn |= judged.tab_is_worn
        self.told.is_sound &= judged.tab_is_sound
        snapshot = snapshot_of(self.tab, self._arrival, self._facts, judged, {}, self.exploring.refusals())
        return replace(snapshot, state=state)


def _name(control: Mapping[str, Any]) -> str:
    name = str(control["name"])[:80] or "a control without a name"
    turn = f" ({control['turn']})" if control["turn"] > 1 else ""
    return f"{NAMES[control['kind']].format(name)}{turn}"[:STATE]
