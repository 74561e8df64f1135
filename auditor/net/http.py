"""The HTTP client for robots.txt, sitemaps and the like: through the proxy, bounded in bytes and time.

What a remote side does is never an exception here, it is `Fetched.error`.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import re
import ssl
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

import httpx

from auditor._version import __version__
from auditor.limits import MAX_REDIRECTS
from auditor.models import OriginHeader
from auditor.net.hosts import origin
from auditor.net.inflate import Damaged, Inflater
from auditor.unchanged import HEADER, HEADERS

TOKEN = "CouncilAuditor"  # noqa: S105 # no secret: the name by which a robots.txt can address us

Sink = Callable[[bytes], Awaitable[bool]]
MayFollow = Callable[[str], Awaitable[str | None]]
_T = TypeVar("_T")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_HEADERS = (
    "content-type",
    "content-encoding",
    "content-length",
    "content-range",
    "last-modified",
    "etag",
    "retry-after",
    "date",
    *HEADERS,
)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of one fetch.

    `error` is None when a response was read as asked, whatever its status; else `kind: text` with kind
    one of refused, dns, connect, tls, timeout, protocol, redirect, encoding, url. `truncated`: the
    body was cut at `max_bytes`, which is no error. `body` is what came before an error, if anything did.
    """

    url: str
    final_url: str  # after redirects
    status: int | None = None  # of the last response by a site; None if none came
    headers: Mapping[str, str] = field(default_factory=dict)  # a few, names in lower case
    body: bytes = b""  # decompressed
    truncated: bool = False
    error: str | None = None
    redirects: tuple[str, ...] = ()  # the URLs that redirected, in order

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


class _Failure(Exception):
    """Ends a fetch with this `Fetched.error`."""


def product(contact: str | None = None) -> str:
    """How we name ourselves in a user agent: `CouncilAuditor/0.1 (+https://www.example.org/contact)`.

    `contact`: a URL or an e-mail address. What could end the comment early, or hide behind it, is
    percent-encoded (https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5).
    """
    name = f"{TOKEN}/{__version__}"
    safe = quote((contact or "").strip()[:200], safe=":/?#[]@!$&'*+,=%", errors="replace")
    return f"{name} (+{safe})" if safe else name


def client(
    proxy_url: str,
    *,
    user_agent: str,
    headers: Sequence[OriginHeader] = (),
    cookies: http.cookiejar.CookieJar | None = None,
    timeout: float = 20.0,
) -> httpx.AsyncClient:
    """A client whose every connection goes through the proxy; the environment has no say.

    `proxy_url` holds credentials (`EgressProxy.url`); `headers`: each goes with the requests to its own
    origin and with no other, whatever redirects to where; `cookies`: a `jar`, of a session; `timeout`:
    seconds for each of connect, read, write. Certificates are verified; cookies of answers are not kept;
    redirects are `fetch`'s business.
    """
    return httpx.AsyncClient(
        proxy=proxy_url,
        trust_env=False,
        verify=True,
        follow_redirects=False,
        timeout=timeout,
        cookies=jar(),
        auth=_Credentials(headers, cookies),
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"},
    )


def jar() -> http.cookiejar.CookieJar:
    """Takes no cookie from an answer, and sends what is put in it to just the host of each."""
    return http.cookiejar.CookieJar(
        _Sent(strict_ns_domain=http.cookiejar.DefaultCookiePolicy.DomainStrictNonDomain)
    )


class _Sent(http.cookiejar.DefaultCookiePolicy):
    def set_ok(self, cookie: http.cookiejar.Cookie, request: object) -> bool:
        return False


class _Credentials(httpx.Auth):
    """Asked by httpx for each request, so for each hop of a redirect."""

    def __init__(self, headers: Sequence[OriginHeader], cookies: http.cookiejar.CookieJar | None) -> None:
        self._headers = [(origin(each.origin), each) for each in headers]
        self._cookies = cookies

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        for where, header in self._headers:
            if _origin(request.url) == where:
                request.headers[header.name] = header.value
        if self._cookies is not None:
            httpx.Cookies(self._cookies).set_cookie_header(request)
        yield request


def _origin(url: httpx.URL) -> str | None:
    try:
        return origin(str(url))
    except ValueError:
        return None


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    max_bytes: int,
    seconds: float = 60.0,
    may_follow: MayFollow | None = None,
    sink: Sink | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """GET `url`, following at most `MAX_REDIRECTS` redirects, each of them judged by the proxy's guard.

    `max_bytes` bounds the body twice: as it comes and decompressed. `seconds`: for all but what the two
    callables take. `may_follow(url)` is asked before each redirect is followed: why not, or None; it may
    wait until the host's pace allows. `sink(piece)` gets the body of a successful answer instead of
    `Fetched.body`, decompressed, as it comes and at most `inflate.PIECE` bytes at a time where it was
    packed; False ends the reading. The body of another answer is then not read, nor one that says it is
    longer than `max_bytes`. `headers` go with each request besides the client's own.
    """
    state = _Fetch(client, url, max_bytes, may_follow, sink, headers)
    try:
        async with asyncio.timeout(seconds) as limit:
            await state.run(limit)
    except TimeoutError:
        state.error = f"timeout: not done in {seconds:g} s"
    except _Failure as failure:
        state.error = str(failure)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        state.error = _describe(error)
    return state.result()


