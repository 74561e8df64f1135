"""axe in every frame of a page: `axe.runPartial` in each, `axe.finishRun` once in the top one.

How and why: docs/decisions/0003-axe-in-isolated-worlds.md; axe's side of it:
https://github.com/dequelabs/axe-core/blob/develop/doc/run-partial.md
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import CDPSession, Error, Page

from auditor.browser.world import Gone, NoAnswer, World, WorldError, send
from auditor.errors import ConfigError
from auditor.limits import LINK_LENGTH, LINKS_PER_FRAME, PLACES_PER_RULE
from auditor.models import ElementRule

TOP_CONTEXT: dict[str, Any] = {"exclude": []}  # axe refuses {}
FRAME_SECONDS = 10.0  # a frame that never answers must not hold the page
CONTACT_SECONDS = 5.0  # for a frame's first answer
FINISH_SHARE = 0.2  # of a page's seconds, kept for the end however many frames it has
SLOW_VERSIONS = tuple(f"4.{minor}." for minor in range(4, 13))  # page.js makes up for more of them
# They keep what is private to a colour in WeakMaps, made while the script is evaluated: a quarter of their
# time, with the collector's. Here it is kept in properties of the colour that nobody else knows.
# What they remember of an element they look up in a list of all that were asked about, by the `indexOf` that
# is there while the script is evaluated: of a page of 50,000 elements, another third. Here a map tells where
# it is, which relies on such a list only growing: nothing in it is taken out or replaced.
SLOTS = (
    """{
let WeakMap = class {
  #at = Symbol();
  has(object) { return this.#at in object }
  get(object) { return object[this.#at] }
  set(object, value) { object[this.#at] = value }
};
let WeakSet = class extends WeakMap { add(object) { this.set(object, true) } };
const { indexOf } = Array.prototype, places = new WeakMap();
Array.prototype.indexOf = function (wanted, from) {
  if (from || !Array.isArray(this) || this.length < 20) return indexOf.call(this, wanted, from);
  if (!places.has(this)) places.set(this, new Map());
  const known = places.get(this);
  for (let at = known.size; at < this.length; at++) known.set(this[at], at);
  const at = known.get(wanted) ?? -1;
  return known.size === this.length && (at < 0 || this[at] === wanted) ? at : indexOf.call(this, wanted);
};
""",
    "\nArray.prototype.indexOf = indexOf;\n({ WeakMap, WeakSet } = globalThis);\n}",
)
RULES_BY_DEFAULT_OFF = ("target-size",)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The axe script, and what it is asked to run."""

    script: str
    sha256: str
    tags: tuple[str, ...]  # axe's tags of the rules to run
    elements: tuple[ElementRule, ...] = ()  # of our own, in the same pass
    off: tuple[str, ...] = ()  # ids of rules that do not run, though their tags do

    @classmethod
    def load(
        cls,
        tags: Sequence[str],
        path: str | None = None,
        *,
        elements: Sequence[ElementRule] = (),
        off: Sequence[str] = (),
    ) -> Engine:
        """From `path`, or the script that axe-playwright-python brings.

        Raises `ConfigError` where the file cannot be read or is not axe.
        """
        file = Path(path) if path else Path(axe_playwright_python.__file__).parent / "axe.min.js"
        try:
            script = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"axe_script: {file} cannot be read ({error}). Name an axe.min.js.") from error
        if "finishRun" not in script:
            raise ConfigError(f"axe_script: {file} is not axe-core 4.4 or newer. Name its axe.min.js.")
        sha256 = hashlib.sha256(script.encode()).hexdigest()
        return cls(script=script, sha256=sha256, tags=tuple(tags), elements=tuple(elements), off=tuple(off))

    @property
    def version(self) -> str:
        found = re.search(r"axe v(\d+\.\d+\.\d+)", self.script[:500])
        return found[1] if found else "unknown"

    @functools.cached_property
    def source(self) -> str:
        """What is evaluated in each frame."""
        script = self.script
        if self.version.startswith(SLOW_VERSIONS):
            script = script.join(SLOTS)
        return "\n".join(
            [script, _script("page"), _script("component"), *map(_configured, self.elements), "0"]
        )

    @property
    def options(self) -> dict[str, Any]:
        return {
            "runOnly": {"type": "tag", "values": list(self.tags)},
            "rules": {rule: {"enabled": rule not in self.off} for rule in (*RULES_BY_DEFAULT_OFF, *self.off)},
            "resultTypes": ["violations", "incomplete"],
            # Styles of other origins are not fetched a second time; sound and film get a moment to say
            # how long they are.
            "preload": {"assets": ["media"], "timeout": 2000},
        }


@dataclass(frozen=True, kw_only=True)
class Judged:
    """axe's result for the page and all its frames, and the frames that could not be judged."""

    result: Mapping[str, Any]
    links: tuple[tuple[str, str, str], ...]  # (URL, text, how it is linked), of every frame that was judged
    links_total: int
    links_too_long: int  # to be followed; no part of `links_total`
    frames_untested: tuple[FrameUntested, ...]
    tab_is_sound: bool  # False: a frame stands still
    tab_is_worn: bool  # a frame left something that lives as long as the tab


@dataclass(frozen=True, kw_only=True)
class FrameUntested:
    """A frame that could not be judged: `source` is what it should show, `shown` what it did, if known."""

    where: str
    source: str
    shown: str
    reason: str


def _configured(rule: ElementRule) -> str:
    """The statement that makes a rule known to axe. The newlines end what a comment in it began."""
    about = {"id": rule.id, "help": rule.help, "impact": rule.impact, "tags": rule.tags, "act": rule.act}
    return f"auditor.rule({json.dumps(about)}, (\n{rule.source}\n));"


@functools.cache
def _script(name: str) -> str:
    return resources.files("auditor.browser").joinpath(f"{name}.js").read_text(encoding="utf-8")


async def prepare(world: World, *, seconds: float, then: str = "0") -> Any:
    """Make page.js known in a world where axe is not yet needed; the value of `then`, with it."""
    return await world.run(f"{_script('page')}\n{then}", seconds=seconds)


async def rules(world: World, engine: Engine) -> list[dict[str, Any]]:
    """What the engine says of each of its rules, and ours: id, tags, help, helpUrl, act, impact, engine.

    Raises `ConfigError` where the code of one of ours does not run.
    """
    await world.run(dataclasses.replace(engine, elements=()).source, seconds=FRAME_SECONDS)
    for rule in engine.elements:
        try:
            await world.run(_configured(rule), seconds=FRAME_SECONDS)
        except (NoAnswer, Gone):
            raise
        except WorldError as error:
            raise ConfigError(f"The rule {rule.id}: its element.js does not run: {error}.") from error
    listed: list[dict[str, Any]] = await world.call("rules", seconds=FRAME_SECONDS)
    return listed


class _Walk:
    """One pass over the frames of one page."""

    def __init__(self, page: Page, engine: Engine, seconds: float) -> None:
        self.page = page
        self.engine = engine
        self.ends = time.monotonic() + seconds
        self.frames_end = self.ends - seconds * FINISH_SHARE
        self.links: list[tuple[str, str, str]] = []
        self.links_total = self.links_too_long = 0
        self.untested: list[FrameUntested] = []
        self.tab_is_sound = True
        self.tab_is_worn = False
        self._worlds: dict[tuple[str, ...], World] = {}  # of the frames that were judged, by their selectors
        self._sessions: dict[str, CDPSession] | None = None  # of frames in a process of their own

    def _left(self, most: float = FRAME_SECONDS) -> float:
        """Seconds that a call to a frame may take."""
        left = self.frames_end - time.monotonic()
        if left <= 0:
            raise WorldError("the time for this page was up")
        return min(most, left)

    def _left_for_all(self) -> float:
        return max(0.1, self.ends - time.monotonic())

    async def judge(self, top: World) -> Judged:
        self._worlds[()] = top
        begun = await self._begin(top, TOP_CONTEXT, self._left_for_all())
        result = begun["result"]
        if result is None:  # there are frames
            partials = await self._children(top, begun["frames"], ())
            result = await top.call(
                "finish", partials, self.engine.options, PLACES_PER_RULE, seconds=self._left_for_all()
            )
            await self._tell_components(result)
        return Judged(
            result=result,
            links=tuple(self.links),
            links_total=self.links_total,
            links_too_long=self.links_too_long,
            frames_untested=tuple(self.untested),
            tab_is_sound=self.tab_is_sound,
            tab_is_worn=self.tab_is_worn,
        )

    async def _begin(self, world: World, context: Any, seconds: float) -> dict[str, Any]:
        """Run axe in a frame. `frames`: contexts of its child frames, as axe wants them.

        `keeps`: whether the frame keeps something in the tab. `result`: of a page without frames.
        """
        given = ", ".join(
            map(json.dumps, (context, self.engine.options, PLACES_PER_RULE, LINKS_PER_FRAME, LINK_LENGTH))
        )
        # In one text with the script, and as one text back: each call, and each object in it, costs.
        begun: dict[str, Any] = json.loads(
            await world.run(f"{self.engine.source}\nauditor.begin({given})", seconds=seconds)
        )
        self.links += [(url, text, how) for url, text, how in begun["links"]["found"]]
        self.links_total += begun["links"]["total"]
        self.links_too_long += begun["links"]["tooLong"]
        frames = begun["frames"]
        for context, name in itertools.zip_longest(frames, begun["names"][: len(frames)]):
            context["name"] = name or context["frameSelector"]
        return begun

    async def _children(
        self, parent: World, contexts: list[dict[str, Any]], path: tuple[str, ...]
    ) -> list[Any]:
        """The partial results of all frames below, in axe's order: depth first, null where one failed."""
        if not contexts:
            return []
        paths = [(*path, selector(child["name"])) for child in contexts]
        try:
            ids = await parent.frame_ids("auditor.children()", seconds=self._left())
            sources = await parent.call("sources", seconds=self._left())
        except WorldError as error:
            for where in paths:
                self._give_up(where, "", "", error)
            return [None] * len(paths)
        partials: list[Any] = []
        for child, frame_id, source, where in zip(contexts, ids, sources, paths, strict=True):
            partials += await self._frame(parent, child["frameContext"], frame_id, source, where)
        return partials

    async def _frame(
        self, parent: World, context: Any, frame_id: str | None, source: str, path: tuple[str, ...]
    ) -> list[Any]:
        shown = ""
        try:
            world = await self._world(parent, frame_id)
            facts = await self._facts(world)
            shown = facts["url"]
            _refuse_what_is_no_page(facts, source)
            begun = await self._begin(world, context, self._left())
            partial = await world.call("partial", seconds=self._left())
        except WorldError as error:
            self._give_up(path, source, shown, error)
            return [None]
        self._worlds[path] = world
        self.tab_is_worn |= begun["keeps"]
        return [partial, *await self._children(world, begun["frames"], path)]

    async def _tell_components(self, result: Mapping[str, Any]) -> None:
        """Put to each element what it is and where it sits, in its own frame; None for what is gone."""
        by_frame: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for entry in (*result["violations"], *result["incomplete"]):
            for node in entry["nodes"]:
                by_frame.setdefault(tuple(map(selector, node["target"][:-1])), []).append(node)
        for path, nodes in by_frame.items():
            told: list[Any] = []
            if world := self._worlds.get(path):
                with contextlib.suppress(WorldError):
                    targets = [node["target"][-1] for node in nodes]
                    told = await world.call(
                        "components", targets, seconds=min(FRAME_SECONDS, self._left_for_all())
                    )
            for node, component in itertools.zip_longest(nodes, told):
                node["component"] = component

    def _give_up(self, path: tuple[str, ...], source: str, shown: str, error: WorldError) -> None:
        """List a frame that was not judged; its partial result is null."""
        self.tab_is_sound &= not isinstance(error, NoAnswer)
        where = " > ".join(path)
        self.untested.append(FrameUntested(where=where, source=source, shown=shown, reason=str(error)))

    async def _facts(self, world: World) -> dict[str, Any]:
        await prepare(world, seconds=self._left())
        facts: dict[str, Any] = await world.call("facts", seconds=self._left())
        return facts

    async def _world(self, parent: World, frame_id: str | None) -> World:
        if frame_id is None:
            raise WorldError("it has no document")
        try:
            return await World.create(parent.session, frame_id, seconds=self._left(CONTACT_SECONDS))
        except NoAnswer:
            raise
        except WorldError:
            session = (await self._other_processes()).get(frame_id)
            if session is None:
                raise
            return await World.create(session, frame_id, seconds=self._left(CONTACT_SECONDS))

    async def _other_processes(self) -> dict[str, CDPSession]:
        """Sessions of the frames that Chromium put in other processes, by frame id."""
        if self._sessions is None:
            self._sessions = {}
            for frame in self.page.frames[1:]:
                try:
                    session = await self.page.context.new_cdp_session(frame)
                except Error:
                    continue  # it shares its parent's process and session
                # Asked of the browser, since the frame may stand still. A frame's target has its id.
                with contextlib.suppress(WorldError):
                    about = await send(session, "Target.getTargetInfo", {}, CONTACT_SECONDS)
                    self._sessions[about["targetInfo"]["targetId"]] = session
        return self._sessions

    async def close(self) -> None:
        if not self.tab_is_sound:
            return  # it is closed, and they with it; one whose frame stands still would not answer
        for session in (self._sessions or {}).values():
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(CONTACT_SECONDS):
                    await session.detach()


def _refuse_what_is_no_page(facts: Mapping[str, Any], source: str) -> None:
    if facts["error"] or (facts["url"] == "about:blank" and source.startswith("http")):
        raise WorldError("it did not load")
    if facts["status"] >= 400:
        raise WorldError(f"its server answered {facts['status']}")
    if not facts["html"]:
        raise WorldError(f"it shows {facts['contentType']}, not a web page")


async def judge(page: Page, top: World, engine: Engine, *, seconds: float) -> Judged:
    """Run axe over the page and all its frames.

    Raises `WorldError` where the page itself cannot be judged within `seconds`; a frame that cannot is
    listed and the rest goes on.
    """
    walk = _Walk(page, engine, seconds)
    try:
        return await walk.judge(top)
    finally:
        await walk.close()


def selector(target: str | Sequence[str]) -> str:
    """One CSS selector of axe's; " >>> " stands where a shadow root is entered."""
    return target if isinstance(target, str) else " >>> ".join(target)
