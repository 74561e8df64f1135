"""The HTTP client for robots.txt, sitemaps and the like: through the proxy, bounded in bytes and time.

What a remote side does is never an exception here, it is `Fetched.error`.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import ssl
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import httpx

from auditor.limits import MAX_REDIRECTS

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_HEADERS = ("content-type", "content-encoding", "last-modified", "etag", "retry-after", "x-robots-tag")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of one fetch.

    `error` is None when a response was read as asked, whatever its status; else `kind: text` with kind
    one of refused, dns, connect, tls, timeout, protocol, redirect, type, encoding, url. `truncated`: the
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


def client(proxy_url: str, *, user_agent: str, timeout: float = 20.0) -> httpx.AsyncClient:
    """A client whose every connection goes through the proxy; the environment has no say.

    `proxy_url` holds credentials (`EgressProxy.url`); `timeout`: seconds for each of connect, read, write.
    Certificates are verified; cookies are not kept; redirects are `fetch`'s business.
    """
    refusing = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        proxy=proxy_url,
        trust_env=False,
        verify=True,
        follow_redirects=False,
        timeout=timeout,
        cookies=refusing,
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"},
    )


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    max_bytes: int,
    accept_types: Collection[str] | None = None,
    seconds: float = 60.0,
) -> Fetched:
    """GET `url`, following at most ten redirects, each of them judged by the proxy's guard.

    `max_bytes` bounds the body twice: as it comes and decompressed. `accept_types`: media types in lower
    case; a successful response of another type is not read (one without a type is). `seconds`: for all.
    """
    state = _Fetch(client, url, max_bytes, accept_types)
    try:
        async with asyncio.timeout(seconds):
            await state.run()
    except TimeoutError:
        state.error = f"timeout: not done in {seconds:g} s"
    except _Failure as failure:
        state.error = str(failure)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        state.error = _describe(error)
    return state.result()


class _Fetch:
    def __init__(
        self, client: httpx.AsyncClient, url: str, max_bytes: int, accept_types: Collection[str] | None
    ) -> None:
        self._client = client
        self._url = self._final = url
        self._max_bytes = max_bytes
        self._accept_types = accept_types
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

    async def run(self) -> None:
        target = _checked(httpx.URL(self._url), "url")
        while True:
            self._final = str(target)
            try:
                async with self._client.stream("GET", target, follow_redirects=False) as response:
                    if target.scheme == "http":  # in a tunnel it would be the site that says so
                        _raise_if_proxy(response)
                    self._status = response.status_code
                    location = response.headers.get("location")
                    if response.status_code not in _REDIRECTS or not location:
                        await self._read(response)
                        return
                if len(self._redirects) == MAX_REDIRECTS:
                    raise _Failure(f"redirect: more than {MAX_REDIRECTS}")
                self._redirects.append(str(target))
                target = _checked(target.join(location), "redirect")
            except httpx.InvalidURL:  # httpx itself looks at the location, even if told not to follow
                raise _Failure("redirect: not a valid URL") from None

    async def _read(self, response: httpx.Response) -> None:
        self._headers = {
            name: response.headers[name][:1000] for name in _KEPT_HEADERS if name in response.headers
        }
        media_type = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        wanted = self._accept_types is None or not media_type or media_type in self._accept_types
        if response.is_success and not wanted:
            raise _Failure(f"type: {media_type[:100]}")
        decoder = _decoder(self._headers.get("content-encoding", "").strip().lower())
        came = 0
        async for piece in response.aiter_raw():
            came += len(piece)
            room = self._max_bytes - len(self._body)
            try:
                out = decoder.feed(piece, room + 1) if decoder else piece
            except zlib.error:
                raise _Failure("encoding: the compressed body is damaged") from None
            self._body += out[:room]
            if len(out) > room or came > self._max_bytes:
                self._truncated = True
                return
        if decoder and not decoder.complete:
            raise _Failure("encoding: the compressed body ends early")


class _Inflater:
    """gzip (of any number of members) and deflate, never making more than asked for."""

    def __init__(self, deflate: bool) -> None:
        self._deflate = deflate
        self._bits = zlib.MAX_WBITS if deflate else zlib.MAX_WBITS | 16
        self._stream = zlib.decompressobj(self._bits)
        self._fed = False
        self._ended = False  # at least one member is whole; what follows may be padding

    @property
    def complete(self) -> bool:
        return self._ended or not self._fed

    def feed(self, data: bytes, room: int) -> bytes:
        """At most `room` bytes, at least 1. What is beyond them is lost: the caller has enough then."""
        out = bytearray()
        while data and len(out) < room:
            if self._stream.eof:
                self._stream = zlib.decompressobj(self._bits)
            try:
                out += self._stream.decompress(data, room - len(out))
            except zlib.error:
                if self._deflate and not self._fed:  # many servers send it without the zlib wrapper
                    self._bits = -zlib.MAX_WBITS
                    self._stream = zlib.decompressobj(self._bits)
                    self._fed = True
                    continue
                if self._ended:  # padding after the last member, ignored as gzip(1) does
                    return bytes(out)
                raise
            self._fed = True
            self._ended = self._ended or self._stream.eof
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return bytes(out)


def _decoder(coding: str) -> _Inflater | None:
    if coding in ("", "identity"):
        return None
    if coding in ("gzip", "x-gzip", "deflate"):
        return _Inflater(coding == "deflate")
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
    if isinstance(error, httpx.TimeoutException):
        return "timeout: the site or the proxy was silent for too long"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return f"url: {text}"
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLError):
            return f"tls: {text}"
        cause = cause.__cause__ or cause.__context__
    return f"connect: {text}" if isinstance(error, httpx.ConnectError) else f"protocol: {text}"


def _shown(text: str) -> str:
    """Remote text for one line of a report: printable ASCII, short."""
    return "".join(char if " " <= char <= "~" else "?" for char in text)[:200]
