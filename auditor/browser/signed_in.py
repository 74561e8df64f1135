"""What signing in left in the browser: kept in memory alone, put back for each page, never taken from one.

In the form of Playwright's storage state (https://playwright.dev/python/docs/auth): cookies, and what
`localStorage` holds for an origin. A cookie goes back only to the hosts that it is wanted for, and to each of
them by name, though its server gave it to the whole domain.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from playwright.async_api import Error

from auditor.browser.engine import prepare
from auditor.browser.world import WorldError

if TYPE_CHECKING:
    from auditor.browser.tab import Tab

STATE_BYTES = 1_000_000
COOKIES = 200
ITEMS = 200  # of localStorage
SECONDS = 10.0  # for the page that signing in ends on
STORED = """(() => { try {
  return JSON.stringify({ origin: location.origin, items: Object.entries(localStorage) });
} catch { return '{"origin":"","items":[]}' } })()"""
LONGEST = 8_000  # characters of a value
SECRET_FROM = 16  # characters: a shorter value may be a setting, and would be found in every sentence
NAMED_SECRET_FROM = 8  # of one that is called a secret
NAMED_SECRET = re.compile(
    r"token|sess|sid\b|auth|jwt|secret|pass|key|csrf|xsrf|credential|ticket|login", re.I
)
CHUNK = re.compile(r"[^\W_]+")
PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\dA-Za-z_]+")
LONGEST_WORD, LONGEST_NUMBER = 15, 5  # characters
WORDS_ARE = 4  # characters on average: pieces of made-up values are shorter


@dataclass(frozen=True, kw_only=True)
class State:
    """One session."""

    cookies: tuple[Mapping[str, Any], ...] = field(
        default=(), repr=False
    )  # as Playwright's add_cookies takes them
    storage: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)  # by origin

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of it must be kept out of all that is stored.

        Not what reads as words, an address among them: pages say that too, and reports would be blotted.
        """
        found = [(str(c["value"]), c["httpOnly"] or _is_named(c["name"])) for c in self.cookies]
        for items in self.storage.values():
            for name, value in items.items():
                found += _leaves(value, _is_named(name))
        secrets: set[str] = set()
        for value, named in found:
            least = NAMED_SECRET_FROM if named else SECRET_FROM
            for form in {value, unquote(value)}:
                secrets.update(each for each in form.split() if len(each) >= least and not _says_words(each))
        return tuple(sorted(secrets))

    @property
    def script(self) -> str:
        """Puts the storage back before a page's own scripts run; in a world that the page cannot see."""
        told = json.dumps({where: dict(items) for where, items in self.storage.items()})
        return (
            f"{{ const all = {told};\n"
            "if (Object.hasOwn(all, location.origin)) try {\n"
            "for (const [key, value] of Object.entries(all[location.origin]))\n"
            "localStorage.setItem(key, value); } catch {} }"
        )

    def fill(self, jar: CookieJar) -> None:
        """Put its cookies in a jar for requests that no browser makes, in place of what is there."""
        jar.clear()
        for each in self.cookies:
            jar.set_cookie(
                Cookie(
                    version=0,
                    name=each["name"],
                    value=each["value"],
                    port=None,
                    port_specified=False,
                    domain=each["domain"],
                    domain_specified=False,
                    domain_initial_dot=False,
                    path=each["path"],
                    path_specified=True,
                    secure=each["secure"],
                    expires=None,
                    discard=True,
                    comment=None,
                    comment_url=None,
                    rest={},
                )
            )


