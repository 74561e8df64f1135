"""One identity for each URL, by the WHATWG's URL standard (https://url.spec.whatwg.org/) and our rules.

A wrong merge loses a page without a word; a missed one costs a visit. So two addresses are one only where
RFC 3986 (section 6.2.2), the encoding of forms (https://url.spec.whatwg.org/#application/x-www-form-urlencoded)
or a name in `data/parameters.toml` says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote_plus

import ada_url

from auditor.errors import UsageError
from auditor.limits import LINK_LENGTH, MAX_URL_LENGTH

# Addresses as the parser writes them: with no user and no dot after the host; and with nothing to do at all.
_PLACE = re.compile(r"https?://[^/:?#@]+(?<!\.)(?::\d+)?/")
_PLAIN = re.compile(_PLACE.pattern + "[^?#%;(]*")

# ASP.NET's session, anonymous and forms tickets: /(S(…))/, /(X(1)S(…)F(…))/. Its own ids have 24 characters.
# https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.sessionstatesection.cookieless
_ASP_NET = re.compile(r"/\((?:X\(1\)|[SAF]\([\w-]{16,}\))+\)(?=/)", re.IGNORECASE)
_PATH_PARAMETER = re.compile(r";([^;/=]+)=([^;/]*)")
# Letters between digits, and no separators: hexadecimal, base 32 and base 64 are so, and words with a year
# are not. A UUID is left: as many name a thing as a session.
_RANDOM = re.compile(r"(?=[a-z0-9]{16,}={0,2}$)[a-z0-9]*?[0-9][a-z]+[0-9].*", re.IGNORECASE)

_ENCODED = re.compile("%[0-9a-fA-F]{2}")
_STRAY = re.compile("%(?![0-9a-fA-F]{2})")
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def _spelling(plain: str) -> dict[str, str]:
    return {f"%{ord(character):02X}": character for character in plain}


_OPAQUE = _spelling(_UNRESERVED)
# Brackets and bars have no meaning of their own in a path, and browsers send both spellings.
_PATH = _spelling(_UNRESERVED + "[]|")
# In a form both spellings mean the same, but for what makes its structure: on some servers `;` does too.
_VALUE = {**_spelling(_UNRESERVED + "!$()*,/:=?@[\\]^`{|}"), "%20": "+"}
_NAME = {key: plain for key, plain in _VALUE.items() if plain != "="}


def _spelt(text: str, spelling: dict[str, str]) -> str:
    """The text with one spelling of each encoded byte; as it is where it is no encoding."""
    if "%" not in text or _STRAY.search(text):
        return text
    return _ENCODED.sub(lambda found: spelling.get(code := found[0].upper(), code), text)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "parameters.toml").read_text(encoding="utf-8"))


def _any_of(patterns: Iterable[str]) -> str:
    return "|".join(map(_glob, patterns)) or "(?!)"


def _glob(pattern: str) -> str:
    """For a full match. Parts between two `*` are taken where they come first, and never tried again."""
    first, *rest = map(re.escape, pattern.lower().split("*"))
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return first + between + (f".*{rest[-1]}" if rest else "")


def _name(piece: str) -> str:
    """Of one piece of a query: as the server reads it, in lower case."""
    name = piece.partition("=")[0]
    return unquote_plus(name).lower() if "%" in name or "+" in name else name.lower()


class Addresses:
    """How a site's addresses are told apart."""

    def __init__(self, *, strip: Sequence[str] = (), keep: Sequence[str] = ()) -> None:
        """Patterns of names of query parameters; `*` for any characters, case does not matter.

        `strip` adds to those of `data/parameters.toml`, and `keep` wins over both.
        """
        data = _data()
        kinds = {
            "keep": keep,
            "tracking": [*data["tracking"], *strip],
            "session": data["session"],
            "random": data["session_if_random"],
        }
        groups = (f"(?P<{kind}>{_any_of(patterns)})" for kind, patterns in kinds.items())
        self._known = re.compile("|".join(groups), re.DOTALL)
        self._beside: dict[str, str] = data["session_beside"]

    def clean(self, url: str, base: str | None = None) -> str | None:
        """What is requested: as a browser reads it, without fragment, user, password, tracking or session.

        The rest is as it was linked. None where it is no http or https URL, or longer than `MAX_URL_LENGTH`.
        """
        return self._clean(url, base)

    def identity(self, url: str, base: str | None = None) -> str | None:
        """By which it is known: two URLs with one identity are one page. None where there is no `clean` one.

        Beyond `clean`, each encoded byte has one spelling, and in a query of the form `name=value` the order
        of names, a value repeated at once, empty pieces and `+` for a space do not count. The identity is
        never longer than what is requested, and identity(identity(u)) is identity(clean(u)) is identity(u).
        """
        return self._identity(self._clean(url, base))

    def without(self, url: str, name: str) -> str | None:
        """The identity with one more query parameter dropped, as the server reads its name; any case.

        None where it has no such parameter, or `keep` holds it.
        """
        clean = self._clean(url)
        less = self._clean(clean, also=name.lower()) if clean else None
        return self._identity(less) if less != clean else None

    def _clean(self, url: str, base: str | None = None, also: str | None = None) -> str | None:
        if len(url) > LINK_LENGTH:
            return None
        try:
            href: str = ada_url.URL(url, base or None).href
            if not _PLAIN.fullmatch(href):
                place, _, query = _bare(href).partition("?")
                if ";" in place or "(" in place:
                    place = self._without_session(place)
                href = f"{place}?{kept}" if (kept := self._kept(query, also)) else place
        except ValueError:  # no URL of a page, or no host but dots
            return None
        return href if len(href) <= MAX_URL_LENGTH else None

    def _identity(self, clean: str | None) -> str | None:
        if clean is None or _PLAIN.fullmatch(clean):
            return clean
        place, _, query = clean.partition("?")
        spelt = _spelt(place, _PATH)
        if spelt != place:  # what was hidden in it comes out
            place = self._clean(spelt) or place
        query = _ordered(query)
        return f"{place}?{query}" if query else place

    def _without_session(self, place: str) -> str:
        def kept(found: re.Match[str]) -> str:
            return "" if self._is_session(self._kind(_name(found[1])), found[2]) else found[0]

        shorter = _ASP_NET.sub("", _PATH_PARAMETER.sub(kept, place))
        return ada_url.URL(shorter).href if shorter != place else place  # `..;jsessionid=1` is a dot segment

    def _kept(self, query: str, also: str | None) -> str:
        if not query:
            return query
        pieces = query.split("&")
        names = [_name(piece) for piece in pieces]
        there = frozenset(names)
        return "&".join(
            piece
            for piece, name in zip(pieces, names, strict=True)
            if not self._drops(piece, name, there, also)
        )

    def _drops(self, piece: str, name: str, names: frozenset[str], also: str | None) -> bool:
        kind = self._kind(name)
        if kind == "keep":
            return False
        if name == also or kind == "tracking" or (name in self._beside and self._beside[name] in names):
            return True
        return self._is_session(kind, piece.partition("=")[2])

    def _kind(self, name: str) -> str | None:
        found = self._known.fullmatch(name)
        return found.lastgroup if found else None

    @staticmethod
    def _is_session(kind: str | None, value: str) -> bool:
        return kind == "session" or (kind == "random" and bool(_RANDOM.fullmatch(unquote_plus(value))))


