"""One visit: load a URL in a tab, make sure that it is what it should be, and judge it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error, Request, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from auditor.browser.content import kinds, signature, sketch
from auditor.browser.drive import Driven, Probe, drive
from auditor.browser.engine import Engine, FrameUntested, Judged, judge, prepare
from auditor.browser.facts import facts as facts_of
from auditor.browser.loading import Loading
from auditor.browser.pictures import Camera
from auditor.browser.recognise import CREDENTIALS, Seen, asks_to_sign_in, recognise
from auditor.browser.requests import DRIVEN, HARMLESS_METHODS, Ask
from auditor.browser.tab import Tab
from auditor.browser.world import Gone, NoAnswer, World, WorldError
from auditor.limits import DOM_ELEMENTS, limit_reason
from auditor.models import LOADED, Discovery, Finding, Link, Picture, Snapshot, Untested, UrlOutcome
from auditor.unchanged import Loaded

LOAD_SECONDS = 30.0  # until the document is parsed
REST_SECONDS = 10.0  # more for its pictures and frames; a page that polls for ever is audited all the same
STILL_MS = 500  # drawn: no change of the DOM for so long, and no request under way that may change it
LOADED_STILL_MS = 1000  # the same of a page just loaded: scripts write more a while after
SETTLE_SECONDS = 5.0  # at most, to get there
ANSWER_SECONDS = 10.0  # a page that takes longer to say anything stands still
ENGINE_SECONDS = 25.0
STATE_SECONDS = 15.0  # to look for a cookie banner
DRAWING = {"fetch", "xhr", "script", "document", "stylesheet"}  # requests that may still change the page
TRACKER = "tracker"  # the guard's reason for what the user asked to leave out
TOO_LARGE_HEADERS = 431  # cookies of another page, perhaps, that came late: tried again without (RFC 6585)
LATER = (429, 503)  # statuses whose Retry-After is heeded
HOPS = 5  # scripts and meta refreshes that lead on while the page loads


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Where a navigation ended, and what is there, before anything is judged."""

    url: str
    status: int | None
    content_type: str | None
    title: str
    canonical: str = ""  # what the page calls its own address
    signature: str = ""  # equal for two copies of one page
    sketch: tuple[int, ...] = ()  # hashes of its words, the smallest
    kinds: tuple[int, ...] = ()  # of element on it, hashed
    kind: str = ""  # of `Recognised`, where the page is none to audit
    asks_to_sign_in: bool = False  # it is a log-in form, at whatever address
    vary: str = ""  # the header: of what in a request the answer depends


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
    # Another try may end otherwise, though what was judged before stands: the tab or the browser died, or
    # other pages that were open then had a part of the time or the memory that it was given up for.
    again: bool = False
    arrival: Arrival | None = None  # None: nothing came
    retry_after: str | None = None  # the header, where the server says "later"
    pictures: tuple[Picture, ...] = ()  # of issues
    missed: tuple[str, ...] = ()  # issues that no picture came of, as `Camera.missed`
    loaded: Loaded | None = None  # of what an audited page was made, where a later audit can tell if it is so


@dataclass(kw_only=True, eq=False)  # not frozen: Python writes the traceback into it
class Ended(Exception):
    """The visit is over before axe: the page is not one to audit."""

    outcome: UrlOutcome
    reason: str
    arrival: Arrival | None = None
    tab_is_sound: bool = True
    again: bool = False  # as in `Result`
    retry_after: str | None = None


class Drawing:
    """Counts the requests under way that may still change what the page shows."""

    def __init__(self, tab: Tab) -> None:
        self.page = tab.page
        self.open: set[Request] = set()
        self.document: Request | None = None  # the last one asked for as the page itself
        self.documents = 0
        self.broken: set[Request] = set()  # documents whose answer broke off
        self.unsent: set[Request] = set()  # those that would have sent something, and were stopped
        self.stood: Request | None = None  # the last one asked for as the page itself that arrived whole
        self.led_nowhere = False  # a download, no content, another program: the page stays as it is
        self._heard = tab.requests.events.heard(
            request=self._start, requestfinished=self._end, requestfailed=self._fail
        )

    def _start(self, request: Request) -> None:
        kind = request.resource_type
        if kind in DRAWING:
            self.open.add(request)
        if kind == "document" and self._is_page(request):
            if not request.url.startswith(("http:", "https:")):
                self.led_nowhere = True
                return
            self.document = request
            self.documents += 1

    def _is_page(self, request: Request) -> bool:
        try:
            return request.frame == self.page.main_frame
        except Error:
            return False

    def _end(self, request: Request) -> None:
        self.open.discard(request)
        if request.resource_type == "document" and self._is_page(request):
            self.stood = request

    def _fail(self, request: Request) -> None:
        self.open.discard(request)
        if request.resource_type != "document":
            return
        if request.failure != "net::ERR_ABORTED":
            self.broken.add(request)
        elif request.method not in HARMLESS_METHODS:
            self.unsent.add(request)
        else:
            self.led_nowhere = True

    @property
    def broke_off(self) -> bool:
        return self.document in self.broken

    def __enter__(self) -> Drawing:
        self._heard.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.__exit__(None, None, None)


