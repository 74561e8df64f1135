"""Driving a page that was judged as it stood: keys, pointer, other sizes and pictures of it, without harm.

While it is driven, a page goes nowhere and sends nothing: `Requests.driven`. Probes (`probes/`) drive,
one after another, each within its own time; what one breaks costs the rest of this page's probes and no more.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from playwright.async_api import Error, Page

from auditor.browser.probe_scripts import script
from auditor.browser.requests import Undrivable
from auditor.browser.tab import Tab
from auditor.browser.world import World, WorldError, send
from auditor.evidence import Box, ProbeFault

ANSWER_SECONDS = 5.0  # for one call into the page
DRIVE_SECONDS = 60.0  # for all probes of a page
FINISH_SECONDS = 90.0  # for what is left to do without the page
Picture = np.ndarray[Any, np.dtype[np.uint8]]  # height, width, (red, green, blue)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One kind of driving, and the type of the evidence it brings."""

    gives: type
    run: Callable[[Drive], Awaitable[Any]]
    seconds: float  # it is given up after so many
    # What makes the evidence of what `run` brought, once no probe needs the page any more.
    finish: Callable[[Any], Awaitable[Any]] | None = None
    only_looks: bool = False  # it changes no page, so that nothing is put back after it


@dataclass(frozen=True, kw_only=True)
class Driven:
    """What driving a page brought."""

    evidence: Mapping[type, Any]  # by its type; `ProbeFault` where there is none
    stopped: tuple[str, ...]  # what was refused meanwhile, such as "POST https://…"
    is_sound: bool  # False: the tab stands still


class Drive:
    """What a probe may do to a page. Each call is bounded; it raises `WorldError` or Playwright's `Error`."""

    def __init__(self, tab: Tab, world: World) -> None:
        self.tab = tab
        self.world = world
        self.width, self.height = tab.viewport
        self.stopped: Sequence[str] = ()  # what was refused so far, as `Driven.stopped`
        self.only_looked = False  # a probe says so of itself where this page was left as it was
        self._known: set[str] = set()  # scripts in the world

    @property
    def page(self) -> Page:
        return self.tab.page

    async def call(self, function: str, *arguments: Any, seconds: float = ANSWER_SECONDS) -> Any:
        """The value of `NAME.FUNCTION(...)`, a function of probes/NAME.js; arguments travel as JSON.

        A script is one expression, an object of functions; it has `axe` and `auditor.driven` (common.js).
        """
        first = self.first(function.partition(".")[0])
        return await self.world.call(function, *arguments, seconds=seconds, first=first)

    def first(self, name: str) -> str:
        """What makes probes/NAME.js known as `auditor.NAME`, to run before use; "" where it is known."""
        if name in self._known:
            return ""
        self._known.add(name)
        return f"auditor.{name} = (\n{script(name)}\n);"

    async def common(self, function: str, *arguments: Any) -> Any:
        """The value of a function of common.js."""
        return await self.world.call(f"driven.{function}", *arguments, seconds=ANSWER_SECONDS)

    async def frames(self, count: int = 2) -> None:
        """Wait until the page has drawn so many frames; a second at most."""
        await self.common("frames", count)

    async def press(self, key: str) -> None:
        """A key as Playwright writes it: "Tab", "Shift+Tab", "Escape"."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self.page.keyboard.press(key)

    async def resize(self, width: int, height: int) -> None:
        """Another viewport, in CSS pixels, until the probe ends."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self.page.set_viewport_size({"width": width, "height": height})
        self.width, self.height = width, height

    async def picture(self, box: Box | None = None, *, scale: int = 1) -> Picture:
        """What is drawn, in CSS pixels: the viewport, or a part of the document that must be within it.

        With `scale`, a part drawn so many times larger: letters and lines sharp, nothing laid out anew.
        """
        params: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if box is not None:
            clip = {"x": box.x, "y": box.y, "width": max(1.0, box.width), "height": max(1.0, box.height)}
            params["clip"] = {**clip, "scale": scale}
        answer = await send(self.tab.session, "Page.captureScreenshot", params, ANSWER_SECONDS)
        with Image.open(io.BytesIO(base64.b64decode(answer["data"]))) as image:
            return np.asarray(image.convert("RGB"))

    @contextlib.contextmanager
    def sealed(self) -> Iterator[None]:
        """The time in which the page gets nothing at all, whatever it asks for."""
        self.tab.requests.is_sealed = True
        try:
            yield
        finally:
            self.tab.requests.is_sealed = False

    async def ready(self) -> None:
        """Make common.js known."""
        await self.world.run(f"{script('common')}\n0", seconds=ANSWER_SECONDS)

    async def begin(self) -> None:
        """Make common.js known and give axe its tree."""
        await self.world.call("driven.begin", seconds=ANSWER_SECONDS, first=script("common"))

    async def restore(self) -> None:
        """As the page was before, as far as can be: size, place, focus, pointer."""
        if (self.width, self.height) != self.tab.viewport:
            await self.resize(*self.tab.viewport)
        async with asyncio.timeout(ANSWER_SECONDS):
            await self.page.mouse.move(0, 0)
        await self.common("restore")


