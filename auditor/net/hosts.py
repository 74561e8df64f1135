"""Every spelling of a host brought to one, and of an origin, before anything is decided about it.

Chromium has done this before it asks a proxy; httpx has not, and a redirect can spell as it likes.
Source: https://url.spec.whatwg.org/#host-parsing
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote_to_bytes, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


def canonical_host(host: str) -> str:
    """The host as the WHATWG would write it, IPv6 without brackets.

    Stricter where that costs no real site: only letters, digits, `-` and `_` in names, no IPv6 zones.
    Raises ValueError with a short reason.
    """
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1])
    if ":" in host:
        return _ipv6(host)
    try:
        name = unquote_to_bytes(host).decode("utf-8").lower()
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode("ascii")
    except (UnicodeError, ValueError):
        raise ValueError("host is not valid") from None
    if len(name) > 254 or not _NAME.fullmatch(name):
        raise ValueError("host is not valid")
    labels = name.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return name
    return _ipv4(labels)


def _ipv6(text: str) -> str:
    if "%" in text:
        raise ValueError("host has an IPv6 zone")
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise ValueError("host is not a valid IPv6 address") from None


def _ipv4(parts: list[str]) -> str:
    """https://url.spec.whatwg.org/#concept-ipv4-parser: one to four parts, decimal, octal or hex."""
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError("host is not a valid IPv4 address")
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        raise ValueError("host is not a valid IPv4 address") from None
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
        raise ValueError("host is not a valid IPv4 address")
    value = last + sum(number << 8 * (3 - place) for place, number in enumerate(first))
    return str(ipaddress.IPv4Address(value))


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and part != "0" else int(part)


def join_origin(scheme: str, host: str, port: int) -> str:
    """`scheme://host:port` of a canonical host; the port is always written."""
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def origin(url: str) -> str:
    """The origin of an http or https URL as `scheme://host:port`; anything else raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("not an http or https origin")
    port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    return join_origin(parts.scheme, canonical_host(parts.hostname), port)