async def visit(
    tab: Tab,
    url: str,
    engine: Engine,
    *,
    ask: Ask,
    may_audit: Callable[[Arrival], Awaitable[tuple[UrlOutcome, str] | None]],
    refusals: Callable[[], Mapping[str, str]],
    probes: Callable[[Arrival], Sequence[Probe]] = lambda arrival: (),
    unpictured: Callable[[Snapshot], Awaitable[Sequence[Finding]]] | None = None,
    state_of: Callable[[World], Awaitable[str]] | None = None,
    listed: bool = False,
) -> Result:
    """Load `url` and judge it; never raises for what a page, a server or the browser does.

    `ask` is put every document before it is requested: its URL, and whether it is the page itself; it
    answers why not. `may_audit` is asked once, when it is known where the navigation ended; it answers with
    an outcome and a reason where that place is not to be audited (it leads off the site, or was audited).
    `refusals` gives what the network guard refused since the visit began: URL or host:port, and why.
    `probes` says which are to drive the page once it was judged. `unpictured` gives the findings on
    a snapshot whose issues are to have a picture, the most wanted first; it is asked again when the page was
    driven. `state_of` is asked in which state the page is about to be judged, where that may not be `LOADED`.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    arrival: Arrival | None = None
    snapshot: Snapshot | None = None
    camera: Camera | None = None
    loaded: Loaded | None = None
    asked = False
    most = LOAD_SECONDS + SETTLE_SECONDS
    with tab.requests.visiting(ask), Loading(tab) as loading:
        try:
            async with tab.within(most):
                with Drawing(tab) as drawing:
                    response = await go(tab, url, drawing, refusals)
                    world, facts = await settle(tab, drawing, still_ms=LOADED_STILL_MS)
                    await loading.read_page()
                    facts |= await _blank(facts, response)
                arrival = gate(tab, response, facts, drawing, refusals(), listed=url if listed else "")
            asked = True
            if no := await may_audit(arrival):
                raise Ended(outcome=no[0], reason=no[1], arrival=arrival)
            most = STATE_SECONDS
            async with tab.within(most):
                state = await state_of(world) if state_of else LOADED
            most = ENGINE_SECONDS
            async with tab.within(most):
                judged = await judge(tab.page, world, engine, seconds=most)
                told, answers = await told_facts(world)
                told |= {"weight": tab.requests.weigh()}
            tab.worn |= judged.tab_is_worn
            snapshot = replace(snapshot_of(tab, arrival, facts, judged, told, refusals()), state=state)
            ended = Ended(outcome=UrlOutcome.AUDITED, reason="", tab_is_sound=judged.tab_is_sound and answers)
            camera = Camera(tab, world)
            if unpictured:
                await camera.take(await unpictured(snapshot))
            if chosen := probes(arrival):
                loading.drives()
                driven = await drive(tab, world, chosen)
                snapshot = with_driven(snapshot, driven)
                ended.tab_is_sound &= driven.is_sound
                ended.again = tab.dead and (tab.had_company or not tab.outgrown)  # the rest is lost
                if unpictured and driven.is_sound:
                    await camera.take(await unpictured(snapshot))
            ended.tab_is_sound &= camera.is_sound
            if ended.tab_is_sound:
                ignored = {each for each, why in refusals().items() if why == TRACKER}
                loaded = await loading.told(ignored=ignored, still=facts["still"])
        except Ended as early:
            ended = early
            if early.arrival and not asked and (no := await may_audit(early.arrival)):
                ended.outcome, ended.reason = no  # what another site answers is not held against this one
        except (WorldError, Error, TimeoutError) as fault:
            ended = fault_of(tab, fault, time.monotonic() - clock)
        _led_off(tab, ended)
    at = ended.arrival or arrival
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
        again=ended.again,
        arrival=at,
        retry_after=ended.retry_after,
        pictures=tuple(camera.pictures) if camera else (),
        missed=tuple(camera.missed) if camera else (),
        loaded=loaded,
    )


def _led_off(tab: Tab, ended: Ended) -> None:
    """A page that ended where we may not go was led there: that is what became of it."""
    if ended.outcome is not UrlOutcome.FAILED:
        return
    if tab.requests.ended:
        ended.reason, ended.again = tab.requests.ended, False
        return
    for stopped in tab.requests.refused:
        if stopped.is_page:
            ended.outcome, ended.again = UrlOutcome.REDIRECTED, False
            ended.reason = f"It leads to {stopped.url}. {stopped.why}"
            ended.arrival = Arrival(url=stopped.url, status=None, content_type=None, title="")


def fault_of(tab: Tab, fault: Exception, seconds: float) -> Ended:
    """The end of a visit that went wrong in the browser, in words."""
    text = str(fault).splitlines()[0] if str(fault) else ""
    again = died = tab.dead or bool(CRASHED.search(text))
    if died and tab.outgrown:
        again, reason = tab.had_company, tab.outgrown
    elif died and tab.crashed:
        reason = "The page brought the browser's tab down."
    elif died:
        reason = "The browser stopped while the page was open."
    elif isinstance(fault, Gone):
        reason = "The page went elsewhere while it was being judged."
    elif isinstance(fault, NoAnswer | TimeoutError):
        again = tab.had_company
        reason = f"The page kept the browser busy: it was given up after {seconds:.0f} seconds."
    else:
        reason = f"The checks failed on this page: {text}"
    return Ended(outcome=UrlOutcome.FAILED, reason=reason, tab_is_sound=False, again=again)


async def go(tab: Tab, url: str, drawing: Drawing, refusals: Callable[[], Mapping[str, str]]) -> Response:
    """The answer to a navigation, when its document is parsed and what belongs to it has had its time."""
    ends = time.monotonic() + LOAD_SECONDS
    try:
        response = await _first_answer(tab, url, drawing)
    except PlaywrightTimeout:
        if (response := await _standing(tab, drawing)) is not None:
            return response
        reason = f"The page did not load within {LOAD_SECONDS:g} seconds."
        if drawing.broke_off:
            reason = BROKE_OFF
        elif drawing.document in drawing.unsent:
            reason = SENT_ON
        elif drawing.documents > HOPS:
            reason = RESTLESS
        raise Ended(outcome=UrlOutcome.FAILED, reason=reason, tab_is_sound=False) from None
    except Error as error:
        if tab.dead or CRASHED.search(error.message):
            raise
        if "ERR_INVALID_AUTH_CREDENTIALS" in error.message:
            at = Arrival(url=url, status=401, content_type=None, title="", kind="sign_in")
            raise Ended(
                outcome=UrlOutcome.BLOCKED, reason=AUTH, arrival=at, tab_is_sound=False, again=True
            ) from None
        raise await _explain(error.message, drawing, refusals()) from None
    if response is None:
        raise Ended(outcome=UrlOutcome.FAILED, reason="The server gave no document.", tab_is_sound=False)
    if response.headers.get("x-refused-by") == "auditor":
        raise Ended(outcome=UrlOutcome.FAILED, reason=_guarded(response.url, refusals()) or REFUSED)
    if egress := response.headers.get("x-egress-error"):
        raise Ended(outcome=UrlOutcome.FAILED, reason=EGRESS.get(egress, UNREACHED))
    if response.status >= 400:
        await _turned_away(tab, response)
    elif refused := _recognised(_arrival(response), {}, response):  # by its headers, before it leads on
        raise refused
    with contextlib.suppress(PlaywrightTimeout):  # something never ends loading: what is there is judged
        left = max(0.1, min(REST_SECONDS, ends - time.monotonic()))
        await tab.page.wait_for_load_state("load", timeout=left * 1000)
    return response


async def _first_answer(tab: Tab, url: str, drawing: Drawing) -> Response | None:
    try:
        return await tab.page.goto(url, wait_until="domcontentloaded", timeout=LOAD_SECONDS * 1000)
    except Error as error:
        if "interrupted by another navigation" not in error.message or drawing.document is None:
            raise
    await tab.page.wait_for_load_state("domcontentloaded", timeout=LOAD_SECONDS * 1000)
    return await drawing.document.response()


async def _standing(tab: Tab, drawing: Drawing) -> Response | None:
    """The answer to the page that is there, though the driver waits for another that never comes.

    So it does where a script leads to a download or another program while the page is still being parsed.
    """
    if not drawing.led_nowhere or drawing.stood is None:
        return None
    with contextlib.suppress(WorldError, Error):
        if await (await tab.world()).run("document.readyState", seconds=2) != "loading":
            return await drawing.stood.response()
    return None


UNREACHED = "The server could not be reached."
RESTLESS = "The page never stays: it leads on and on."
BROKE_OFF = "The server's answer broke off."
SENT_ON = "The page sends a form before it is loaded, which was stopped (`block_posts`)."
# Or the browser forgot the network guard's password: it is tried again in a new context.
AUTH = f"The site refused the auditor: status 401. {CREDENTIALS}"
BLANK = "It shows nothing, and has no script that may have failed: little more than its title was judged."
DOWNLOAD = "The server offers it as a download."
PDF = "application/pdf"
NO_PAGE = "It is {kind}, not a web page."
REFUSED = "The network guard refused it."

MARKUP = re.compile(r"<[a-z!](?!--)", re.IGNORECASE)
CODE = re.compile(r"<script|\bon[a-z]+\s{0,9}=", re.IGNORECASE)

EGRESS = {
    "dns": "The host's name is not known (DNS).",
    "connect": "The server refused the connection.",
    "timeout": "The server did not answer in time.",
    "protocol": "The server's answer broke the rules of HTTP.",
}

CRASHED = re.compile(r"crashed|Target.*closed|has been closed")

CAUSES = (  # Chromium's net error, the outcome, what it means
    (r"ERR_TOO_MANY_REDIRECTS", UrlOutcome.FAILED, "The server redirects without end."),
    (r"ERR_CERT|ERR_SSL", UrlOutcome.FAILED, "The site's certificate is not valid ({code})."),
    (r"ERR_UNSAFE_REDIRECT", UrlOutcome.FAILED, "It redirects to something that is not a web address."),
    (r"ERR_CONTENT_LENGTH|ERR_INCOMPLETE", UrlOutcome.FAILED, BROKE_OFF),
    (r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_TUNNEL", UrlOutcome.FAILED, UNREACHED),
)


async def _explain(message: str, drawing: Drawing, refused: Mapping[str, str]) -> Ended:
    """Why a navigation failed, in words; the network guard's own reason before all."""

    def ended(outcome: UrlOutcome, reason: str, response: Response | None = None) -> Ended:
        arrival = _arrival(response) if response else None
        return Ended(outcome=outcome, reason=reason, arrival=arrival, tab_is_sound=False)

    code = re.search(r"net::(ERR_[A-Z_0-9]+)", message)
    if guarded := drawing.document and _guarded(drawing.document.url, refused):
        return ended(UrlOutcome.FAILED, guarded)
    is_download = "Download is starting" in message
    if (is_download or (code and code[1] == "ERR_ABORTED")) and drawing.document:
        async with asyncio.timeout(ANSWER_SECONDS):
            response = await drawing.document.response()
        if response is None and is_download:
            return ended(UrlOutcome.NOT_HTML, DOWNLOAD)
        if response is None or 300 <= response.status < 400:  # a redirect to javascript: among others
            return ended(UrlOutcome.FAILED, "The server's answer leads to nothing that a browser can show.")
        if response.status in (204, 205):
            return ended(UrlOutcome.FAILED, f"The server gave no document ({response.status}).", response)
        if _arrival(response).content_type == PDF:  # which a headless shell cannot show
            return ended(UrlOutcome.NOT_HTML, NO_PAGE.format(kind=PDF), response)
        return ended(UrlOutcome.NOT_HTML, DOWNLOAD, response)
    for pattern, outcome, reason in CAUSES:
        if re.search(pattern, message):
            return ended(outcome, reason.format(code=code[1] if code else ""))
    first = message.splitlines()[0] if message else "no answer"
    return ended(UrlOutcome.FAILED, f"The page could not be loaded: {code[1] if code else first[:200]}.")


