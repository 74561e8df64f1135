"""The sign-ins of one run: done when first needed, shared by crawl and journeys, done again when lost.

What they leave is kept in memory alone. A sign-in that failed is not tried again: it could lock the account.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.browser.journey import Shown, Travelled, Way, travel
from auditor.browser.recognise import ASKS_TO_SIGN_IN
from auditor.browser.requests import Ask
from auditor.browser.signed_in import STATE_BYTES, State, parsed, taken
from auditor.browser.tab import Tabs
from auditor.models import Finding, Journey, JourneyState, OriginHeader, Permission, SignIn, Site
from auditor.sign_in_settings import unsafe

COMMAND_SECONDS = 60.0
IN_VAIN = 3  # pages in a row that ask to sign in though that was just done: then it is not done again


class SignInFailed(Exception):
    """Nobody is signed in; the text is a sentence for the report, without secrets."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody signed in."""

    role: str
    number: int = 0  # how often it had been done in this run before
    state: State | None = None
    headers: tuple[OriginHeader, ...] = ()  # of HTTP authentication


class SigningIn:
    """All sign-ins of one run."""

    def __init__(
        self,
        site: Site,
        tabs: Tabs,
        *,
        ask: Callable[[], contextlib.AbstractAsyncContextManager[Ask]],
        refused: Callable[[], Mapping[str, str]],
        stopped: Callable[[], str | None],
        secret: Callable[[Sequence[str]], None] = lambda values: None,
        keep: Callable[[Mapping[str, Any]], Awaitable[None]] | None = None,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        """`secret` gets what must be kept out of all that is stored, before anything can be.

        `ask()`: what answers for the documents of one sign-in, at their hosts' pace. `keep` gets what is to
        be told of the sign-ins each time; `kept` is what a run that is taken up again had told.
        """
        self._site, self._tabs = site, tabs
        self._ask, self._refused, self._stopped = ask, refused, stopped
        self._secret, self._keep = secret, keep
        self._known = {each.role: each for each in site.sign_ins}
        self._sessions: dict[str, Session] = {}
        self._failed: dict[str, str] = {}
        self._vain: Counter[str] = Counter()
        self._told: dict[str, dict[str, Any]] = {role: dict(told) for role, told in (kept or {}).items()}
        self._lock = asyncio.Lock()

    async def session(self, role: str) -> Session:
        """Raises `SignInFailed`, `BrowserError`."""
        async with self._lock:
            return self._sessions.get(role) or await self._begin(role, None)

    async def again(self, lost: Session) -> Session:
        """After a page asked to sign in: one that is newer than `lost`. Raises as `session` does."""
        async with self._lock:
            now = self._sessions.get(lost.role, lost)
            if now.number != lost.number:
                return now  # somebody else was faster
            self._vain[lost.role] += 1
            if self._vain[lost.role] > IN_VAIN:
                return await self._fail(lost.role, f"{IN_VAIN} times in a row it did not help")
            return await self._begin(lost.role, now)

    def helped(self, role: str) -> None:
        """A page was shown to whom we are signed in as."""
        self._vain[role] = 0

    async def _begin(self, role: str, lost: Session | None) -> Session:
        if role in self._failed:
            raise SignInFailed(self._failed[role])
        how = self._known[role]
        try:
            if how.origin:
                if lost:
                    raise ValueError("the name or the password was refused")
                session = Session(role=role, headers=(basic(how, self._site),))
            else:
                state = await self._state(how)
                if lost and lost.state == state:
                    raise ValueError("what it gives is the session that was lost")
                self._secret(state.secrets)
                session = Session(role=role, number=lost.number + 1 if lost else 0, state=state)
        except ValueError as error:
            return await self._fail(role, str(error))
        self._sessions[role] = session
        await self._tell(role)
        return session

    async def _fail(self, role: str, why: str) -> Session:
        self._failed[role] = f"Signing in as {role} failed: {why.rstrip('.')}."
        await self._tell(role, failed=self._failed[role])
        raise SignInFailed(self._failed[role])

    async def _state(self, how: SignIn) -> State:
        """Raises `ValueError`."""
        hosts = hosts_of(how, self._site)
        if how.steps:
            return await self._by_steps(how, hosts)
        if how.command:
            return parsed(await printed(how.command, how.folder), hosts)
        return _read(Path(how.state_file), hosts)

    async def _by_steps(self, how: SignIn, hosts: Sequence[str]) -> State:
        journey = Journey(
            id=f"sign-in-{how.role}",
            name=f"Sign in as {how.role}",
            start=how.start,
            steps=how.steps,
            permission=Permission(by="whoever wrote the sign-in", on=date.today()),
        )
        async with self._ask() as ask:
            way = Way(
                engine=None,
                ask=ask,
                refusals=self._refused,
                stopped=self._stopped,
                record=_unjudged,
                secrets=dict(self._site.secrets),
                presses_final=True,
            )
            async with self._tabs.fresh() as tab:
                gone = await travel(tab, journey, way)
                self._count_sent(how.role, gone)
                if gone.state is not JourneyState.COMPLETE:
                    step = f"step {gone.stopped_at}: " if gone.stopped_at is not None else ""
                    raise ValueError(f"{step}{gone.reason}")
                return await taken(tab, hosts)

    def _count_sent(self, role: str, gone: Travelled) -> None:
        sent = Counter({tuple(each[:3]): each[3] for each in self._of(role)["sent"]})
        for each in gone.sent:
            if not each.stopped:
                sent[each.method, each.host, each.path] += each.count
        self._of(role)["sent"] = [[*what, count] for what, count in sent.items()]

    def _of(self, role: str) -> dict[str, Any]:
        return self._told.setdefault(role, {"times": 0, "failed": "", "sent": []})

    async def _tell(self, role: str, *, failed: str = "") -> None:
        told = self._of(role)
        told["times"] += not failed
        told["failed"] = failed
        if self._keep:
            await self._keep(self._told)


class CrawlSession:
    """Whom one run's crawl is signed in as, if anybody: its pages begin with that session."""

    def __init__(self, site: Site, tabs: Tabs, cookies: CookieJar) -> None:
        """`cookies`: those of requests that no browser makes."""
        self._role, self._tabs, self._cookies = site.crawl_as, tabs, cookies
        self._signing_in: SigningIn | None = None
        self._tried_anew: set[str] = set()  # identities of pages that had asked to sign in
        self.now: Session | None = None

    async def begin(self, signing_in: SigningIn) -> None:
        """Sign in as whom the site is crawled as; where that fails, what is public is audited."""
        self._signing_in = signing_in
        if self._role:
            with contextlib.suppress(SignInFailed):
                self._wear(await signing_in.session(self._role))

    def _wear(self, session: Session) -> None:
        """From here on the crawl's pages begin with it."""
        self.now = session
        if session.state:
            self._tabs.state = session.state
            session.state.fill(self._cookies)

    def helped(self, session: Session) -> None:
        """As `SigningIn.helped`."""
        assert self._signing_in is not None
        self._signing_in.helped(session.role)

    async def once_more(self, identity: str, session: Session | None) -> str | None:
        """Sign in anew since a page asked to: None where it is worth another try, else what to say of it.

        `session`: the one that the visit began with.
        """
        assert self._signing_in is not None
        if identity in self._tried_anew:
            return f"{ASKS_TO_SIGN_IN}, though the auditor had just signed in as {self._role}."
        self._tried_anew.add(identity)
        again = self._signing_in.again(session) if session else self._signing_in.session(self._role)
        try:
            self._wear(await again)
        except SignInFailed as why:
            return f"{ASKS_TO_SIGN_IN}. {why}"
        return None


def hosts_of(how: SignIn, site: Site) -> list[str]:
    """Where its cookies may go: the site's hosts, and those that it or a journey of its role names."""
    urls = [*site.urls, how.start, *(step.value for step in how.steps if step.action == "go")]
    for journey in site.journeys:
        if journey.role == how.role:
            urls += [journey.start, *(step.value for step in journey.steps if step.action == "go")]
    return sorted({host for url in urls if (host := urlsplit(url).hostname)})


def basic(how: SignIn, site: Site) -> OriginHeader:
    """HTTP authentication, for its origin alone (RFC 7617)."""
    pair = f"{how.user}:{dict(site.secrets).get(how.password, '')}"
    value = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return OriginHeader(origin=how.origin, name="Authorization", value=value)


def crawl_headers(site: Site) -> tuple[OriginHeader, ...]:
    """The site's headers, and the HTTP authentication of whom it is crawled as."""
    how = next((each for each in site.sign_ins if each.role == site.crawl_as and each.origin), None)
    return (*site.headers, basic(how, site)) if how else site.headers


async def printed(command: Sequence[str], folder: str) -> bytes:
    """What a program prints; of what it says besides nothing is read. Raises `ValueError`."""
    try:
        running = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder or None,
            start_new_session=True,
        )
    except OSError as error:
        raise ValueError(f"the command {command[0]!r} cannot be run ({error.strerror})") from None
    assert running.stdout is not None
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            text = b""
            while len(text) <= STATE_BYTES and (piece := await running.stdout.read(65536)):
                text += piece
            if len(text) > STATE_BYTES:
                raise ValueError(f"the command {command[0]!r} prints more than {STATE_BYTES:,} bytes")
            ended = await running.wait()
    except TimeoutError:
        raise ValueError(f"the command {command[0]!r} took more than {COMMAND_SECONDS:g} seconds") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # and whatever it started
        await running.wait()
    if ended:
        raise ValueError(f"the command {command[0]!r} ended with {ended}")
    return text


def _read(file: Path, hosts: Sequence[str]) -> State:
    if why := unsafe(file):
        raise ValueError(why)
    try:
        with file.open("rb") as opened:
            text = opened.read(STATE_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    if len(text) > STATE_BYTES:
        raise ValueError(f"{file} has more than {STATE_BYTES:,} bytes")
    try:
        return parsed(text, hosts)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


async def _unjudged(shown: Shown) -> Sequence[Finding]:
    return ()