def _bare(href: str) -> str:
    """Without fragment, user, password and dots after the host. Raises `ValueError` where it is no page's."""
    if not _PLACE.match(href):
        parsed = ada_url.URL(href)
        if parsed.protocol not in ("http:", "https:"):
            raise ValueError(href)
        parsed.username = parsed.password = ""
        if parsed.hostname.endswith("."):
            parsed.hostname = parsed.hostname.rstrip(".")
        href = parsed.href
    return href.partition("#")[0]


def _ordered(query: str) -> str:
    """One spelling of a query. Where it holds no `name=value` the order and the rest may mean anything."""
    pieces = [piece for piece in query.split("&") if piece]
    if "=" not in query:
        return "&".join(_spelt(piece, _OPAQUE) for piece in pieces)
    pairs = []
    for piece in pieces:
        name, equals, value = piece.partition("=")
        pairs.append((_spelt(name, _NAME), f"{equals}{_spelt(value, _VALUE)}"))
    pairs.sort(key=lambda pair: pair[0])  # stable: the values of one name keep their order
    return "&".join(
        name + value for at, (name, value) in enumerate(pairs) if not at or pairs[at - 1] != (name, value)
    )


@cache
def _default() -> Addresses:
    return Addresses()


def identity(url: str, base: str | None = None) -> str | None:
    """`Addresses.identity`, where a site has no rules of its own."""
    return _default().identity(url, base)


def start_url(text: str) -> str:
    """A URL as a user types it: `example.org` means https. Raises `UsageError` where it is none.

    A name without a dot, such as `http://intranet/`, needs its scheme: alone it could be anything. No
    parameter is dropped: the site's own rules do that.
    """
    candidate = text.strip()
    complete = "://" in candidate
    known = Addresses(keep=["*"]).clean(candidate if complete else f"https://{candidate}")
    host = known.split("/")[2] if known else ""
    named = complete or "." in host or host.startswith(("localhost", "["))
    e_mail = not complete and "@" in candidate.split("/")[0]
    if known is None or not named or e_mail:
        shown = re.sub("//[^/]*@", "//…@", text)  # there may be a password in it
        raise UsageError(f"{shown!r} is no web address. Write one such as https://www.example.org/.")
    return known


def pattern(text: str) -> re.Pattern[str]:
    """A pattern of addresses, to `match`: `*` for any characters; one that starts with `/` from the path on.

    Each part is taken where it comes first and never tried again (an atomic group): what follows has the most
    room then, and the time grows with the address alone, however many `*` there are.
    """
    text = re.sub("[^!-~]+", lambda found: quote(found[0]), text)  # as in an address
    first, *rest = map(re.escape, text.split("*"))
    body = first + "".join(f"(?>.*?{part})" for part in rest)
    return re.compile(rf"https?://[^/]*{body}" if text.startswith("/") else body, re.DOTALL)


def wildcard(text: str) -> re.Pattern[str]:
    """For a `fullmatch` with any text in small letters; `*` stands for any characters."""
    return re.compile(_glob(text), re.DOTALL)


def shortest_first(url: str) -> tuple[int, str]:
    """Sorts examples by their address: which was audited first may change from one audit to the next."""
    return len(url), url