async def _untimed(limit: asyncio.Timeout, work: Awaitable[_T]) -> _T:
    """What is not the site's doing does not count against its time."""
    loop = asyncio.get_running_loop()
    left = (limit.when() or 0) - loop.time()
    limit.reschedule(None)
    try:
        return await work
    finally:
        limit.reschedule(loop.time() + left)


class _Fetch:
    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        max_bytes: int,
        may_follow: MayFollow | None,
        sink: Sink | None,
        request_headers: Mapping[str, str] | None,
    ) -> None:
        self._request_headers = request_headers
        self._client = client
        self._asked = url
        self._url = self._final = re.sub(r"//[^/?#]*@", "//", url)  # there may be a password in it
        self._max_bytes = max_bytes
        self._may_follow = may_follow
        self._sink = sink
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._truncated = False
        self._redirects: list[str] = []
        self.error: str | None = None

    def result(self) -> Fetched:
        return Fetched(
            url=self._url,
            final_url=self._final,
            status=self._status,
            headers=self._headers,
            body=bytes(self._body),
            truncated=self._truncated,
            error=self.error,
            redirects=tuple(self._redirects),
        )

    async def run(self, limit: asyncio.Timeout) -> None:
        target = _checked(httpx.URL(self._asked), "url")
        while True:
            self._final = str(target)
            try:
                async with self._client.stream(
                    "GET", target, follow_redirects=False, headers=self._request_headers
                ) as response:
                    if target.scheme == "http":  # in a tunnel it would be the site that says so
                        _raise_if_proxy(response)
                    self._status = response.status_code
                    location = response.headers.get("location")
                    if response.status_code not in _REDIRECTS or not location:
                        await self._read(response, limit)
                        return
                if len(self._redirects) == MAX_REDIRECTS:
                    raise _Failure(f"redirect: more than {MAX_REDIRECTS}")
                self._redirects.append(str(target))
                target = _checked(target.join(location), "redirect")
                why = await _untimed(limit, self._may_follow(str(target))) if self._may_follow else None
                if why is not None:
                    raise _Failure(f"redirect: {why}")
            except httpx.InvalidURL:  # httpx itself looks at the location, even if told not to follow
                raise _Failure("redirect: not a valid URL") from None

    async def _read(self, response: httpx.Response, limit: asyncio.Timeout) -> None:
        self._headers = {
            name: ("\n" if name == "set-cookie" else ", ").join(response.headers.get_list(name))[:HEADER]
            for name in _KEPT_HEADERS
            if name in response.headers
        }
        if self._sink and not response.is_success:
            return
        length = self._headers.get("content-length", "")
        if self._sink and length.isdecimal() and len(length) < 20 and int(length) > self._max_bytes:
            self._truncated = True
            return
        decoder = _decoder(self._headers.get("content-encoding", "").strip().lower())
        came = made = 0
        try:
            async for raw in response.aiter_raw():
                came += len(raw)
                for piece in decoder.feed(raw) if decoder else (raw,):
                    kept = piece[: self._max_bytes - made]
                    made += len(piece)
                    if not self._sink:
                        self._body += kept
                    elif not await _untimed(limit, self._sink(kept)):
                        return
                    if made > self._max_bytes:
                        break
                if max(came, made) > self._max_bytes:
                    self._truncated = True
                    return
        except Damaged:
            raise _Failure("encoding: the compressed body is damaged") from None
        if decoder and not decoder.complete:
            raise _Failure("encoding: the compressed body ends early")


def _decoder(coding: str) -> Inflater | None:
    if coding in ("", "identity"):
        return None
    if coding in ("gzip", "x-gzip", "deflate"):
        return Inflater(deflate=coding == "deflate")
    raise _Failure(f"encoding: {_shown(coding)} was not asked for")


def _checked(url: httpx.URL, kind: str) -> httpx.URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise _Failure(f"{kind}: not http or https")
    return url.copy_with(userinfo=b"", fragment=None)


def _raise_if_proxy(response: httpx.Response) -> None:
    """Tell the proxy's own answers from a site's, which cannot carry these headers through it."""
    if response.headers.get("x-refused-by") or response.headers.get("x-egress-error"):
        raise _Failure(_of_proxy(f"{response.status_code} {response.reason_phrase}"))
    if response.status_code == 407:
        raise _Failure("protocol: the proxy did not accept the credentials")


def _of_proxy(line: str) -> str:
    """The proxy's status line in our words; its answers to CONNECT reach us only so."""
    for prefix, kind in (("403 Refused: ", "refused: "), ("502 Egress ", "")):
        if line.startswith(prefix):
            return kind + _shown(line.removeprefix(prefix))
    return f"protocol: the proxy answered {_shown(line)}"


def _describe(error: Exception) -> str:
    text = _shown(str(error)) or type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return _of_proxy(str(error))
    if isinstance(error, httpx.LocalProtocolError):  # its text quotes the header it stumbled on
        return "protocol: the request could not be written"
    if isinstance(error, httpx.TimeoutException):
        return "timeout: the site or the proxy was silent for too long"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "url: not a valid URL"  # its own text may quote a password
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLError):
            return f"tls: {text}"
        cause = cause.__cause__ or cause.__context__
    return f"connect: {text}" if isinstance(error, httpx.ConnectError) else f"protocol: {text}"


def _shown(text: str) -> str:
    """Remote text for one line of a report: printable ASCII, short."""
    return "".join(char if " " <= char <= "~" else "?" for char in text)[:200]
