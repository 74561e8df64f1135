"""HTTP heads on their way through the proxy: what is refused, what is dropped, what is replaced.

Source: RFC 9112 (HTTP/1.1) and RFC 9110 section 7.6 (what an intermediary must not pass on).
h11 parses and frames; this adds what it lets pass and a proxy must not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import h11

from auditor.net.hosts import canonical_host

MAX_HEAD = 64 * 1024  # bytes of a request's or a response's head
OWN_HOST = "proxy.invalid"  # answered by the proxy itself; `.invalid` is nobody's (RFC 2606)
Headers = list[tuple[bytes, bytes]]
_Message = h11.Request | h11.Response | h11.InformationalResponse

_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]@/]+\]|[^:\[\]@/]+)(:(?P<port>[0-9]{1,5}))?", re.ASCII)
_ABSOLUTE = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^#]*)", re.I)
_SEVERAL_LENGTHS = re.compile(rb"\ncontent-length[ \t]*:([^\r\n]*,|.*\ncontent-length[ \t]*:)", re.I | re.S)
_FOLDED = re.compile(rb"\n[ \t]")

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"upgrade",
    }
)
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"host"})
_PHRASES = {
    400: "Bad Request",
    407: "Proxy Authentication Required",
    431: "Request Header Fields Too Large",
}
_OURS = frozenset({b"x-refused-by", b"x-egress-error"})  # only the proxy may say these


class BadRequest(Exception):
    """A request that no honest client sends; the connection ends with a 400 or the given status."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request wants to go. `scheme` None: a tunnel. `host` is canonical."""

    scheme: str | None
    host: str
    port: int
    path: bytes

    @property
    def authority(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def check_raw_head(head: bytes) -> None:
    """Refuse what different servers read differently and h11 mends in silence."""
    if head.count(b"\n") != head.count(b"\r\n"):
        raise BadRequest("bare line feed")
    if _FOLDED.search(head):
        raise BadRequest("folded header")
    if _SEVERAL_LENGTHS.search(head):
        raise BadRequest("several content lengths")


def check_framing(request: h11.Request) -> None:
    names = {name for name, _ in request.headers}
    if b"content-length" in names and b"transfer-encoding" in names:
        raise BadRequest("both content-length and transfer-encoding")
    if b"transfer-encoding" in names and request.http_version < b"1.1":
        raise BadRequest("transfer-encoding in HTTP/1.0")


def parse_target(request: h11.Request) -> Target:
    """The target in absolute form, or of a CONNECT. Raises BadRequest, or ValueError for a bad host."""
    text = request.target.decode("ascii")
    if request.method == b"CONNECT":
        if text.count(":") > 1 and "[" not in text:  # httpcore forgets the brackets; the port is always there
            text = re.sub(r"(.*):", r"[\1]:", text)
        host, port = _authority(text)
        if port is None:
            raise BadRequest("no port to connect to")
        return Target(None, host, port, b"")
    match = _ABSOLUTE.fullmatch(text.partition("#")[0])
    if not match or match["scheme"].lower() != "http":
        raise BadRequest("not an absolute http URL")
    authority = match["authority"]
    if authority.count(":") > 1 and "[" not in authority:  # httpcore forgets the brackets of IPv6
        named = dict(iter(request.headers)).get(b"host", b"").decode("latin-1")
        authority = named if re.sub(r"[\[\]]", "", named) == authority else authority
    host, port = _authority(authority)
    path = match["path"]
    return Target("http", host, port or 80, (path if path.startswith("/") else f"/{path}").encode())


def _authority(text: str) -> tuple[str, int | None]:
    match = _AUTHORITY.fullmatch(text)
    if not match:
        raise BadRequest("not a host and port")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise BadRequest("not a port")
    return canonical_host(match["host"]), port


def websocket(message: _Message) -> bool:
    headers = dict(iter(message.headers))
    return (
        headers.get(b"upgrade", b"").lower() == b"websocket"
        and b"upgrade" in headers.get(b"connection", b"").lower()
    )


def request_headers(request: h11.Request, target: Target) -> Headers:
    """The headers for the site: Host is that of the target, whatever the client wrote (RFC 9112, 3.2.2)."""
    host = target.authority if target.port == 80 else f"{target.authority}:{target.port}"
    headers = [(b"Host", host.encode())]
    headers += [(name, value) for name, value in _end_to_end(request) if name.lower() != b"host"]
    if websocket(request):
        headers += [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
    return headers


def response_headers(response: h11.Response | h11.InformationalResponse) -> Headers:
    """The headers for the client, framing kept; a length beside chunks is dropped (RFC 9112, 6.3).

    Raises h11.RemoteProtocolError if they are too large: h11 minds only what comes in several reads.
    """
    if sum(len(name) + len(value) + 4 for name, value in response.headers) > MAX_HEAD:
        raise h11.RemoteProtocolError("head too large")
    headers = [pair for pair in _end_to_end(response) if pair[0].lower() not in _OURS]
    if any(name.lower() == b"transfer-encoding" for name, _ in headers):
        headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
    return headers


def _end_to_end(message: _Message) -> Headers:
    drop = _HOP_BY_HOP
    for name, value in message.headers:
        if name == b"connection":
            drop = drop | ({token.strip().lower() for token in value.split(b",")} - _FRAMING)
    return [pair for pair in message.headers.raw_items() if pair[0].lower() not in drop]


def own_answer(
    status: int, text: str, *, phrase: str = "", extra: str = "", head: bool = False, last: bool = False
) -> bytes:
    """An answer in the proxy's own name. `phrase`: for the status line, all a client sees of a CONNECT's."""
    body = f"{text}\n"
    lines = [
        f"HTTP/1.1 {status} {phrase or _PHRASES.get(status, 'Error')}",
        *([extra] if extra else []),
        "Content-Type: text/plain",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        *(["Connection: close"] if last else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + ("" if head else body)).encode("ascii", "replace")
