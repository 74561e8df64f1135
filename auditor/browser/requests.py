"""What the tabs of a browser may ask for, decided before it is asked for.

Over one session of the DevTools protocol with the whole browser, not with each tab: that one sees the
documents of frames in other processes, of popups and of prerenders too, whatever opened them. Only what
matches a pattern is held; the HTTP cache stays on, unlike with Playwright's `route`.
https://chromedevtools.github.io/devtools-protocol/tot/Fetch/
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Dialog, Error, Page, Request

from auditor.browser.events import Events, OfOne
from auditor.browser.world import NoAnswer, WorldError, send
from auditor.limits import DIALOGS, DOCUMENT_BYTES, MB, PAGE_BYTES, PAGE_DOCUMENTS, limit_reason
from auditor.models import OriginHeader
from auditor.net.hosts import DEFAULT_PORTS, origin

Ask = Callable[[str, bool], Awaitable[str | None]]  # (URL, is it the page itself) -> why not, or None

ANSWER_SECONDS = 5.0  # for the browser's own answers
HEADERS = 800  # bytes: so few are no file, but the word that it has not changed
SIZES_KEPT = 5000  # of files that the browser may have kept
REASONS_KEPT = 1000  # of frames that were stopped, where some tab is always visiting
HARMLESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BLOCKED = "net::ERR_BLOCKED_BY_CLIENT"
HTML = ("text/html", "application/xhtml+xml")

POST = "it sends something (`block_posts`)"
PREFETCH = "a page is not asked for in advance"
NOT_PERMITTED = "it sends something, and the journey has no permission to"
POPUP = "pages open no further pages"
NO_VISIT = "no visit is under way"
DRIVEN = "while a page is driven, it goes nowhere and sends nothing"
FAULT = "it could not be decided"
STAYS = (
    POST,
    NOT_PERMITTED,
    NO_VISIT,
    DRIVEN,
)  # the page stays where it is; else it gives way to an error page


WEB_SOCKETS = [
    {
        "urlPattern": f"{scheme}://*:*/*",
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
        "offline": True,
    }
    for scheme in ("ws", "wss")
]
WEB_SOCKETS_OFF = "Network.emulateNetworkConditionsByRule"
SENT_KEPT = 500  # kinds of request of one journey that are told apart
LISTED = 50  # of what was refused while a page was driven


class Undrivable(Exception):
    """This browser cannot be kept from doing harm: the page is not driven."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A document that was not asked for."""

    url: str
    is_page: bool  # else a frame of it
    why: str


@dataclass(kw_only=True)
class Sending:
    """What a journey may send, and what it did; of what was in it nothing is kept."""

    permitted: bool
    headers: tuple[OriginHeader, ...] = ()  # of who is signed in; each to its origin alone
    step: int = 0  # under way
    counts: Counter[tuple[int, str, str, str, bool]] = field(default_factory=Counter)  # as `models.Sent`
    stopped: list[tuple[str, str, bool]] = field(
        default_factory=list
    )  # of the step: kind, URL, the page itself

    def note(self, method: str, url: str, *, stopped: bool) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2][:200]
        kind = (self.step, method[:20], host, parts.path[:300], stopped)
        if kind not in self.counts and len(self.counts) >= SENT_KEPT:
            kind = (self.step, method[:20], "other hosts and paths", "", stopped)
        self.counts[kind] += 1