def _arrival(response: Response, title: str = "") -> Arrival:
    """Of an answer that is not shown."""
    return Arrival(
        url=response.url,
        status=response.status,
        content_type=response.headers.get("content-type", "").partition(";")[0].strip() or None,
        title=title,
    )


def _refusal(url: str, refused: Mapping[str, str]) -> str | None:
    """Why the network guard refused a URL: it knows it in full, or by host and port."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
    return refused.get(url.partition("#")[0][:500]) or refused.get(f"{parts.hostname}:{port}")


def _guarded(url: str, refused: Mapping[str, str]) -> str | None:
    """The sentence on a page that the network guard refused; None if it did not."""
    why = _refusal(url, refused)
    if why is None:
        return None
    return (
        f"The network guard refused {url}: {why}. If it is yours, declare it with `internal` or "
        "`internal_origins`."
    )


async def _turned_away(tab: Tab, response: Response) -> None:
    facts: Mapping[str, Any] = {}
    with contextlib.suppress(WorldError):
        told = "({ ...auditor.facts(), ...auditor.describe() })"
        facts = await prepare(await tab.world(), seconds=ANSWER_SECONDS, then=told)
    arrival = _arrival(response, facts.get("title", ""))
    ended = _recognised(arrival, facts, response) or Ended(
        outcome=UrlOutcome.FAILED, reason=f"The server answered {response.status}.", arrival=arrival
    )
    if response.status == TOO_LARGE_HEADERS:
        ended.again, ended.tab_is_sound = True, False
    raise ended


def _recognised(
    arrival: Arrival, facts: Mapping[str, Any], response: Response, *, listed: bool = False
) -> Ended | None:
    """The end of a visit to a refusal, a challenge, a log-in or an error page."""
    headers = response.headers
    found = recognise(replace(_seen(arrival, facts, response), listed=listed))
    if found is None:
        return None
    return Ended(
        outcome=found.outcome,
        reason=found.reason,
        arrival=replace(arrival, kind=found.kind),
        retry_after=headers.get("retry-after") if arrival.status in LATER else None,
    )


def _seen(arrival: Arrival, facts: Mapping[str, Any], response: Response) -> Seen:
    return Seen(
        url=arrival.url,
        status=arrival.status,
        headers=response.headers,
        title=arrival.title,
        heading=facts.get("heading", ""),
        text=facts.get("text", "")[:5000],
        text_length=facts.get("textLength", 0),
        markup=facts.get("markup", ""),
        password_field=facts.get("passwordField", False),
        elements=facts.get("elements", 0),
    )


async def settle(tab: Tab, drawing: Drawing, *, still_ms: int = STILL_MS) -> tuple[World, dict[str, Any]]:
    """Wait until the page is drawn; follow where its scripts lead; returns its facts."""
    for _ in range(HOPS):
        try:
            world = await tab.world()
            deadline = time.monotonic() + SETTLE_SECONDS
            facts: dict[str, Any] = {}
            while not facts or (drawing.open and time.monotonic() < deadline):
                left = max(0.0, deadline - time.monotonic())
                told = f"auditor.drawn({still_ms}, {max(still_ms, round(left * 1000))})"
                if facts:
                    facts = await world.run(told, seconds=left + ANSWER_SECONDS)
                else:
                    told = f"auditor.wake(), {told}"
                    facts = await prepare(world, seconds=left + ANSWER_SECONDS, then=told)
            return world, facts
        except Gone:
            await asyncio.sleep(0.2)  # the page went elsewhere under us: look again where it is now
    raise Ended(outcome=UrlOutcome.FAILED, reason=RESTLESS, tab_is_sound=False)


async def _blank(facts: Mapping[str, Any], response: Response) -> dict[str, bool]:
    """What changes where a page shows nothing and no script may have failed: so its author wrote it."""
    if facts["shows"] and not facts["empty"]:
        return {}
    with contextlib.suppress(Error):
        sent = await response.text()
        if MARKUP.search(sent) and not CODE.search(sent):
            return {"empty": False, "shows": True, "blank": True}
    return {}


def gate(
    tab: Tab,
    response: Response,
    facts: Mapping[str, Any],
    drawing: Drawing,
    refused: Mapping[str, str],
    *,
    listed: str = "",
) -> Arrival:
    """Only a page that loaded, is HTML and shows something is judged; axe would judge anything."""
    arrival = Arrival(
        url=facts["address"],
        status=facts["status"] or response.status,
        content_type=facts["contentType"],
        title=facts["title"],
        canonical=facts["canonical"],
        signature=signature(facts["skeleton"]),
        sketch=sketch(facts["text"]),
        kinds=kinds(facts["skeleton"]),
        vary=response.headers.get("vary", "")[:500],
    )
    arrival = replace(arrival, asks_to_sign_in=asks_to_sign_in(_seen(arrival, facts, response)))

    def stop(outcome: UrlOutcome, reason: str, *, tab_is_sound: bool = True) -> Ended:
        return Ended(outcome=outcome, reason=reason, arrival=arrival, tab_is_sound=tab_is_sound)

    if facts["error"] or not arrival.url.startswith(("http://", "https://")):
        guarded = drawing.document and _guarded(drawing.document.url, refused)
        reason = guarded or "The page leads to something that could not be loaded."
        raise Ended(outcome=UrlOutcome.FAILED, reason=reason, tab_is_sound=False)
    if arrival.status and not 200 <= arrival.status < 300:
        if guarded := _guarded(arrival.url, refused):
            raise stop(UrlOutcome.FAILED, guarded)
        if arrival.status >= 400 and (ended := _recognised(arrival, facts, response)):
            raise ended
        raise stop(UrlOutcome.FAILED, f"The server answered {arrival.status}.")
    if tab.requests.ended:
        raise stop(UrlOutcome.FAILED, tab.requests.ended, tab_is_sound=False)
    if not facts["html"]:
        raise stop(UrlOutcome.NOT_HTML, NO_PAGE.format(kind=arrival.content_type))
    if facts["text"].startswith("%PDF-"):
        raise stop(UrlOutcome.NOT_HTML, "A PDF document, though its server calls it a web page.")
    if drawing.broke_off:
        raise stop(UrlOutcome.FAILED, BROKE_OFF, tab_is_sound=False)
    if facts["parserError"]:
        raise stop(UrlOutcome.FAILED, "The page is XHTML that is not well-formed: browsers show an error.")
    if facts["empty"]:
        raise stop(UrlOutcome.FAILED, "The page is empty.")
    if facts["elements"] > DOM_ELEMENTS:
        text = f"The page has {facts['elements']} elements or more: too many to be judged"
        raise stop(UrlOutcome.FAILED, limit_reason("dom_elements", DOM_ELEMENTS, text))
    if ended := _recognised(arrival, facts, response, listed=arrival.url == listed):
        raise ended
    if not facts["shows"]:
        raise stop(UrlOutcome.FAILED, "The page shows nothing: no text, no picture, no control.")
    return arrival


def snapshot_of(
    tab: Tab,
    arrival: Arrival,
    facts: Mapping[str, Any],
    judged: Judged,
    told: Mapping[str, Any],
    refused: Mapping[str, str],
) -> Snapshot:
    url = arrival.url
    stopped = {each.url: each.why for each in tab.requests.refused}
    untested = [
        Untested(
            url=url,
            what="frame",
            where=frame.source or frame.where,
            reason=_frame_reason(frame, stopped, refused),
        )
        for frame in judged.frames_untested
        if _refusal(frame.source, refused) != TRACKER
    ]
    if sent := tab.requests.posts_stopped:
        reason = f"{sent} of its requests would have sent something and were stopped (`block_posts`)."
        untested.append(Untested(url=url, what="page", where=url, reason=reason))
    if facts.get("blank"):
        untested.append(Untested(url=url, what="page", where=url, reason=BLANK))
    links = [Link(url=link, text=text, discovery=Discovery(how)) for link, text, how in judged.links]
    if arrival.canonical:
        links.append(Link(url=arrival.canonical, discovery=Discovery.CANONICAL))
    return Snapshot(
        url=url,
        title=facts["title"],
        lang=facts["lang"],
        engine=judged.result,
        links=tuple(links),
        links_total=judged.links_total + bool(arrival.canonical),
        links_too_long=judged.links_too_long,
        untested=tuple(untested),
        features=facts["features"],
        facts=told,
    )


async def told_facts(world: World) -> tuple[dict[str, Any], bool]:
    """The page's facts, and whether it still answers: what axe said of it stands in any case."""
    try:
        return await facts_of(world), True
    except (NoAnswer, Gone):
        return {}, False


def with_driven(snapshot: Snapshot, driven: Driven) -> Snapshot:
    """With what the probes saw, and what the page wanted to send meanwhile."""
    untested = [
        Untested(url=snapshot.url, what="request", where=what, reason=f"It was not let out: {DRIVEN}.")
        for what in dict.fromkeys(driven.stopped)
    ]
    return replace(snapshot, evidence=driven.evidence, untested=(*snapshot.untested, *untested))


def _frame_reason(frame: FrameUntested, stopped: Mapping[str, str], refused: Mapping[str, str]) -> str:
    if why := stopped.get(frame.source):
        return f"The frame was not requested: {why}"
    why = _refusal(frame.source, refused) or _refusal(frame.shown, refused)
    return f"The network guard refused it: {why}." if why else f"The frame was not judged: {frame.reason}."