def parsed(text: str | bytes, hosts: Iterable[str]) -> State:
    """A storage state as JSON, as far as it concerns these hosts (without ports).

    Raises `ValueError`, whose text shows nothing of it.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("cookies", []), list):
        raise ValueError("it is no storage state: an object with `cookies` and `origins`")
    origins = told.get("origins", [])
    storage = {}
    for each in origins if isinstance(origins, list) else []:
        if isinstance(each, dict) and isinstance(each.get("localStorage", []), list):
            storage[str(each.get("origin"))] = {
                str(item["name"]): str(item["value"])
                for item in each.get("localStorage", [])[:ITEMS]
                if isinstance(item, dict) and {"name", "value"} <= item.keys()
            }
    return bound(told.get("cookies", []), storage, hosts)


async def taken(tab: Tab, hosts: Iterable[str]) -> State:
    """What signing in left in a tab's context: all cookies, and the storage of the page it ended on.

    Raises `ValueError` where it left nothing, or the page still wants a password.
    """
    try:
        world = await tab.world()
        await prepare(world, seconds=SECONDS)
        shown = await world.call("describe", seconds=SECONDS)
        if shown["passwordField"]:
            raise ValueError("the page after it still has a field for a password")
        told = json.loads(await world.run(STORED, seconds=SECONDS))
        cookies = await tab.page.context.cookies()
    except (WorldError, Error):
        raise ValueError("the page after it does not answer") from None
    return bound(cookies, {told["origin"]: dict(told["items"][:ITEMS])} if told["items"] else {}, hosts)


def bound(cookies: Iterable[Any], storage: Mapping[str, Mapping[str, str]], hosts: Iterable[str]) -> State:
    """What concerns these hosts. Raises `ValueError` where nothing does, or all of it has expired."""
    wanted = sorted({host.lower() for host in hosts})
    found = [cookie for each in cookies for cookie in _cookies(each, wanted)]
    ours = {
        where: {key: value for key, value in items.items() if len(value) <= LONGEST}
        for where, items in storage.items()
        if (at := re.fullmatch(r"https?://([^/?#@]+?)(:\d+)?", where)) and at[1].lower() in wanted and items
    }
    if not found and not ours:
        shown = ", ".join(wanted)[:300]
        raise ValueError(f"it holds no cookie that is still good, and no storage, for {shown}")
    return State(cookies=tuple(found[:COOKIES]), storage=ours)


def _cookies(told: Any, hosts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """A cookie for each host that it is for."""
    if not isinstance(told, Mapping) or not isinstance(told.get("name"), str):
        return
    value, domain = told.get("value"), str(told.get("domain", "")).lower()
    expires = told.get("expires", -1)
    if not isinstance(value, str) or len(value) > LONGEST or isinstance(expires, bool):
        return
    if isinstance(expires, int | float) and 0 <= expires < time.time():
        return
    for host in hosts:
        whole = domain.startswith(".") and f".{host}".endswith(domain)
        if host != domain and not whole:
            continue
        made: dict[str, Any] = {
            "name": told["name"],
            "value": value,
            "domain": host,
            "path": str(told.get("path") or "/"),
            "secure": told.get("secure") is True,
            "httpOnly": told.get("httpOnly") is True,
        }
        if told.get("sameSite") in ("Strict", "Lax", "None"):
            made["sameSite"] = told["sameSite"]
        yield made


def _leaves(value: str, named: bool) -> Iterator[tuple[str, bool]]:
    """The texts within a value, which may be JSON, and whether each is called a secret."""
    todo: list[tuple[Any, bool]] = [(value, named)]
    with contextlib.suppress(ValueError, RecursionError):
        todo.append((json.loads(value), named))
    while todo:
        each, named = todo.pop()
        if isinstance(each, str):
            yield each, named
        elif isinstance(each, Mapping):
            todo += [(inner, named or _is_named(key)) for key, inner in each.items()]
        elif isinstance(each, list):
            todo += [(inner, named) for inner in each]


def _is_named(name: str) -> bool:
    return NAMED_SECRET.search(name) is not None


def _says_words(value: str) -> bool:
    """Whether it reads as words and small numbers: "english", "/pay/2026/step-2", "acceptedAllCookies"."""
    for chunk in CHUNK.findall(value):
        pieces = PIECE.findall(chunk)
        if any(len(piece) > (LONGEST_NUMBER if piece.isdigit() else LONGEST_WORD) for piece in pieces):
            return False
        if len(pieces) > 2 and len(chunk) < WORDS_ARE * len(pieces):
            return False
    return True
