"""One visit: load a URL in a tab, make sure that it is what it should be, and judge it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from playwright.async_api import Error, Page, Request, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from auditor.browser.engine import Engine, Judged, judge, prepare
from auditor.browser.tab import Tab
from auditor.browser.world import World, WorldError
from auditor.models import Link, Snapshot, Untested, UrlOutcome

LOAD_SECONDS = 30.0  # until the document is parsed
REST_SECONDS = 10.0  # more for its pictures and frames; a page that polls for ever is audited all the same
STILL_MS = (
    500  # without a change of the DOM or a request under way that may change it, the page counts as drawn
)
SETTLE_SECONDS = 5.0  # at most, to get there
ENGINE_SECONDS = 25.0
DRAWING = {"fetch", "xhr", "script", "document", "stylesheet"}  # requests that may still change the page
HOPS = 5  # scripts and meta refreshes that lead on while the page loads

REFUSED_STATUS = {401, 403, 407, 418, 429, 451, 503}  # the site turns a visitor away, or asks him to wait


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Where a navigation ended, before anything is judged."""

    url: str
    status: int | None
    content_type: str | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a visit brought. `snapshot` is there only for `audited`."""

    outcome: UrlOutcome
    reason: str = ""
    final_url: str | None = None
    status: int | None = None
    content_type: str | None = None
    title: str | None = None
    snapshot: Snapshot | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    tab_is_sound: bool = True  # False: never use this tab again
    crashed: bool = False  # the tab or the browser died; another try in a fresh one makes sense


@dataclass(frozen=True, kw_only=True)
class _Ended(Exception):
    """The visit is over before axe: the page is not one to audit."""

    outcome: UrlOutcome
    reason: str
    arrival: Arrival | None = None
    tab_is_sound: bool = True
    crashed: bool = False


class _Drawing:
    """Counts the requests under way that may still change what the page shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: set[Request] = set()

    def _start(self, request: Request) -> None:
        if request.resource_type in DRAWING:
            self.open.add(request)

    def _end(self, request: Request) -> None:
        self.open.discard(request)

    def __enter__(self) -> _Drawing:
        self.page.on("request", self._start)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)
        return self

    def __exit__(self, *_: object) -> None:
        self.page.remove_listener("request", self._start)
        self.page.remove_listener("requestfinished", self._end)
        self.page.remove_listener("requestfailed", self._end)