class Gate:
    """Puts the documents of all tabs of a browser to the visits' `ask`; adds headers; stops posts."""

    def __init__(
        self, browser: Browser, *, headers: Sequence[OriginHeader] = (), block_posts: bool = False
    ) -> None:
        """`headers` go to their origin alone. `block_posts`: requests that send something are stopped."""
        self._browser = browser
        self._headers = [(origin(each.origin), each) for each in headers]
        self.block_posts = block_posts
        self.session: CDPSession | None = None
        self._tabs: dict[str, Requests] = {}  # by the id of the tab's top frame
        self.reasons: dict[str, str] = {}  # why frames were stopped, by URL
        self._sizes: dict[int, int] = {}  # of files by the hash of their URL, those asked for last
        self._driven: set[Requests] = set()  # whose pages are being driven
        self._journeys: dict[Requests, Sending] = {}  # of tabs that are on one
        self._work: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """From here on every document waits for an answer. Raises Playwright's `Error`."""
        self.session = await self._browser.new_browser_cdp_session()
        self.session.on("Fetch.requestPaused", self._paused)
        await self._hold()

    async def _hold(self) -> None:
        """Say which requests wait for an answer: few, since each costs; all where one may send something."""
        assert self.session is not None
        patterns = [
            {"resourceType": "Document"},
            {"resourceType": "Fetch"},  # what Chromium calls <link rel=prefetch>, and fetch() with it
            *({"urlPattern": f"{where}/*"} for each, _ in self._headers for where in _spellings(each)),
        ]
        every = self.block_posts or self._driven or self._journeys
        params = {"patterns": [{"urlPattern": "*"}] if every else patterns}
        await send(self.session, "Fetch.enable", params, ANSWER_SECONDS)

    async def drive(self, requests: Requests, *, on: bool) -> None:
        """From here on, or no longer, what a tab's page sends is stopped. Raises `WorldError`."""
        (self._driven.add if on else self._driven.discard)(requests)
        await self._hold()

    async def journey(self, requests: Requests, sending: Sending | None) -> None:
        """From here on what a tab sends is counted, and stopped if not permitted. None: no longer."""
        if sending is None:
            self._journeys.pop(requests, None)
        else:
            self._journeys[requests] = sending
        await self._hold()

    def sending(self, frame: str) -> Sending | None:
        """Of the journey that asks. A frame nobody knows counts as part of whatever journey is under way."""
        if frame in self._tabs:
            return self._journeys.get(self._tabs[frame])
        return next(iter(self._journeys.values()), None)

    async def tab(self, page: Page, session: CDPSession) -> Requests:
        """What a new tab asks for; before it, and outside of visits, the tab gets no document."""
        target = await session.send("Target.getTargetInfo")
        frame = str(target["targetInfo"]["targetId"])
        page.once("close", lambda page: self._forget(frame))
        requests = self._tabs[frame] = Requests(page, session, self, frame)
        await requests.start()
        return requests

    def _forget(self, frame: str) -> None:
        self._tabs.pop(frame, None)

    def begin(self) -> None:
        """A visit begins; what only visits before it wanted to know is forgotten."""
        if not any(tab.ask for tab in self._tabs.values()):
            self.reasons.clear()

    def size(self, url: str, came: int) -> int:
        """Bytes that a file took over the network: those it came with where the browser had kept it."""
        key = hash(url)
        known = self._sizes.pop(key, 0)
        size = max(came, known) if came < HEADERS else came
        self._sizes[key] = size
        if len(self._sizes) > SIZES_KEPT:
            del self._sizes[next(iter(self._sizes))]
        return size

    def remember(self, url: str, why: str) -> None:
        """Why a frame was stopped, until Playwright says whose it was."""
        self.reasons[url] = why
        if len(self.reasons) > REASONS_KEPT:
            del self.reasons[next(iter(self.reasons))]

    def _paused(self, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._answer(event))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _answer(self, event: dict[str, Any]) -> None:
        assert self.session is not None
        why: str | None = FAULT
        try:
            why = await self._why(event)
            request, sending = event["request"], self.sending(event["frameId"])
            if sending and request["method"] not in HARMLESS_METHODS and why != DRIVEN:
                sending.note(request["method"], request["url"], stopped=why is not None)
                if why in (POST, NOT_PERMITTED) and len(sending.stopped) < SENT_KEPT:
                    is_page = event["resourceType"] == "Document" and event["frameId"] in self._tabs
                    sending.stopped.append((event["resourceType"], request["url"], is_page))
        finally:  # whatever happens, no request waits for ever
            answer = {"requestId": event["requestId"]}
            if why is None:
                method = "Fetch.continueRequest"
                answer |= self._with_headers(event["request"], sending.headers if sending else ())
            else:
                method = "Fetch.failRequest"
                answer["errorReason"] = "Aborted" if why in STAYS else "BlockedByClient"
            with contextlib.suppress(WorldError):  # it is gone, or its tab, or the browser
                await send(self.session, method, answer, ANSWER_SECONDS)

    async def _why(self, event: dict[str, Any]) -> str | None:
        """Why a request is not to be made."""
        assert self.session is not None
        request = event["request"]
        url, sent, frame = request["url"], request["headers"], event["frameId"]
        if sealed := await self._sealed_by(frame):
            sealed.note_driven(f"{request['method']} {url}")
            return DRIVEN
        if request["method"] not in HARMLESS_METHODS:
            if self.block_posts:
                return POST
            if driven := self._driven_by(frame):
                goes = "navigation by " if event["resourceType"] == "Document" and frame in self._tabs else ""
                driven.note_driven(f"{goes}{request['method']} {url}")
                return DRIVEN
            if (sending := self.sending(frame)) and not sending.permitted:
                return NOT_PERMITTED
        if "prefetch" in sent.get("Sec-Purpose", ""):  # which no script can set
            return PREFETCH
        if event["resourceType"] != "Document" or not url.startswith(("http://", "https://")):
            return None
        if frame in self._tabs:
            return await self._tabs[frame].put(url, is_page=True, request_id=event.get("networkId", ""))
        # A frame, or a page that is no tab of ours: only the latter has its frame's id as a target.
        try:
            about = await send(self.session, "Target.getTargetInfo", {"targetId": frame}, ANSWER_SECONDS)
        except NoAnswer:
            return FAULT
        except WorldError:
            pass  # it shares its parent's target
        else:
            if about["targetInfo"]["type"] != "iframe":
                return POPUP
        # A frame in another process does not say whose it is; what may be asked for is the same for all.
        why: str | None = NO_VISIT
        while why == NO_VISIT and (tab := next((tab for tab in self._tabs.values() if tab.ask), None)):
            why = await tab.put(url, is_page=False)
        return why

    def _driven_by(self, frame: str) -> Requests | None:
        """Who drives the page that asks. Of a frame nobody knows: it counts as part of whatever is driven."""
        tab = self._tabs.get(frame)
        if tab is None:
            return next(iter(self._driven), None)
        return tab if tab in self._driven else None

    async def _sealed_by(self, frame: str) -> Requests | None:
        """The tab that gets nothing now and that asks, by itself or by a frame of its process."""
        for tab in [tab for tab in self._tabs.values() if tab.is_sealed]:
            if self._tabs.get(frame, tab) is tab and await tab.holds(frame):
                return tab
        return None

    def _with_headers(self, request: dict[str, Any], more: Sequence[OriginHeader]) -> dict[str, Any]:
        """What to send in place of the request's headers, where its origin has some of its own.

        Chromium carries none of these over a redirect: each hop is held and decided anew.
        """
        if not self._headers and not more:
            return {}
        try:
            at = origin(request["url"])
        except ValueError:
            return {}
        added = [header for each, header in self._headers if each == at]
        added += [header for header in more if origin(header.origin) == at]
        if not added:
            return {}
        headers = {name.lower(): value for name, value in request["headers"].items()}
        for header in added:
            name, value = header.name.lower(), header.value
            if name == "cookie" and name in headers:
                value = f"{headers[name]}; {value}"
            headers[name] = value
        return {"headers": [{"name": name, "value": value} for name, value in headers.items()]}


