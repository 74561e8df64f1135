"""The cookie banner of a page: found by data/consent-tools.toml, answered by pressing its button, or hidden.

docs/decisions/0028-banners-and-states.md
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error

from auditor.browser.engine import prepare
from auditor.browser.requests import Ask, Sending, Undrivable
from auditor.browser.tab import Tab
from auditor.browser.visit import Drawing, Ended, go, settle
from auditor.browser.world import NoAnswer, World, WorldError, send
from auditor.tools import consent_words, tools

ANSWER_SECONDS = 75.0  # to load a page anew and answer its banner
SECONDS = 5.0  # for one call
GONE_SECONDS = 4.0  # within which a banner that was answered goes
KEPT_SECONDS = 1.0  # within which a tool writes down what was answered
LOOK_SECONDS = 0.25
VALUE, ITEMS = 4096, 100  # characters of an item, and items of a store, that are carried
WRITTEN = ("DOMStorage.domStorageItemAdded", "DOMStorage.domStorageItemUpdated")
STEPS = 4  # that an answer takes, at most


@dataclass(frozen=True, kw_only=True)
class Banner:
    """A banner that a page shows. Texts are the page's."""

    tool: str  # id in data/consent-tools.toml; "" where none is known
    name: str  # the tool's, else what the banner calls itself
    can_refuse: bool  # there is a button that does
    can_accept: bool
    frame: int | None = None  # number of the frame that it is in


@functools.cache
def _script() -> str:
    return resources.files("auditor.browser").joinpath("consent.js").read_text(encoding="utf-8")


@functools.cache
def _given() -> Mapping[str, Any]:
    keys = ("id", "name", "detect", "refuse", "accept", "hide")
    listed = [{key: getattr(tool, key) for key in keys} for tool in tools("consent").values()]
    return {"tools": listed, "words": consent_words()}


@functools.cache
def _hosts() -> list[str]:
    return [host for tool in tools("consent").values() for host in tool.hosts]