async def visit(
    tab: Tab,
    url: str,
    engine: Engine,
    *,
    may_audit: Callable[[Arrival], Awaitable[tuple[UrlOutcome, str] | None]],
    refusals: Callable[[], Mapping[str, str]],
) -> Result:
    """Load `url` and judge it; never raises for what a page, a server or the browser does.

    `may_audit` is asked once it is known where the navigation ended; it answers with an outcome and a
    reason where that place is not to be audited (it leads off the site, or was audited already).
    `refusals` gives what the network guard refused since the visit began: URL or host:port, and why.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    arrival: Arrival | None = None
    try:
        async with asyncio.timeout(LOAD_SECONDS + REST_SECONDS + SETTLE_SECONDS + 2 * ENGINE_SECONDS):
            with _Drawing(tab.page) as drawing:
                response = await _go(tab, url, refusals)
                world, facts = await _settle(tab, drawing)
            arrival = _gate(response, facts)
            no = await may_audit(arrival)
            if no is not None:
                raise _Ended(outcome=no[0], reason=no[1], arrival=arrival)
            judged = await judge(tab.page, world, engine, seconds=ENGINE_SECONDS)
        ended = _Ended(outcome=UrlOutcome.AUDITED, reason="", arrival=arrival)
        snapshot = _snapshot(arrival.url, facts, judged, refusals())
    except _Ended as early:
        ended, snapshot = early, None
    except (WorldError, Error, TimeoutError) as fault:
        text = str(fault).splitlines()[0] if str(fault) else f"no end after {ENGINE_SECONDS:g} seconds"
        ended = _Ended(
            outcome=UrlOutcome.FAILED,
            reason=f"The page could not be judged: {text}",
            arrival=arrival,
            tab_is_sound=False,
            crashed=bool(CRASHED.search(text)),
        )
        snapshot = None
    at = ended.arrival
    return Result(
        outcome=ended.outcome,
        reason=ended.reason,
        final_url=at.url if at else None,
        status=at.status if at else None,
        content_type=at.content_type if at else None,
        title=at.title if at else None,
        snapshot=snapshot,
        started=started,
        seconds=round(time.monotonic() - clock, 3),
        tab_is_sound=ended.tab_is_sound,
        crashed=ended.crashed,
    )


async def _go(tab: Tab, url: str, refusals: Callable[[], Mapping[str, str]]) -> Response:
    try:
        response = await tab.page.goto(url, wait_until="domcontentloaded", timeout=LOAD_SECONDS * 1000)
    except PlaywrightTimeout:
        raise _Ended(
            outcome=UrlOutcome.FAILED,
            reason=f"The page did not load within {LOAD_SECONDS:g} seconds.",
            tab_is_sound=False,
        ) from None
    except Error as error:
        outcome, reason = _explain(error.message, refusals())
        raise _Ended(
            outcome=outcome,
            reason=reason,
            tab_is_sound=False,
            crashed=bool(CRASHED.search(error.message)),
        ) from None
    if response is None:
        raise _Ended(outcome=UrlOutcome.FAILED, reason="The server gave no document.", tab_is_sound=False)
    if response.headers.get("x-refused-by") == "auditor":
        outcome, reason = _explain("", refusals())
        raise _Ended(outcome=outcome, reason=reason)
    if egress := response.headers.get("x-egress-error"):
        raise _Ended(outcome=UrlOutcome.FAILED, reason=EGRESS.get(egress, "The server could not be reached."))
    if response.status >= 400:
        await _turned_away(response)
    with contextlib.suppress(PlaywrightTimeout):  # something never ends loading: what is there is judged
        await tab.page.wait_for_load_state("load", timeout=REST_SECONDS * 1000)
    return response


EGRESS = {
    "dns": "The host's name is not known (DNS).",
    "connect": "The server refused the connection.",
    "timeout": "The server did not answer in time.",
    "protocol": "The server's answer broke the rules of HTTP.",
}

CRASHED = re.compile(r"crashed|Target.*closed|has been closed")

CAUSES = (  # Chromium's net error, the outcome, what it means
    (r"ERR_ABORTED|Download is starting", UrlOutcome.NOT_HTML, "The server offers it as a download."),
    (r"ERR_TOO_MANY_REDIRECTS", UrlOutcome.FAILED, "The server redirects without end."),
    (r"ERR_CERT|ERR_SSL", UrlOutcome.FAILED, "The site's certificate is not valid ({code})."),
    (r"ERR_UNSAFE_REDIRECT", UrlOutcome.FAILED, "It redirects to something that is not a web address."),
    (CRASHED.pattern, UrlOutcome.FAILED, "The page brought the browser's tab down."),
    (r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_TUNNEL", UrlOutcome.FAILED, "The server could not be reached."),
)


def _explain(message: str, refused: Mapping[str, str]) -> tuple[UrlOutcome, str]:
    """Why a navigation failed, in words; the network guard's own reason before all."""
    code = re.search(r"net::(ERR_[A-Z_0-9]+)", message)
    if refused and (not code or "TUNNEL" in code[1] or "RESPONSE" in code[1]):
        where, why = next(iter(refused.items()))
        return UrlOutcome.FAILED, (
            f"The network guard refused {where}: {why}. If it is yours, declare it with `internal` or "
            "`internal_origins`."
        )
    for pattern, outcome, reason in CAUSES:
        if re.search(pattern, message):
            return outcome, reason.format(code=code[1] if code else "")
    first = message.splitlines()[0] if message else "no answer"
    return UrlOutcome.FAILED, f"The page could not be loaded: {code[1] if code else first[:200]}."


