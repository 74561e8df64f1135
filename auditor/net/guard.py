"""Where a connection may go. The decision only: no sockets to sites are opened here.

A hostile page must not reach this machine or its network (SSRF). So a name is resolved once, every
address it has must be public, and the caller connects to exactly the addresses returned here.
Addresses: https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from auditor.net.hosts import canonical_host, join_origin, origin

__all__ = ["Guard", "Refused", "Resolver", "Unresolved", "address_fault", "is_own_address", "resolve"]

Resolver = Callable[[str], Awaitable[Iterable[str]]]

PUBLIC_PORTS = frozenset({80, 443})

# What a name in `allowed_origins` may resolve to. The other kinds are reached only by configuring
# the address itself: no name has business at a link-local (cloud metadata) or multicast address.
_INTERNAL_KINDS = frozenset({"loopback", "private", "shared", "own"})

_V4 = [
    (ipaddress.IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud platform"),  # Azure's host agent, on a public address
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
_V6 = [
    (ipaddress.IPv6Network(network), kind)
    for network, kind in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "reserved"),
        ("3fff::/20", "reserved"),
    )
]
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # all that was ever given out as global unicast
_EMBEDDING = [  # an IPv4 address inside an IPv6 one: network, bits to shift it right
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # v4-mapped
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64, what DNS64 gives for every v4 site
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
]

# Not the loop's own executor: a page full of dead names would stall everyone else's work there.
_POOL = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolver")


class Refused(Exception):
    """The guard says no. `reason` names no address: a page may read it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unresolved(Exception):
    """The name has no address, or the resolver did not answer in time."""


def address_fault(address: str) -> str | None:
    """Why an address is not public, in one word or two; None if it is.

    Not `ipaddress.is_global`: it calls 6to4, NAT64 and multicast global and changes between Pythons.
    Anything that does not parse is a fault too.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "invalid"
    return _v4_fault(ip) if isinstance(ip, IPv4Address) else _v6_fault(ip)


def _v4_fault(ip: IPv4Address) -> str | None:
    for network, kind in _V4:
        if ip in network:
            return kind
    return None if ip.is_global else "reserved"


def _v6_fault(ip: IPv6Address) -> str | None:
    for network, shift in _EMBEDDING:
        if ip in network:
            return _v4_fault(IPv4Address(int(ip) >> shift & 0xFFFFFFFF))
    for special, kind in _V6:
        if ip in special:
            return kind
    return None if ip in _GLOBAL_V6 else "reserved"


def is_own_address(address: str) -> bool:
    """Whether a public address is this machine's: behind its firewall, so as internal as loopback.

    Asks the kernel's routing table by connecting a UDP socket, which sends nothing.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return str(probe.getsockname()[0]) == address
    except OSError:
        return False


async def resolve(host: str) -> list[str]:
    """The system resolver's addresses of a name, IPv4 first; raises OSError when there are none."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_POOL, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    return sorted({str(entry[4][0]) for entry in found}, key=lambda address: (":" in address, address))


class Guard:
    """The rules of one run.

    `allowed_origins`: internal origins configured by the user, as URLs; the address and port rules
    do not hold for these. `known_origins`: the site's own start URLs; the port rule does not hold
    for them, the address rule does. Both compare scheme, host and port. `blocked_hosts`: third
    parties to leave out, with their subdomains; the hosts of those origins are never left out.
    """

    def __init__(
        self,
        allowed_origins: frozenset[str] = frozenset(),
        *,
        known_origins: frozenset[str] = frozenset(),
        blocked_hosts: frozenset[str] = frozenset(),
        resolver: Resolver = resolve,
        is_own: Callable[[str], bool] = is_own_address,
        dns_seconds: float = 10.0,
    ) -> None:
        self.allowed_origins = frozenset(map(origin, allowed_origins))
        self.known_origins = frozenset(map(origin, known_origins))
        self.blocked_hosts = blocked_hosts
        self._own_hosts = {urlsplit(each).hostname for each in self.allowed_origins | self.known_origins}
        self._resolver = resolver
        self._is_own = is_own
        self._dns_seconds = dns_seconds

    async def check(self, host: str, port: int, scheme: str | None = None) -> tuple[str, ...]:
        """The addresses to connect to, all checked, never empty. Connect to these and no other.

        `scheme` None: a tunnel, which may carry https, wss or ws, so an http origin matches too.
        Raises `Refused`, or `Unresolved` if the name leads nowhere.
        """
        try:
            host = canonical_host(host)
        except ValueError as error:
            raise Refused(str(error)) from None
        if self.blocked_hosts and host not in self._own_hosts and self._is_blocked(host):
            raise Refused("tracker")
        schemes = (scheme,) if scheme else ("http", "https")
        origins = {join_origin(each, host, port) for each in schemes}
        internal = bool(origins & self.allowed_origins)
        if not internal and port not in PUBLIC_PORTS and not origins & self.known_origins:
            raise Refused(f"port {port} is not allowed")
        literal = _is_address(host)
        addresses = (host,) if literal else await self._addresses(host)
        for address in addresses:
            fault = address_fault(address) or ("own" if self._is_own(address) else None)
            if fault and not (internal and (literal or fault in _INTERNAL_KINDS)):
                raise Refused(f"{fault} address")
        return addresses

    def _is_blocked(self, host: str) -> bool:
        labels = host.removesuffix(".").split(".")
        return any(".".join(labels[start:]) in self.blocked_hosts for start in range(len(labels)))

    async def _addresses(self, host: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(self._dns_seconds):
                addresses = tuple(await self._resolver(host))
        except TimeoutError:
            raise Unresolved("the resolver did not answer in time") from None
        except (OSError, UnicodeError):
            raise Unresolved("no such name") from None
        if not addresses:
            raise Unresolved("the name has no address")
        return addresses


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