async def drive(tab: Tab, world: World, probes: Sequence[Probe]) -> Driven:
    """Run probes one after another on a page that was judged; never raises for what the page does."""
    evidence: dict[type, Any] = {}
    driving = Drive(tab, world)
    ends = time.monotonic() + DRIVE_SECONDS
    reason, is_sound = "", True
    try:
        async with tab.requests.driven() as stopped:
            driving.stopped = stopped
            for probe in probes:
                if not reason:
                    brought, reason = await _run(driving, probe, ends, first=not evidence)
                    is_sound &= not reason
                else:
                    brought = ProbeFault(reason=reason)
                evidence[probe.gives] = brought
        await _finish(probes, evidence)
    except Undrivable as why:
        stopped = []
        evidence = {probe.gives: ProbeFault(reason=str(why)) for probe in probes}
    return Driven(evidence=evidence, stopped=tuple(stopped), is_sound=is_sound)


async def _finish(probes: Iterable[Probe], evidence: dict[type, Any]) -> None:
    ends = time.monotonic() + FINISH_SECONDS
    for probe in probes:
        brought = evidence[probe.gives]
        if probe.finish is None or isinstance(brought, ProbeFault):
            continue
        try:
            async with asyncio.timeout(max(0.0, ends - time.monotonic())):
                evidence[probe.gives] = await probe.finish(brought)
        except TimeoutError:
            evidence[probe.gives] = ProbeFault(
                reason=f"the page's {FINISH_SECONDS:g} seconds for this were up"
            )


async def _run(driving: Drive, probe: Probe, ends: float, *, first: bool) -> tuple[Any, str]:
    """The evidence or the fault, and why no probe may follow, "" where one may."""
    left = ends - time.monotonic()
    if left <= 0:
        return ProbeFault(reason=f"the page's {DRIVE_SECONDS:g} seconds for driving were up"), ""
    brought: Any
    driving.only_looked = probe.only_looks
    try:
        async with driving.tab.within(min(probe.seconds, left)):
            if first:
                await driving.begin()
            brought = await probe.run(driving)
    except TimeoutError:
        brought = ProbeFault(reason=f"it was given up after {min(probe.seconds, left):.0f} seconds")
    except (WorldError, Error) as fault:
        brought = ProbeFault(reason=_first_line(fault))
    except (KeyError, TypeError, ValueError, IndexError) as fault:  # what the page told has not its shape
        brought = ProbeFault(reason=f"what it saw is malformed ({fault!r})"[:300])
    if driving.only_looked and not isinstance(brought, ProbeFault):
        return brought, ""
    try:
        async with driving.tab.within(ANSWER_SECONDS * 2):
            await driving.restore()
    except (WorldError, Error, TimeoutError) as fault:
        return brought, f"a probe before it left the page out of order ({_first_line(fault)})"
    return brought, ""


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:300]
