"""axe in every frame of a page: `axe.runPartial` in each, `axe.finishRun` once in the top one.

How and why: docs/decisions/0003-axe-in-isolated-worlds.md; axe's side of it:
https://github.com/dequelabs/axe-core/blob/develop/doc/run-partial.md
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import CDPSession, Error, Page

from auditor.browser.world import World, WorldError, send
from auditor.errors import ConfigError

PLACES_PER_RULE = 100  # elements a rule lists on one page; the true count is kept beside
TOP_CONTEXT: dict[str, Any] = {"exclude": []}  # axe refuses {}
FRAME_SECONDS = 10.0  # a frame that never answers must not hold the page
RULES_BY_DEFAULT_OFF = ("target-size",)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The axe script, and what it is asked to run."""

    script: str
    sha256: str
    tags: tuple[str, ...]  # axe's tags of the rules to run

    @classmethod
    def load(cls, tags: Sequence[str], path: str | None = None) -> Engine:
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
        return cls(script=script, sha256=hashlib.sha256(script.encode()).hexdigest(), tags=tuple(tags))

    @property
    def version(self) -> str:
        found = re.search(r"axe v(\d+\.\d+\.\d+)", self.script[:500])
        return found[1] if found else "unknown"

    @functools.cached_property
    def source(self) -> str:
        """What is evaluated in each frame."""
        return f"{self.script}\n{_page_script()}\n0"

    @property
    def options(self) -> dict[str, Any]:
        return {
            "runOnly": {"type": "tag", "values": list(self.tags)},
            "rules": {rule: {"enabled": True} for rule in RULES_BY_DEFAULT_OFF},
            "resultTypes": ["violations", "incomplete"],
            # Styles of other origins are not fetched a second time; sound and film get a moment to say
            # how long they are.
            "preload": {"assets": ["media"], "timeout": 2000},
        }


@dataclass(frozen=True, kw_only=True)
class Judged:
    """axe's result for the page and all its frames, and the frames that could not be judged."""

    result: Mapping[str, Any]
    links: tuple[tuple[str, str], ...]  # (URL, text), of every frame that was judged
    links_total: int
    frames_untested: tuple[tuple[str, str, str], ...]  # (selector, the URL it should show, reason)


@functools.cache
def _page_script() -> str:
    return resources.files("auditor.browser").joinpath("page.js").read_text(encoding="utf-8")


async def prepare(world: World, *, seconds: float) -> None:
    """Make page.js known in a world where axe is not yet needed."""
    await world.run(f"{_page_script()}\n0", seconds=seconds)


async def rules(world: World, engine: Engine) -> list[dict[str, Any]]:
    """What the engine says of each of its rules: id, tags, help, helpUrl, act, impact."""
    await world.run(engine.source, seconds=FRAME_SECONDS)
    listed: list[dict[str, Any]] = await world.call("rules", seconds=FRAME_SECONDS)
    return listed


class _Walk:
    """One pass over the frames of one page."""

    def __init__(self, page: Page, engine: Engine, seconds: float) -> None:
        self.page = page
        self.engine = engine
        self.seconds = seconds
        self.links: list[tuple[str, str]] = []
        self.links_total = 0
        self.untested: list[tuple[str, str, str]] = []
        self._sessions: dict[str, CDPSession] | None = None  # of frames in a process of their own

    async def judge(self, top: World) -> Judged:
        own = await self._begin(top, TOP_CONTEXT, self.seconds)
        partials = await self._children(top, own, ())
        result = await top.call(
            "finish", partials, self.engine.options, PLACES_PER_RULE, seconds=self.seconds
        )
        return Judged(
            result=result,
            links=tuple(self.links),
            links_total=self.links_total,
            frames_untested=tuple(self.untested),
        )

    async def _begin(self, world: World, context: Any, seconds: float) -> list[dict[str, Any]]:
        """Start axe in a frame; returns the contexts of its child frames, as axe wants them."""
        await world.run(self.engine.source, seconds=seconds)
        script = (
            f"auditor.begin({json.dumps(context)}, {json.dumps(self.engine.options)})"
            ".then(frames => ({ frames, links: auditor.links() }))"
        )
        answer = await world.run(script, seconds=seconds)
        self.links += [(url, text) for url, text in answer["links"]["found"]]
        self.links_total += answer["links"]["total"]
        frames: list[dict[str, Any]] = answer["frames"]
        return frames

    async def _children(
        self, parent: World, contexts: list[dict[str, Any]], path: tuple[str, ...]
    ) -> list[Any]:
        """The partial results of all frames below, in axe's order: depth first, null where one failed."""
        if not contexts:
            return []
        partials: list[Any] = []
        ids = await parent.frame_ids("auditor.children()", seconds=self.seconds)
        sources = await parent.call("sources", seconds=self.seconds)
        for child, frame_id, source in zip(contexts, ids, sources, strict=True):
            where = (*path, selector(child["frameSelector"]))
            try:
                world = await self._world(parent, frame_id)
                await self._refuse_what_is_no_page(world)
                own = await self._begin(world, child["frameContext"], FRAME_SECONDS)
                partial = await world.call("partial", seconds=FRAME_SECONDS)
            except WorldError as error:
                self.untested.append((" > ".join(where), source, str(error)))
                partials.append(None)
            else:
                partials.append(partial)
                partials += await self._children(world, own, where)
        return partials

    async def _refuse_what_is_no_page(self, world: World) -> None:
        await prepare(world, seconds=FRAME_SECONDS)
        facts = await world.call("facts", seconds=FRAME_SECONDS)
        if facts["error"]:
            raise WorldError("it did not load")
        if not facts["html"]:
            raise WorldError(f"it shows {facts['contentType']}, not a web page")
        if facts["status"] >= 400:
            raise WorldError(f"its server answered {facts['status']}")

    async def _world(self, parent: World, frame_id: str | None) -> World:
        if frame_id is None:
            raise WorldError("it has no document")
        try:
            return await World.create(parent.session, frame_id)
        except WorldError:
            session = (await self._other_processes()).get(frame_id)
            if session is None:
                raise
            return await World.create(session, frame_id)

    async def _other_processes(self) -> dict[str, CDPSession]:
        """Sessions of the frames that Chromium put in other processes, by frame id."""
        if self._sessions is None:
            self._sessions = {}
            for frame in self.page.frames[1:]:
                try:
                    session = await self.page.context.new_cdp_session(frame)
                except Error:
                    continue  # it shares its parent's process and session
                tree = await send(session, "Page.getFrameTree", {}, FRAME_SECONDS)
                self._sessions[tree["frameTree"]["frame"]["id"]] = session
        return self._sessions

    async def close(self) -> None:
        for session in (self._sessions or {}).values():
            with contextlib.suppress(Error):
                await session.detach()


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
