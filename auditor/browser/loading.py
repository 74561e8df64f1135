"""What a page loads in the course of a visit, noted so that a later audit can ask whether it is the same."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection

from playwright.async_api import Error, Request, Response

from auditor.browser.tab import Tab
from auditor.limits import PAGE_RESOURCES, RESOURCE_BYTES
from auditor.unchanged import Loaded, Resource, digest, told_headers, validators

READ_SECONDS = 5.0  # for one body, which the browser has
END_SECONDS = 1.0  # for requests under way when the page was driven
UNREAD = frozenset({"ping", "cspviolationreport", "preflight"})  # whose answers no page sees
UNSEEN = frozenset({"stylesheet", "script", "font"})  # of which an error's body is not used
STOPPED = ("net::ERR_ABORTED", "net::ERR_BLOCKED_BY_CLIENT")
HERE = ("data:", "blob:", "about:")


class Loading:
    """The requests of one visit. As a context: from before the page is asked for until it was driven."""

    def __init__(self, tab: Tab) -> None:
        self._page = tab.page
        self._asked: dict[Request, None] = {}
        self._open: set[Request] = set()
        self._ended = asyncio.Event()  # none is under way
        self._answers: dict[Request, Response] = {}
        self._failed: dict[Request, str] = {}
        self._drives = False
        self._late: set[Request] = set()  # asked for while the page was driven
        self._driven: set[Request] = set()  # of them, those that never went out
        self._body: bytes | None = None  # of the page itself
        self.why = ""  # a later audit cannot tell whether the page is the same
        self._heard = tab.requests.events.heard(
            request=self._start,
            response=self._answer,
            requestfinished=self._end,
            requestfailed=self._fail,
            websocket=self._socket,
        )

    def __enter__(self) -> Loading:
        self._heard.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.__exit__(None, None, None)

    def _start(self, request: Request) -> None:
        if len(self._asked) >= PAGE_RESOURCES:
            self.why = "it loads too much"
        elif not self.why:
            self._asked[request] = None
            if self._drives:
                self._late.add(request)
            self._open.add(request)
            self._ended.clear()

    def _end(self, request: Request) -> None:
        self._open.discard(request)
        if not self._open:
            self._ended.set()

    def _answer(self, response: Response) -> None:
        if response.request in self._asked:
            self._answers[response.request] = response
            if response.request.resource_type == "media":
                self._end(response.request)  # of a film as much is read as is played

    def _fail(self, request: Request) -> None:
        self._end(request)
        self._failed[request] = request.failure or "failed"
        if request in self._late and request not in self._answers and self._failed[request] in STOPPED:
            self._driven.add(request)

    def _socket(self, _: object) -> None:
        self.why = "it keeps a connection open"

    async def read_page(self) -> None:
        """Read the page's own body, before anything may lead it elsewhere."""
        pages = self._pages()
        if len(pages) == 1 and (answer := self._answers.get(pages[0])):
            self._body = await _body(answer)

    def _pages(self) -> list[Request]:
        """The requests for the page itself, the last one of each chain of redirects."""
        return [
            each
            for each in self._asked
            if not each.redirected_to and self._is_page(each) and each not in self._driven
        ]

    def _is_page(self, request: Request) -> bool:
        if request.resource_type != "document":
            return False
        try:
            return request.frame == self._page.main_frame
        except Error:
            return True  # its frame is still to come, which a frame's own is not

    def drives(self) -> None:
        """From here on the page is driven: what it is refused then, its servers have no part in."""
        self._drives = True

    async def told(self, *, ignored: Collection[str], still: bool) -> Loaded | None:
        """All that the page was made of; None where a later audit could not tell: then `why`.

        `ignored`: addresses whose requests the user has refused. `still`: whether the page came to rest.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._ended.wait()
        if not still:
            self.why = self.why or "it never came to rest"
        pages = self._pages()
        if len(pages) != 1 or pages[0] not in self._answers or self._body is None:
            self.why = self.why or "it leads on by itself"
        resources: dict[str, Resource] = {}
        for request in list(self._asked):
            if self.why:
                break
            if request is pages[0] or request.redirected_to or request.url.startswith(HERE):
                continue
            if resource := await self._resource(request, ignored):
                resources[resource.key] = resource
        if self.why or self._body is None:
            return None
        page = await _resource(pages[0], self._answers[pages[0]], self._body)
        return Loaded(page=page, resources=tuple(resources.values()))

    async def _resource(self, request: Request, ignored: Collection[str]) -> Resource | None:
        """What came of one request; None where the page cannot depend on it, or `why` says more."""
        kind = request.resource_type
        if kind in UNREAD or request.url in ignored or request in self._driven:
            return None
        answer = self._answers.get(request)
        if kind == "document" and self._is_page(request):
            return None  # a chain that led to the page
        if request.method != "GET":
            self.why = f"it sends something ({request.method})"
        elif kind in ("websocket", "eventsource") or request in self._open:
            self.why = "it keeps a connection open"
        elif answer is None or (request in self._failed and kind != "media"):
            self.why = f"something of it did not load ({self._failed.get(request, '')})"
        elif answer.headers.get("x-refused-by") or answer.headers.get("x-egress-error"):
            self.why = "something of it did not load"
        else:
            resource = await _resource(request, answer)
            if not resource.sha256 and not resource.etag and not resource.modified and _is_shown(resource):
                self.why = "something of it could not be read"
            return resource
        return None


def _is_shown(resource: Resource) -> bool:
    return resource.kind not in UNSEEN or resource.status < 400


async def _resource(request: Request, answer: Response, body: bytes | None = None) -> Resource:
    kind = request.resource_type
    is_document = kind == "document"
    etag = modified = sha256 = ""
    headers: tuple[tuple[str, str], ...] = ()
    if is_document:
        with contextlib.suppress(Error):
            headers = told_headers((each["name"], each["value"]) for each in await answer.headers_array())
    else:
        etag, modified = validators(answer.headers)
    if not etag and not modified and kind != "media" and (is_document or kind not in UNSEEN or answer.ok):
        body = await _body(answer) if body is None else body
        sha256 = "" if body is None else digest(body, is_document=is_document)
    first = request
    while first.redirected_from:
        first = first.redirected_from
    return Resource(
        url=first.url.partition("#")[0],
        final_url=request.url.partition("#")[0] if first is not request else "",
        kind=kind,
        status=200 if answer.status == 206 else answer.status,
        headers=headers,
        etag=etag,
        modified=modified,
        sha256=sha256,
    )


async def _body(answer: Response) -> bytes | None:
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(READ_SECONDS):
            body = await answer.body()
            return body if len(body) <= RESOURCE_BYTES else None
    return None
