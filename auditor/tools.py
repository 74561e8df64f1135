"""What a page is made with and carries: content systems, overlays, cookie banners, and by what each shows.

Data files: data/content-systems.toml, data/overlays.toml, data/consent-tools.toml. And the inclusion measures
with their thresholds and sources: data/measures.toml.
"""

from __future__ import annotations

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


def given() -> dict[str, Any]:
    """What measures.js (auditor/browser/facts/) looks for, as JSON can say it."""
    return {
        "tools": {
            kind: [[t.id, t.generator, t.detect, t.hosts, t.paths] for t in tools(kind).values()]
            for kind in KINDS
        },
        "documents": measures()["documents-only"]["kinds"],
    }