class Requests:
    """What one tab asks for, visit after visit. Made by `Gate.tab`."""

    def __init__(self, page: Page, session: CDPSession, gate: Gate, frame: str) -> None:
        self.frame = frame  # id of the top one, whatever it shows
        self._page = page
        self._session = session
        self._gate = gate
        self._asking: set[asyncio.Task[Any]] = set()
        self._fault: Exception | None = None
        self._document = ""  # the request of the page itself
        self._page_bytes = self._dialogs = self._documents = 0
        self._weighed: dict[str, tuple[str, int]] = {}  # requests under way: URL, bytes of them unpacked
        self.weight = self.weighed = 0  # bytes over the network that this visit cost, and requests in it
        self.ask: Ask | None = None  # of the visit under way
        self.refused: list[Stopped] = []  # documents that were stopped in this visit
        self.posts_stopped = 0  # in this visit
        self.document_bytes = 0  # of the page itself, unpacked, as far as the renderer has read it
        self.ended: str | None = None  # the reason, where the tab was closed for what its page is or does
        self._stopped_driven: list[str] | None = None  # what was refused while its page was driven
        self.is_sealed = False  # while it is driven, it gets nothing at all
        self.events = Events(page)
        page.on("requestfailed", self._failed)
        page.on("dialog", self._asked)

    async def start(self) -> None:
        """Count what arrives. Raises Playwright's `Error`."""
        self._session.on("Network.responseReceived", OfOne(self._responded))
        self._session.on("Network.dataReceived", OfOne(self._received))
        self._session.on("Network.loadingFinished", OfOne(self._loaded))
        self._session.on("Network.webSocketCreated", self._socket)
        await self._session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})

    @contextlib.contextmanager
    def visiting(self, ask: Ask) -> Iterator[None]:
        """The time of one visit, whose documents are put to `ask`.

        `ask` may take its time; it is cancelled where the visit ends before it answers. What it raises is
        raised here at the end; until then nothing is asked for.
        """
        self._gate.begin()
        self.ask, self.refused = ask, []
        self.posts_stopped = self.document_bytes = self._page_bytes = self._dialogs = self._documents = 0
        self._document, self.ended, self._fault = "", None, None
        self._weighed, self.weight, self.weighed = {}, 0, 0
        try:
            yield
        finally:
            self.ask = None
            for task in self._asking:
                task.cancel()
        if self._fault is not None:
            raise self._fault

    def _socket(self, event: dict[str, Any]) -> None:
        self.note_driven(f"WebSocket {event['url']}")
        if sending := self._gate.sending(self.frame):
            sending.note("WebSocket", event["url"], stopped=not sending.permitted)

    @contextlib.asynccontextmanager
    async def journey(self, sending: Sending) -> AsyncIterator[None]:
        """The time of a journey: as `Gate.journey`, and no WebSocket unpermitted. Raises `Undrivable`."""
        try:
            if not sending.permitted:
                conditions = {"matchedNetworkConditions": WEB_SOCKETS}
                await send(self._session, WEB_SOCKETS_OFF, conditions, ANSWER_SECONDS)
            await self._gate.journey(self, sending)
        except WorldError as fault:
            raise Undrivable(f"this browser cannot be kept from sending something ({fault})") from fault
        try:
            yield
        finally:
            with contextlib.suppress(WorldError):
                await self._gate.journey(self, None)

    @contextlib.asynccontextmanager
    async def driven(self) -> AsyncIterator[list[str]]:
        """The time in which the page is driven: it goes nowhere and sends nothing.

        Yields what was refused, as "POST https://…", at most `LISTED`. Raises `Undrivable`.
        """
        self._stopped_driven = []
        try:
            conditions = {"matchedNetworkConditions": WEB_SOCKETS}
            await send(self._session, WEB_SOCKETS_OFF, conditions, ANSWER_SECONDS)
            await self._gate.drive(self, on=True)
        except WorldError as fault:
            self._stopped_driven = None
            await self._undrive()
            raise Undrivable(f"this browser cannot be kept from sending something ({fault})") from fault
        try:
            yield self._stopped_driven
        finally:
            await self._undrive()
            self._stopped_driven = None

    async def _undrive(self) -> None:
        with contextlib.suppress(WorldError):  # the tab is gone, or the browser
            await self._gate.drive(self, on=False)
        with contextlib.suppress(WorldError):
            sending = self._gate.sending(self.frame)
            stays = WEB_SOCKETS if sending and not sending.permitted else []
            await send(self._session, WEB_SOCKETS_OFF, {"matchedNetworkConditions": stays}, ANSWER_SECONDS)

    async def holds(self, frame: str) -> bool:
        """Whether it is the page's own, or one within it in its process; yes where that is not known."""
        if frame == self.frame:
            return True
        try:
            trees = [(await send(self._session, "Page.getFrameTree", {}, ANSWER_SECONDS))["frameTree"]]
        except WorldError:
            return True
        for tree in trees:  # it grows
            if tree["frame"]["id"] == frame:
                return True
            trees += tree.get("childFrames", [])
        return False

    def note_driven(self, what: str) -> None:
        """Something was refused because the page is driven; at other times, nothing was."""
        if self._stopped_driven is not None and len(self._stopped_driven) < LISTED:
            self._stopped_driven.append(re.sub(r"//[^/?#]*@", "//", what)[:500])

    async def put(self, url: str, *, is_page: bool, request_id: str = "") -> str | None:
        """Why not, or None: the visit's answer to one document."""
        shown = re.sub(r"//[^/?#]*@", "//", url)  # there may be a password in it
        if is_page and self._stopped_driven is not None:
            self.note_driven(f"navigation to {shown}")
            return DRIVEN
        ask, refused, task = self.ask, self.refused, asyncio.current_task()
        if ask is None:
            return NO_VISIT
        assert task is not None
        self._asking.add(task)
        try:
            why = FAULT if self._fault else await ask(shown, is_page)
        except asyncio.CancelledError:
            return NO_VISIT  # it ended meanwhile
        except Exception as fault:
            self._fault, why = fault, FAULT
        finally:
            self._asking.discard(task)
        if self.ask is None or self.refused is not refused:
            return NO_VISIT
        if why is None:
            if is_page and request_id != self._document:
                self._document, self.document_bytes = request_id, 0
                self._documents += 1
                if self._documents > PAGE_DOCUMENTS:
                    self._end(
                        limit_reason("documents", PAGE_DOCUMENTS, "The page never stays: it leads on and on")
                    )
                    return FAULT
        elif is_page:
            refused.append(Stopped(url=shown, is_page=True, why=why))
        else:
            self._gate.remember(url, why)
        return why

    def _failed(self, request: Request) -> None:
        """Playwright says of a stopped frame or post which tab it is in."""
        if self.ask is None:
            return
        if self._gate.block_posts and request.method not in HARMLESS_METHODS:
            self.posts_stopped += 1
        elif (
            request.failure == BLOCKED and request.resource_type == "document" and not self._is_page(request)
        ):
            why = self._gate.reasons.get(request.url.partition("#")[0], FAULT)
            self.refused.append(Stopped(url=request.url, is_page=False, why=why))

    def _is_page(self, request: Request) -> bool:
        try:
            return request.frame == self._page.main_frame
        except Error:
            return True  # its frame is still to come, which a frame's own is not

    async def _asked(self, dialog: Dialog) -> None:
        """Alerts and the like are answered with no, and a page may be left."""
        self._dialogs += 1
        if self._dialogs > DIALOGS:
            self._end(limit_reason("dialogs", DIALOGS, "The page opens dialog after dialog"))
        with contextlib.suppress(Error):
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())

    def _responded(self, event: dict[str, Any]) -> None:
        """A server that says beforehand how much it will send is believed."""
        response = event["response"]
        if response["url"].startswith(("http:", "https:")):
            self._weighed[event["requestId"]] = response["url"], 0
        if event["requestId"] != self._document or response["mimeType"] not in HTML:
            return
        headers = {name.lower(): value for name, value in response["headers"].items()}
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > DOCUMENT_BYTES:
            self._end_document()

    def _received(self, event: dict[str, Any]) -> None:
        self._page_bytes += event["dataLength"]
        if known := self._weighed.get(event["requestId"]):
            self._weighed[event["requestId"]] = known[0], known[1] + event["dataLength"]
        if event["requestId"] == self._document:
            self.document_bytes += event["dataLength"]
            if self.document_bytes > DOCUMENT_BYTES:
                self._end_document()
        if self._page_bytes > PAGE_BYTES:
            self._end(limit_reason("page_mb", PAGE_BYTES // MB, "What the page loads is too large"))

    def _loaded(self, event: dict[str, Any]) -> None:
        url, unpacked = self._weighed.pop(event["requestId"], ("", 0))
        if url:
            came = int(event["encodedDataLength"])
            is_page = event["requestId"] == self._document
            self.weight += (came if is_page else self._gate.size(url, came)) or unpacked
            self.weighed += 1

    def weigh(self) -> dict[str, int]:
        """What the page cost so far, as for a first visit; what is still coming counts as far as it came."""
        coming = self._weighed.values()
        return {
            "bytes": self.weight + sum(unpacked for _, unpacked in coming),
            "requests": self.weighed + len(coming),
        }

    def _end_document(self) -> None:
        self._end(limit_reason("document_mb", DOCUMENT_BYTES // MB, "The page is too large"))

    def _end(self, reason: str) -> None:
        """Close the tab: a load that is only stopped leaves a renderer busy with what it has read."""
        if self.ask is None or self.ended:
            return
        self.ended = reason
        self._closing = asyncio.ensure_future(self._close())

    async def _close(self) -> None:
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._page.close()


def _spellings(each: str) -> list[str]:
    """An origin with its port as URLs write it: a default port is left out."""
    scheme, _, rest = each.partition("://")
    return [each, each.rpartition(":")[0]] if rest.endswith(f":{DEFAULT_PORTS[scheme]}") else [each]
