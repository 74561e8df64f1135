"""Going on a journey: its steps one after another in one tab, and each new page and state judged on the way.

A live service is not harmed: docs/decisions/0027-journeys.md. What is sent is decided and counted in
`requests`; a final button is not pressed here.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error, FilePayload, Locator, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from auditor.browser.drive import Probe, drive
from auditor.browser.engine import Engine, judge
from auditor.browser.locate import NotFound, button_name, find
from auditor.browser.pictures import Camera
from auditor.browser.requests import Ask, Sending, Undrivable
from auditor.browser.tab import Tab
from auditor.browser.visit import (
    ENGINE_SECONDS,
    LOAD_SECONDS,
    REST_SECONDS,
    Arrival,
    Drawing,
    Ended,
    fault_of,
    gate,
    go,
    settle,
    snapshot_of,
    told_facts,
    with_driven,
)
from auditor.browser.world import World, WorldError
from auditor.evidence import ProbeFault
from auditor.limits import MAX_URL_LENGTH
from auditor.models import (
    Barrier,
    Finding,
    Impact,
    Journey,
    JourneyState,
    OriginHeader,
    Outcome,
    Picture,
    Sent,
    Snapshot,
    Step,
    StepResult,
    Target,
)
from auditor.steps import is_final, made_up, words
from auditor.tools import consent_words

ACT_SECONDS = 5.0  # for one action, once its target is found
WAIT_SECONDS = 15.0  # for what `wait_for` and `expect` look for
STATES = 60  # of one journey that are judged
STATE = 190  # characters of a state's name, as the store takes them
SENDS = (
    "Document",
    "Fetch",
    "XHR",
    "Form",
    "Other",
)  # kinds of request that a service needs; beacons are none
SETTLED = (
    "click",
    "choose",
    "tick",
    "press",
    "fill",
    "upload",
)  # actions after which something else may show
# A checksum of what is shown now: elements, their states and words; in an isolated world.
SHOWN = """(() => {
  const visible = (e) => e.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
  const states = ["aria-expanded", "aria-invalid", "aria-selected", "aria-current", "role", "class"];
  let a = 7, b = 11, left = 20000;
  const add = (text) => {
    for (let i = 0; i < text.length && i < 300; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) >>> 0;
      b = (Math.imul(b, 31) + text.charCodeAt(i)) >>> 0;
    }
  };
  const walk = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (!left--) return;
      if (!visible(e)) continue;
      add(e.localName + (e.children.length ? "" : e.textContent));
      for (const s of states) add(e.getAttribute(s) ?? "");
      if (e.shadowRoot) walk(e.shadowRoot);
    }
  };
  walk(document);
  return a + "-" + b;
})()"""
SAME = """(element, selectors) => selectors.map((selector) => {
  try { return document.querySelector(selector) === element } catch { return false }
})"""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One state that was met and judged."""

    snapshot: Snapshot
    arrival: Arrival
    by_get: bool  # the page can be asked for by its address alone
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a journey is gone with. Without an `engine` nothing is judged: it is only tried."""

    engine: Engine | None
    ask: Ask
    refusals: Callable[[], Mapping[str, str]]
    stopped: Callable[[], str | None]  # why to go no further
    record: Callable[[Shown], Awaitable[Sequence[Finding] | None]]  # of a state; None: unjudged
    heard: Callable[[StepResult], None] = lambda result: None
    settled: Callable[[Sequence[StepResult], Sending], Awaitable[None]] | None = None  # after each step
    probes: Callable[[bool], Sequence[Probe]] = (
        lambda whole: ()
    )  # whole: nothing of the page is needed any more
    unpictured: Callable[[Snapshot], Awaitable[Sequence[Finding]]] | None = None
    supplier: Callable[[str], str] = lambda url: ""
    test_system: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[OriginHeader, ...] = ()  # of who is signed in
    presses_final: bool = False  # signing in: its buttons are pressed, whatever they are called
    keep: Path | None = None  # folder for a picture and a trace of what failed; None: nothing is kept


@dataclass(frozen=True, kw_only=True)
class Travelled:
    """How far it came."""

    state: JourneyState
    reason: str
    stopped_at: int | None
    steps: tuple[StepResult, ...]
    sent: tuple[Sent, ...]
    barriers: tuple[Barrier, ...]
    states: int
    audited: int
    kept: tuple[str, ...]
    signed_out: bool  # a page asked to sign in, though the journey had begun signed in


@dataclass(kw_only=True, eq=False)
class _Halt(Exception):
    """The journey ends before this step is done."""

    state: str  # as `StepResult.state`
    reason: str


async def travel(tab: Tab, journey: Journey, way: Way) -> Travelled:
    """Go on a journey; never raises for what a page, a server or the browser does."""
    sending = Sending(permitted=journey.permission is not None, headers=way.headers)
    traveller = _Traveller(tab, journey, way, sending)
    try:
        async with tab.requests.journey(sending):
            await traveller.go_all()
    except Undrivable as why:
        traveller.halt(0, "failed", f"{why}.")
    return traveller.travelled()


def sent(sending: Sending) -> tuple[Sent, ...]:
    """What was sent so far, and stopped, step by step."""
    return tuple(
        Sent(step=step, method=method, host=host, path=path, count=count, stopped=stopped)
        for (step, method, host, path, stopped), count in sorted(sending.counts.items())
    )


class _Traveller:
    def __init__(self, tab: Tab, journey: Journey, way: Way, sending: Sending) -> None:
        self.tab, self.journey, self.way, self.sending = tab, journey, way, sending
        self.steps: list[StepResult] = []
        self.barriers: dict[Barrier, None] = {}
        self.states = self.audited = 0
        self.kept: list[str] = []
        self.state, self.reason = JourneyState.COMPLETE, ""
        self.stopped_at: int | None = None
        self._response: Response | None = None
        self._by_get = True
        self._seen = ""  # checksum of the state judged last
        self._findings: Sequence[Finding] = ()  # of that state
        self._filled_secret = False
        self._tracing = False
        self._signed_out = False
        self._latest: tuple[StepResult, Arrival] | None = None  # judged, and not driven

    def travelled(self) -> Travelled:
        return Travelled(
            state=self.state,
            reason=self.reason,
            stopped_at=self.stopped_at,
            steps=tuple(self.steps),
            sent=sent(self.sending),
            barriers=tuple(self.barriers),
            states=self.states,
            audited=self.audited,
            kept=tuple(self.kept),
            signed_out=self._signed_out,
        )

    async def go_all(self) -> None:
        way = [Step(action="go", value=self.journey.start), *self.journey.steps]
        await self._trace()
        for number, step in enumerate(way):
            told = "Go to the start" if number == 0 else words(step)
            self.sending.step, self.sending.stopped = number, []
            try:
                if why := self.way.stopped():
                    raise _Halt(state="not reached", reason=why)
                after = way[number + 1] if number + 1 < len(way) else None
                self._tell(await self._one(number, step, told, after))
            except _Halt as halt:
                if halt.state == "final":
                    await self._drive_latest()
                await self._keep(number, halt)
                self._tell(StepResult(number=number, words=told, state=halt.state, reason=halt.reason))
                self.halt(number, halt.state, halt.reason)
                break
            finally:
                if self.way.settled:
                    await self.way.settled(self.steps, self.sending)
        if self.state is JourneyState.COMPLETE and self.audited < self.states:
            self.state, self.reason = JourneyState.INCOMPLETE, "Not every state of it could be judged."
        for number in range(len(self.steps), len(way)):
            self.steps.append(StepResult(number=number, words=words(way[number]), state="not reached"))
        with contextlib.suppress(Error):
            if self._tracing:
                await self.tab.page.context.tracing.stop()

    def _tell(self, result: StepResult) -> None:
        self.steps.append(result)
        self.way.heard(result)

    def halt(self, number: int, state: str, reason: str) -> None:
        """What the end at this step means for the whole."""
        self.stopped_at, self.reason = number, reason
        if state == "not permitted":
            self.state = JourneyState.NOT_PERMITTED
            return
        step = self.journey.steps[number - 1] if number else None
        if state != "final" or step is None:
            self.state = JourneyState.INCOMPLETE
            return
        left = [
            each for each in self.journey.steps[number:] if each.action not in ("expect", "wait_for", "audit")
        ]
        if left and not step.final:
            self.state = JourneyState.INCOMPLETE
            self.reason = (
                f"{reason} {len(left)} of its steps come after that. Mark the step `final = true` if it is."
            )

    # -- One step --------------------------------------------------------------------------------------

    async def _one(self, number: int, step: Step, told: str, after: Step | None) -> StepResult:
        tab = self.tab
        began = time.monotonic()
        try:
            with tab.requests.visiting(self.way.ask):
                async with tab.within(LOAD_SECONDS + WAIT_SECONDS + 3 * REST_SECONDS):
                    with Drawing(tab) as drawing:
                        if step.action == "go":
                            self._response = await go(tab, step.value, drawing, self.way.refusals)
                        else:
                            await self._act(number, step)
                            await self._arrive(drawing)
                        world, facts = await settle(tab, drawing)
                    self._permitted()
                    if drawing.documents and drawing.document is not None:
                        self._by_get = drawing.document.method == "GET"
                    assert self._response is not None
                    arrival = self._gate(facts, drawing)
                    now = str(await world.run(SHOWN, seconds=ACT_SECONDS))
                    now = hashlib.sha256(f"{now} {tab.page.url}".encode()).hexdigest()
                is_new = drawing.documents > 0
                told_next = after is not None and after.action == "audit"
                changed = is_new or (step.action in SETTLED and now != self._seen)
                audits = step.action == "audit" or (changed and not told_next)
                result = StepResult(
                    number=number, words=told, state="done", url=tab.page.url[:MAX_URL_LENGTH]
                )
                result = replace(result, supplier=self.way.supplier(result.url))
                if not audits or (self.way.engine is None):
                    return result
                self.states += 1
                if self.states > STATES:
                    raise _Halt(
                        state="failed", reason=f"It has more than {STATES} states: divide it into several."
                    )
                label = step.value if step.action == "audit" else (arrival.title if is_new else told)
                name = f"{self.journey.id}, step {number}: {label}"[:STATE]
                last = after is None or after.action == "go"
                return await self._judge(result, name, arrival, facts, world, now, last)
        except Ended as ended:
            self._permitted()
            stops = [each for each in tab.requests.refused if each.is_page]
            reason = f"{stops[0].url}: {stops[0].why}" if stops else ended.reason
            raise _Halt(state="failed", reason=reason) from None
        except NotFound as missing:
            if step.action == "click" and answers_cookies(step.target):
                why = "There was no such button: the cookie banner had been answered, or did not come."
                return StepResult(number=number, words=told, state="done", reason=why)
            raise _Halt(state="failed", reason=f"{missing}.") from None
        except (WorldError, Error, TimeoutError) as fault:
            if tab.dead or isinstance(fault, WorldError | TimeoutError):
                raise _Halt(
                    state="failed", reason=fault_of(tab, fault, time.monotonic() - began).reason
                ) from None
            raise _Halt(state="failed", reason=_why(step, str(fault))) from None

    def _gate(self, facts: Mapping[str, object], drawing: Drawing) -> Arrival:
        assert self._response is not None
        role = self.journey.role
        try:
            arrival = gate(self.tab, self._response, facts, drawing, self.way.refusals())
            if role and drawing.documents and arrival.asks_to_sign_in:
                self._signed_out = True
                raise _Halt(state="failed", reason=f"It asks to sign in, though signed in as {role}.")
            return arrival
        except Ended as ended:
            if role and ended.arrival is not None and ended.arrival.kind == "sign_in":
                self._signed_out = True
                raise
            if ended.arrival is not None and ended.arrival.kind == "sign_in" and ended.arrival.status == 200:
                return ended.arrival  # a journey may well begin there
            raise

    def _permitted(self) -> None:
        """Raises where the service needed what was stopped."""
        own = urlsplit(self.tab.page.url).netloc
        for kind, url, is_page in self.sending.stopped:
            if is_page or (kind in SENDS and urlsplit(url).netloc == own):
                path = re.sub(r"[?#].*", "", re.sub(r"//[^/?#]*@", "//", url))[:300]
                given = self.journey.permission is not None
                why = "the site's `block_posts` stops it" if given else "the journey has no `permission`"
                raise _Halt(
                    state="not permitted", reason=f"This step would send something to {path}, and {why}."
                )

    async def _arrive(self, drawing: Drawing) -> None:
        """Wait for the document that an action asked for, if it did."""
        await asyncio.sleep(0.1)
        ends = time.monotonic() + LOAD_SECONDS
        while drawing.document is not None and drawing.document in drawing.open:
            if time.monotonic() > ends:
                raise Error(f"the page it leads to did not come within {LOAD_SECONDS:g} seconds")
            await asyncio.sleep(0.1)
        if drawing.document is None or drawing.stood is not drawing.document:
            return
        response = await drawing.document.response()
        if response is None:
            return
        self._response = response
        for state in ("domcontentloaded", "load"):
            with contextlib.suppress(PlaywrightTimeout):
                await self.tab.page.wait_for_load_state(state, timeout=REST_SECONDS * 1000)

    async def _act(self, number: int, step: Step) -> None:
        page, value = self.tab.page, self._value(step)
        if step.action in ("expect", "wait_for"):
            await self._wait(step)
            return
        found = await find(page, step, step.target) if step.target and step.action != "choose" else None
        if step.action == "choose":
            found = await self._choice(step)
        if found is not None:
            await self._barrier(number, found)
        name = await button_name(page, step, found)
        if (step.final or (name is not None and is_final(name))) and not (
            self.way.presses_final or (self.way.test_system and step.final)
        ):
            shown = f"“{name}” " if name else "It "
            why = "is marked as final" if step.final else "would send for good, by its name"
            raise _Halt(state="final", reason=f"{shown}{why}, so it is not pressed.")
        timeout = ACT_SECONDS * 1000
        match step.action:
            case "click":
                assert found is not None
                await found.click(timeout=timeout)
            case "fill":
                assert found is not None
                self._filled_secret |= bool(step.secret)
                if step.generate == "date" and await found.get_attribute("type") != "date":
                    value = "/".join(reversed(value.split("-")))
                await found.fill(value, timeout=timeout)
                if await found.get_attribute("role") == "combobox" or await found.get_attribute("list"):
                    await found.press_sequentially(value[-1:], timeout=timeout)  # suggestions listen to keys
            case "tick":
                assert found is not None
                await found.check(timeout=timeout)
            case "upload":
                assert found is not None
                await found.set_input_files(value or _PICTURE, timeout=timeout)
            case "press":
                await page.keyboard.press(value)

    def _value(self, step: Step) -> str:
        if step.secret:
            return self.way.secrets.get(step.secret, "")
        return made_up()[step.generate] if step.generate else step.value

    async def _choice(self, step: Step) -> Locator | None:
        """Choose within a list, and return None; else what is to be clicked."""
        assert step.target is not None
        page, label = (
            self.tab.page,
            step.target.words or step.target.name or step.target.label or step.target.text,
        )
        if step.within is None:
            found = await find(page, step, step.target)
        else:
            field_ = await find(page, step, step.within, within=True)
            await self._barrier(self.sending.step, field_)
            tag = await field_.evaluate("element => element.localName")
            if tag == "select":
                if step.final and not self.way.test_system:
                    return None
                try:
                    await field_.select_option(label=label, timeout=ACT_SECONDS * 1000)
                except PlaywrightTimeout:
                    texts = await field_.locator("option").all_inner_texts()
                    offered = ", ".join(f"“{each.strip()[:60]}”" for each in texts[:15])
                    raise NotFound(f"“{label}” is not in {step.within.shown}. It offers: {offered}") from None
                return None
            if tag == "input":  # suggestions below a field
                await field_.click(timeout=ACT_SECONDS * 1000)
                found = await find(page, step, Target(role="option", name=label))
            else:
                inside = (
                    field_.get_by_role("radio", name=label, exact=True)
                    .or_(field_.get_by_role("checkbox", name=label, exact=True))
                    .or_(field_.get_by_role("option", name=label, exact=True))
                )
                if await inside.count() != 1:
                    raise NotFound(f"“{label}” is not in {step.within.shown}")
                found = inside
        if step.final and not self.way.test_system:
            return found
        role = await found.get_attribute("type")
        action = found.check if role in ("radio", "checkbox") else found.click
        await action(timeout=ACT_SECONDS * 1000)
        return found

    async def _wait(self, step: Step) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while step.url:
            if step.url in self.tab.page.url:
                return
            if time.monotonic() > ends or step.action == "expect":
                raise NotFound(f"The address {step.url} is not there: it is {self.tab.page.url[:300]}")
            await asyncio.sleep(0.2)
        assert step.target is not None
        while True:
            try:
                await find(self.tab.page, step, step.target)
                return
            except NotFound:
                if time.monotonic() > ends or step.action == "expect":
                    raise

    async def _barrier(self, number: int, found: Locator) -> None:
        """Note the confirmed failures that are on what the step needs."""
        grave = [
            each
            for each in self._findings
            if each.outcome is Outcome.FAILED
            and each.impact in (Impact.CRITICAL, Impact.SERIOUS)
            and not each.frame
            and " >>> " not in each.selector
        ]
        if not grave:
            return
        try:
            same = await found.evaluate(SAME, [each.selector for each in grave], timeout=ACT_SECONDS * 1000)
        except Error:
            return
        if isinstance(same, list):
            for each, is_it in zip(grave, same, strict=False):
                if is_it is True:
                    self.barriers[Barrier(step=number, issue=each.issue)] = None

    # -- Judging ---------------------------------------------------------------------------------------

    async def _judge(
        self,
        result: StepResult,
        state: str,
        arrival: Arrival,
        facts: Mapping[str, object],
        world: World,
        now: str,
        last: bool,
    ) -> StepResult:
        tab, way = self.tab, self.way
        assert way.engine is not None
        async with tab.within(ENGINE_SECONDS):
            judged = await judge(tab.page, world, way.engine, seconds=ENGINE_SECONDS)
            told, _ = await told_facts(world)
        snapshot = snapshot_of(tab, arrival, facts, judged, told, way.refusals())
        number = self.sending.step
        snapshot = replace(snapshot, url=result.url, state=state, journey=self.journey.id, step=number)
        camera = Camera(tab, world) if way.unpictured and not self.journey.has_secrets else None
        if camera and way.unpictured:
            await camera.take(await way.unpictured(snapshot))
        if chosen := way.probes(last):
            driven = await drive(tab, world, chosen)
            evidence = {k: v for k, v in driven.evidence.items() if last or not isinstance(v, ProbeFault)}
            snapshot = with_driven(snapshot, replace(driven, evidence=evidence))
            if not last and await self._is_altered(now):
                raise _Halt(
                    state="failed", reason="Looking at the page in other sizes changed what it shows."
                )
        pictures = tuple(camera.pictures) if camera else ()
        shown = Shown(snapshot=snapshot, arrival=arrival, by_get=self._by_get, pictures=pictures)
        findings = await way.record(shown)
        self._findings, self._seen = findings or (), now
        if findings is None:
            return replace(result, reason="What it shows could not be judged.")
        self.audited += 1
        result = replace(result, audited=True, snapshot=state)
        self._latest = None if last else (result, arrival)
        return result

    async def _drive_latest(self) -> None:
        """The journey ends before its final step: the state it stands at is judged anew, and driven.

        Where that goes wrong, what was said of the state before stands.
        """
        if self._latest is None or not self.way.probes(True):
            return
        tab, audited = self.tab, self.audited
        result, arrival = self._latest
        self.sending.step = result.number
        with (
            contextlib.suppress(Ended, Undrivable, WorldError, Error, TimeoutError),
            tab.requests.visiting(self.way.ask),
            Drawing(tab) as drawing,
        ):
            world, facts = await settle(tab, drawing)
            if not await self._is_altered(self._seen):
                await self._judge(result, result.snapshot, arrival, facts, world, self._seen, True)
        self.audited = audited

    async def _is_altered(self, before: str) -> bool:
        world = await self.tab.world()
        now = await world.run(SHOWN, seconds=ACT_SECONDS)
        return hashlib.sha256(f"{now} {self.tab.page.url}".encode()).hexdigest() != before

    # -- What is kept of a failure ---------------------------------------------------------------------

    async def _trace(self) -> None:
        """Record pictures and requests. Without `snapshots`, no script of the trace enters the page."""
        if self.way.keep is None or self.journey.has_secrets:
            return
        with contextlib.suppress(Error):
            await self.tab.page.context.tracing.start(screenshots=True, snapshots=False)
            self._tracing = True

    async def _keep(self, number: int, halt: _Halt) -> None:
        if halt.state != "failed" or self.way.keep is None or self.journey.has_secrets:
            return
        folder = self.way.keep
        with contextlib.suppress(Error, OSError, TimeoutError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            picture, trace = folder / f"step-{number}.png", folder / "trace.zip"
            if not self.tab.dead:
                await self.tab.page.screenshot(path=picture, timeout=ACT_SECONDS * 1000)
                self.kept.append(str(picture))
            if self._tracing:
                self._tracing = False
                await self.tab.page.context.tracing.stop(path=trace)
                self.kept.append(str(trace))


_PICTURE: FilePayload = {  # a white dot: a file that is visibly nobody's document
    "name": "example.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
        "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
    ),
}


def answers_cookies(target: Target | None) -> bool:
    """Whether a target is, by its name, a button of a cookie banner: recorded journeys begin with one."""
    name = (target.words or target.name or target.text).casefold() if target else ""
    words = consent_words()
    begins = name.startswith((*words["accept"], *words["refuse"]))
    return begins and any(each in name.split() for each in (*words["about"], "all", "pob"))


def _why(step: Step, message: str) -> str:
    """Playwright's account of an action that failed, in a sentence."""
    about = step.target.shown if step.target else "It"
    if "intercepts pointer events" in message:
        over = re.search(r"(<[^\n]{1,200}?>)[^\n]*intercepts pointer events", message)
        return f"{about} is there and something covers it: {over[1] if over else 'another element'}."
    if "not enabled" in message:
        return f"{about} is there and cannot be used: it is disabled."
    if "not visible" in message:
        return f"{about} is there and cannot be seen."
    first = (message.splitlines() or ["no answer"])[0][:300]
    return f"It could not be done: {first}."