async def _turned_away(response: Response) -> None:
    status = response.status
    arrival = Arrival(
        url=response.url, status=status, content_type=response.headers.get("content-type"), title=""
    )
    if status in (404, 410):
        raise _Ended(outcome=UrlOutcome.FAILED, reason=f"Broken link: not found ({status}).", arrival=arrival)
    said = ""
    try:
        async with asyncio.timeout(5):
            title = BeautifulSoup(await response.text(), "html.parser").title
            said = f', with a page titled "{title.get_text(strip=True)[:100]}"' if title else ""
    except (Error, TimeoutError):
        pass
    if status in REFUSED_STATUS:
        raise _Ended(
            outcome=UrlOutcome.BLOCKED,
            reason=f"The site refused the auditor: status {status}{said}.",
            arrival=arrival,
        )
    raise _Ended(outcome=UrlOutcome.FAILED, reason=f"The server answered {status}{said}.", arrival=arrival)


async def _settle(tab: Tab, drawing: _Drawing) -> tuple[World, dict[str, Any]]:
    """Wait until the page is drawn; follow where its scripts lead; returns its facts."""
    for _ in range(HOPS):
        try:
            world = await tab.world()
            await prepare(world, seconds=ENGINE_SECONDS)
            before = await world.call("facts", seconds=ENGINE_SECONDS)
            await world.call("wake", seconds=ENGINE_SECONDS)
            deadline = time.monotonic() + SETTLE_SECONDS
            while True:
                left = max(0.0, deadline - time.monotonic())
                await world.call(
                    "settle", STILL_MS, max(STILL_MS, round(left * 1000)), seconds=left + ENGINE_SECONDS
                )
                if not drawing.open or time.monotonic() >= deadline:
                    break
            facts = await world.call("facts", seconds=ENGINE_SECONDS)
        except WorldError as error:
            if "context" not in str(error).lower():
                raise
            await asyncio.sleep(0.2)  # the page went elsewhere under us: look again where it is now
            continue
        if facts["url"].split("#")[0] == before["url"].split("#")[0]:
            return world, facts
    raise _Ended(
        outcome=UrlOutcome.FAILED, reason="The page never stays: it leads on and on.", tab_is_sound=False
    )


def _gate(response: Response, facts: Mapping[str, Any]) -> Arrival:
    """Only a page that loaded, is HTML and shows something is judged; axe would judge anything."""
    arrival = Arrival(
        url=facts["url"],
        status=facts["status"] or response.status,
        content_type=facts["contentType"],
        title=facts["title"],
    )

    def stop(outcome: UrlOutcome, reason: str) -> _Ended:
        return _Ended(outcome=outcome, reason=reason, arrival=arrival)

    if facts["error"] or not arrival.url.startswith(("http://", "https://")):
        raise stop(UrlOutcome.FAILED, "The page leads to something that could not be loaded.")
    if not facts["html"]:
        raise stop(UrlOutcome.NOT_HTML, f"It is {arrival.content_type}, not a web page.")
    if arrival.status and not 200 <= arrival.status < 300:
        raise stop(UrlOutcome.FAILED, f"The server answered {arrival.status}.")
    if facts["parserError"]:
        raise stop(UrlOutcome.FAILED, "The page is XHTML that is not well-formed: browsers show an error.")
    if facts["empty"]:
        raise stop(UrlOutcome.FAILED, "The page is empty.")
    return arrival


def _snapshot(url: str, facts: Mapping[str, Any], judged: Judged, refused: Mapping[str, str]) -> Snapshot:
    untested = [
        Untested(url=url, what="frame", where=source or where, reason=_frame_reason(source, reason, refused))
        for where, source, reason in judged.frames_untested
    ]
    return Snapshot(
        url=url,
        title=facts["title"],
        lang=facts["lang"],
        engine=judged.result,
        links=tuple(Link(url=link, text=text) for link, text in judged.links),
        untested=tuple(untested),
        refused=tuple(refused),
    )


def _frame_reason(source: str, reason: str, refused: Mapping[str, str]) -> str:
    parts = urlsplit(source)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    why = refused.get(source) or refused.get(f"{parts.hostname}:{port}")
    return f"The network guard refused it: {why}." if why else f"The frame was not judged: {reason}."