class Door:
    """The banner of the page that a tab shows. Used as a context: it lets go of the frames it looked into.

    What a page does raises nothing; where it gives no answer, there is no banner.
    """

    def __init__(self, tab: Tab, world: World) -> None:
        self.tab, self.world = tab, world
        self._sessions: list[CDPSession] = []
        self._frames: list[World | None] = []

    async def __aenter__(self) -> Door:
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions:
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(SECONDS):
                    await session.detach()

    async def find(self) -> Banner | None:
        """The banner, in the page or in a frame of it."""
        looked = await self._call(self.world, "look", _given(), _hosts())
        if looked and looked["banner"]:
            return _banner(looked["banner"], None)
        if not looked or not looked["frames"]:
            return None
        for number, world in enumerate(await self._look_in()):
            if world and (told := await self._call(world, "findIn", _given())):
                return _banner(told, number)
        return None

    async def hide(self, banner: Banner) -> bool:
        """Hide it by CSS; whether it was there."""
        if banner.frame is not None:
            return bool(await self._call(self.world, "hideFrame", _hosts(), banner.frame))
        return bool(await self._call(self.world, "hide", _given()))

    async def answer(self, banner: Banner, kind: str) -> bool:
        """Press what refuses or accepts (`kind`), then what hides a confirmation; whether anything was."""
        pressed = False
        for step in range(STEPS):
            if not await self._press(banner, kind, step):
                break
            pressed = True
            if await self._goes():
                return True
        if pressed and await self._press(banner, "hide", 0):
            await self._goes()
        return pressed

    async def origins(self, banner: Banner) -> set[str]:
        """Of the page and of the frame that the banner is in."""
        worlds = [self.world, await self._world_of(banner)]
        told = [await self._call(world, "origin") for world in worlds if world]
        return {str(each) for each in told if each and each != "null"}

    @contextlib.asynccontextmanager
    async def kept(self, origins: set[str]) -> AsyncIterator[dict[str, Any]]:
        """What these origins write into their stores meanwhile: origin -> store -> items."""
        items: dict[str, Any] = {}

        def wrote(event: Mapping[str, Any]) -> None:
            about = event["storageId"]
            key = about.get("storageKey") or about.get("securityOrigin") or ""
            origin = key.partition("^")[0].rstrip("/")
            store = "localStorage" if about["isLocalStorage"] else "sessionStorage"
            value = str(event["newValue"])
            if origin in origins and len(value) <= VALUE:
                kept = items.setdefault(origin, {}).setdefault(store, {})
                if len(kept) < ITEMS:
                    kept[str(event["key"])] = value

        sessions = [self.tab.session, *self._sessions]
        for session in sessions:
            for name in WRITTEN:
                session.on(name, wrote)
            with contextlib.suppress(WorldError):
                await send(session, "DOMStorage.enable", {}, SECONDS)
        try:
            yield items
        finally:
            for session in sessions:
                for name in WRITTEN:
                    session.remove_listener(name, wrote)

    async def _press(self, banner: Banner, kind: str, step: int) -> bool:
        world = await self._world_of(banner)
        aim = world and await self._call(world, "aim", _given(), kind, step)
        if not world or not aim:
            return False
        x, y = float(aim["x"]), float(aim["y"])
        if banner.frame is not None and (
            at := await self._call(self.world, "frameAt", _hosts(), banner.frame)
        ):
            x, y = x + float(at["x"]), y + float(at["y"])
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(SECONDS):
                await self.tab.page.mouse.click(x, y)
        if not await self._goes(GONE_SECONDS / 2):  # something lay over it, perhaps
            again = await self._call(world, "aim", _given(), kind, step)
            if again and again["name"] == aim["name"]:
                await self._call(world, "press", _given(), kind, step)
        return True

    async def _goes(self, seconds: float = GONE_SECONDS) -> bool:
        """Whether no banner is there any more, within so long."""
        for _ in range(max(1, round(seconds / LOOK_SECONDS))):
            await asyncio.sleep(LOOK_SECONDS)
            await self._anew()
            if await self.find() is None:
                return True
        return False

    async def _anew(self) -> None:
        """The page may have gone to another document under us."""
        with contextlib.suppress(WorldError):
            self.world = await self.tab.world()

    async def _world_of(self, banner: Banner) -> World | None:
        if banner.frame is None:
            return self.world
        frames = await self._look_in()
        return frames[banner.frame] if banner.frame < len(frames) else None

    async def _look_in(self) -> Sequence[World | None]:
        self._frames = []
        expression = f"auditor.consent.frames({json.dumps(_hosts())})"
        try:
            ids = await self.world.frame_ids(expression, seconds=SECONDS)
        except WorldError:
            return ()
        self._frames = [await self._frame(each) for each in ids]
        return self._frames

    async def _frame(self, frame_id: str | None) -> World | None:
        if frame_id is None:
            return None
        try:
            return await World.create(self.world.session, frame_id)
        except NoAnswer:
            return None
        except WorldError:
            pass  # it is in a process of its own
        context = self.tab.page.context
        for session in self._sessions:
            with contextlib.suppress(WorldError):
                return await World.create(session, frame_id)
        for frame in self.tab.page.frames[1:]:
            try:
                async with asyncio.timeout(SECONDS):
                    session = await context.new_cdp_session(frame)
            except (Error, TimeoutError):
                continue
            self._sessions.append(session)
            with contextlib.suppress(WorldError):
                about = await send(session, "Target.getTargetInfo", {}, SECONDS)
                if about["targetInfo"]["targetId"] == frame_id:
                    return await World.create(session, frame_id)
        return None

    async def _call(self, world: World, function: str, *arguments: Any) -> Any:
        listed = ", ".join(map(json.dumps, arguments))
        known = f"if (!auditor.consent) {{\n{_script()}\n}}"
        told = f"Promise.all([auditor.consent.{function}({listed})])"
        asked = f"if (!globalThis.auditor) null; else {{ {known}\n{told} }}"
        try:
            if (answer := await world.run(asked, seconds=SECONDS)) is None:
                await prepare(world, seconds=SECONDS)
                answer = await world.run(asked, seconds=SECONDS)
            return answer[0]
        except (WorldError, Error):
            return None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What answering a banner brought."""

    reason: str = ""  # why it could not be answered; "" where it was
    cookies: tuple[Any, ...] = ()  # that the answer set, as Playwright has them
    items: Mapping[str, Any] = field(default_factory=dict)  # and what it kept: origin -> store -> items


async def answer(
    tab: Tab, url: str, kind: str, *, ask: Ask, refusals: Callable[[], Mapping[str, str]], sending: Sending
) -> Answered:
    """Load a page and answer its banner: "refuse" or "accept". Never raises for what the page does."""
    try:
        with tab.requests.visiting(ask):
            async with tab.within(ANSWER_SECONDS):
                with Drawing(tab) as drawing:
                    await go(tab, url, drawing, refusals)
                    world, _ = await settle(tab, drawing)
                    async with Door(tab, world) as door:
                        return await _answered(door, kind, drawing, sending)
    except Ended as ended:
        return Answered(reason=f"the page did not load again ({ended.reason})")
    except (WorldError, Error, TimeoutError, Undrivable) as fault:
        told = (str(fault).splitlines() or ["no answer in time"])[0][:200]
        return Answered(reason=f"it could not be answered ({told})")


async def _answered(door: Door, kind: str, drawing: Drawing, sending: Sending) -> Answered:
    banner = await door.find()
    if banner is None:
        return Answered(reason="it did not come again")
    context = door.tab.page.context
    cookies, origins = await context.cookies(), await door.origins(banner)
    async with door.kept(origins) as items, door.tab.requests.journey(sending):
        if not await door.answer(banner, kind):
            return Answered(reason="its button could not be pressed")
        door.world, _ = await settle(door.tab, drawing)
        await asyncio.sleep(KEPT_SECONDS)
    hosts = {urlsplit(origin).hostname or "" for origin in origins}
    new = [each for each in await context.cookies() if each not in cookies]
    return Answered(cookies=tuple(each for each in new if _is_of(each.get("domain", ""), hosts)), items=items)


def _is_of(domain: str, hosts: set[str]) -> bool:
    bare = domain.lstrip(".")
    return any(host == bare or host.endswith(f".{bare}") for host in hosts)


def _banner(told: Mapping[str, Any], frame: int | None) -> Banner:
    return Banner(
        tool=str(told["tool"])[:100],
        name=str(told["name"])[:100],
        can_refuse=bool(told["refuse"]),
        can_accept=bool(told["accept"]),
        frame=frame,
    )
