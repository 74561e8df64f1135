"""What a page is for: recognised by links to it, its address, its title and heading, its forms and words.

The patterns are in data/page-kinds.toml and data/services.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

LINK, ADDRESS, TITLE, TEXT, FORM = "links to it", "its address", "its title or heading", "its words", "a form"
LONGEST = 10  # words of a title, heading or link that names a service; longer ones tell a story

_NO_WORD = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\s[|–—:·»-]+\s|\s*[|»]\s*")  # between a page's own title and the site's name
_ENDING = re.compile(r"\.(html?|aspx?|php|jsp)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PageKind:
    """A kind of page that a sample asks for."""

    id: str
    name: str
    methods: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    address: frozenset[str] = frozenset()
    text: tuple[str, ...] = ()
    form: str = ""
    other: frozenset[str] = frozenset()  # words that make it another


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of councils."""

    id: str
    name: str
    lgsl: int
    words: tuple[str, ...]


def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / name).read_text(encoding="utf-8"))


@cache
def kinds() -> tuple[PageKind, ...]:
    """In the order in which a sample lists them."""
    return tuple(
        PageKind(
            id=each["id"],
            name=each["name"],
            methods=frozenset(each["methods"]),
            words=frozenset(each["words"]),
            address=frozenset(each["address"]),
            text=tuple(each.get("text", ())),
            form=each.get("form", ""),
            other=frozenset(each.get("not", ())),
        )
        for each in _data("page-kinds.toml")["kind"]
    )


@cache
def services() -> tuple[Service, ...]:
    return tuple(
        Service(id=f"lgsl-{each['lgsl']}", name=each["name"], lgsl=each["lgsl"], words=tuple(each["words"]))
        for each in _data("services.toml")["service"]
    )


@cache
def _elsewhere() -> frozenset[str]:
    return frozenset(_data("services.toml")["elsewhere"])


def normal(text: str) -> str:
    """Its words in small letters, with one space between them."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


def in_text(text: str) -> tuple[str, ...]:
    """The kinds whose own words stand in a text, which is as `normal` makes it."""
    return tuple(kind.id for kind in kinds() if any(words in text for words in kind.text))


@lru_cache(maxsize=50_000)
def named(text: str) -> tuple[str, ...]:
    """The kinds and services that a link's words, a title or a heading name."""
    told = normal(text[:300])
    if not told:
        return ()
    found = [kind.id for kind in kinds() if _begins(told, kind)]
    if told.count(" ") < LONGEST:
        padded = f" {told} "
        found += [each.id for each in services() if any(f" {words} " in padded for words in each.words)]
    return tuple(found)


def _begins(told: str, kind: PageKind) -> bool:
    """Words that are a kind's; or, where those are several, that begin so and go on for a little."""
    if told in kind.words:
        return True
    words = told.split(" ")
    return any(
        len(words) <= at + 4 and " ".join(words[:at]) in kind.words for at in range(2, min(7, len(words)))
    )


@lru_cache(maxsize=50_000)
def addressed(url: str) -> tuple[str, ...]:
    """The kinds and services that an address names in its last part."""
    try:
        parts = [part for part in unquote(urlsplit(url).path).casefold().split("/") if part]
    except ValueError:
        return ()
    if not parts:
        return ()
    last = _ENDING.sub("", parts[-1]).replace("_", "-")
    found = [kind.id for kind in kinds() if last in kind.address]
    padded = f" {normal(last)} "
    found += [each.id for each in services() if any(f" {words} " in padded for words in each.words)]
    return tuple(found)


def is_elsewhere(url: str) -> bool:
    """Whether an address is of a part that tells news of services."""
    try:
        return not _elsewhere().isdisjoint(urlsplit(url).path.casefold().split("/"))
    except ValueError:
        return False


def evidence(
    url: str, *, links: frozenset[str], title: str, h1: str, said: tuple[str, ...], forms: frozenset[str]
) -> Mapping[str, tuple[str, ...]]:
    """By what a page is recognised as which kinds and services; their ids.

    `links`: the kinds that links to it name. `forms`: "log-in", "search", as it has them.
    """
    own = _PARTS.split(title)[0]
    about = frozenset(normal(f"{title} {h1}").split())
    told = frozenset((*named(own), *named(h1)))
    at = addressed(url)
    found: dict[str, tuple[str, ...]] = {}
    for kind in kinds():
        by = [
            (LINK, kind.id in links),
            (ADDRESS, kind.id in at),
            (TITLE, kind.id in told),
            (TEXT, kind.id in said),
            (FORM, kind.form == "log-in" and "log-in" in forms),
        ]
        if kind.other.isdisjoint(about) and (reasons := tuple(name for name, is_so in by if is_so)):
            found[kind.id] = reasons
    if not is_elsewhere(url):
        for service in services():
            by = [(LINK, service.id in links), (ADDRESS, service.id in at), (TITLE, service.id in told)]
            if reasons := tuple(name for name, is_so in by if is_so):
                found[service.id] = reasons
    return found
