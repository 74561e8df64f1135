"""A page that somebody else has open, judged as it stands: nothing on it is moved, waited for or driven.

Over the DevTools protocol, as in an audit, so in Chromium alone: there the engine runs in worlds that the
page can neither see nor change, and leaves the page as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from playwright.async_api import BrowserContext, Error, Frame
from playwright.async_api import Page as AsyncPage

from auditor.browser.engine import Engine, Judged, judge, prepare, rules
from auditor.browser.world import World, WorldError, send
from auditor.errors import BrowserError, UsageError

if TYPE_CHECKING:
    from playwright.sync_api import Page as SyncPage

__all__ = ["AsyncPage", "Shown", "SyncPage", "is_asynchronous", "judge_shown", "on_sync"]

T = TypeVar("T")

SECONDS = 60.0  # for the whole page; machines of CI are slow, and a test must end
ANSWER_SECONDS = 10.0  # a page that takes longer to say anything stands still


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page showed, and what the engine says of its rules (`engine.rules`)."""

    url: str
    title: str
    lang: str
    judged: Judged
    rules: list[dict[str, Any]]


async def judge_shown(page: AsyncPage, engine: Engine) -> Shown:
    """Raises `UsageError` where it is no page that can be judged, `BrowserError` where judging fails."""
    try:
        session = await page.context.new_cdp_session(page)
    except Error as error:
        raise UsageError(
            "auditor.check judges pages in Chromium, Chrome and Edge alone: in Firefox and WebKit nothing "
            f"runs that the page cannot see. Run this test in Chromium ({error.message.splitlines()[0]})."
        ) from error
    try:
        tree = await send(session, "Page.getFrameTree", {}, ANSWER_SECONDS)
        world = await World.create(session, tree["frameTree"]["frame"]["id"], seconds=ANSWER_SECONDS)
        await prepare(world, seconds=ANSWER_SECONDS)
        facts = await world.call("facts", seconds=ANSWER_SECONDS)
        if facts["error"] or not facts["html"]:
            what = "an error page of the browser" if facts["error"] else facts["contentType"]
            raise UsageError(f"{facts['url']} shows {what}, and no web page. Check that it has loaded.")
        told = await rules(world, engine)
        judged = await judge(page, world, engine, seconds=SECONDS)
    except WorldError as error:
        raise BrowserError(f"The page could not be judged: {error}. Check that it has loaded.") from error
    finally:
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await session.detach()
    return Shown(url=facts["url"], title=facts["title"], lang=facts["lang"], judged=judged, rules=told)


def is_asynchronous(page: object) -> bool:
    """Of Playwright's two kinds of page. Raises `UsageError` where it is neither."""
    if isinstance(page, AsyncPage):
        return True
    from playwright.sync_api import Page as SyncPage  # takes a while to import, and not all need it

    if isinstance(page, SyncPage):
        return False
    kind = type(page)
    raise UsageError(
        f"auditor.check takes a page of Playwright's, and this is a {kind.__module__}.{kind.__name__}."
    )


class _AsAsync(AsyncPage):
    """A synchronous page as the engine takes it: Playwright hands out one wrapper of each thing, its own."""

    @property
    def context(self) -> BrowserContext:
        return BrowserContext(self._impl_obj.context)

    @property
    def frames(self) -> list[Frame]:
        return [Frame(frame) for frame in self._impl_obj.frames]


def on_sync(page: SyncPage, work: Callable[[AsyncPage], Coroutine[Any, Any, T]]) -> T:
    """The result of `work` on a page of the synchronous interface, in Playwright's own event loop.

    Playwright has no public way from one interface to the other, and its public calls to the browser would
    wait for ever where a frame stands still. So two private names of it are used: `_sync`, by which each
    synchronous method runs an asynchronous one, and `_impl_obj`, which the pages of both interfaces wrap.
    """
    return cast(T, page._sync(work(_AsAsync(page._impl_obj))))
