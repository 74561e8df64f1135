"""What a page is made with and carries: content systems, overlays, cookie banners, and by what each shows.

Data files: data/content-systems.toml, data/overlays.toml, data/consent-tools.toml. And the inclusion measures
with their thresholds and sources: data/measures.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

KINDS = {"system": "content-systems", "overlay": "overlays", "consent": "consent-tools"}


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One product. Selectors are CSS; hosts stand for their subdomains; the rest is lower case."""

    id: str
    name: str
    source: str
    generator: tuple[str, ...] = ()  # how the content of <meta name=generator> begins
    detect: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # parts of addresses of what the page loads from its own host
    refuse: tuple[str, ...] = ()  # of a cookie banner: what refuses, clicked in order
    accept: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()  # what covers the page, or hides a confirmation


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def tools(kind: str) -> Mapping[str, Tool]:
    """All that are known of a kind (a key of `KINDS`), by id."""
    rows: list[dict[str, Any]] = _read(KINDS[kind])["tool"]
    return MappingProxyType({row["id"]: Tool(**{key: _frozen(row[key]) for key in row}) for row in rows})


@cache
def consent_words() -> Mapping[str, Any]:
    """How the buttons of a cookie banner are called, by what they do; and what such a banner is about."""
    words: Mapping[str, Any] = _read(KINDS["consent"])["words"]
    return words


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def measures() -> Mapping[str, Mapping[str, Any]]:
    """The rows of data/measures.toml, by id, in their order."""
    return MappingProxyType({row["id"]: MappingProxyType(row) for row in _read("measures")["measure"]})


@cache
def players() -> list[dict[str, Any]]:
    """The rows of data/players.toml: players of other websites, in their order."""
    rows: list[dict[str, Any]] = _read("players")["player"]
    return rows


def recordings_given() -> dict[str, Any]:
    """What probes/media.js looks for: players, and words of all languages by their meaning."""
    by_language: Mapping[str, Mapping[str, list[str]]] = _read("words/media")
    keys = dict.fromkeys(key for told in by_language.values() for key in told)
    words = {key: [each for told in by_language.values() for each in told.get(key, ())] for key in keys}
    return {"words": words, "players": players()}


@cache
def picture_words(key: str) -> re.Pattern[str]:
    """What finds the words of data/words/pictures.toml under `key`, of all languages."""
    by_language: Mapping[str, Mapping[str, list[str]]] = _read("words/pictures")
    phrases = [re.escape(each) for words in by_language.values() for each in words.get(key, ())]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def given() -> dict[str, Any]:
    """What measures.js (auditor/browser/facts/) looks for, as JSON can say it."""
    return {
        "tools": {
            kind: [[t.id, t.generator, t.detect, t.hosts, t.paths] for t in tools(kind).values()]
            for kind in KINDS
        },
        "media": recordings_given(),
        "documents": measures()["documents-only"]["kinds"],
    }
