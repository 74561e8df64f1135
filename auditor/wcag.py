"""WCAG's success criteria, their clauses in EN 301 549, and the user groups of the reports.

The data is in `data/wcag.toml`, with its sources, and is read once. Nothing here judges: which criteria
a rule is about comes from the engine's tags (`from_axe_tags`), what they mean to a reader from here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from auditor.errors import UsageError

STANDARDS: tuple[str, ...] = tuple(f"wcag{n}{level}" for n in (20, 21, 22) for level in ("a", "aa", "aaa"))
"""What a site can be audited against: a version of WCAG and a level, which takes in the level below."""

_VERSIONS = ("2.0", "2.1", "2.2")
_TAG_OF_CRITERION = re.compile(r"wcag(\d)(\d)(\d{1,2})")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One success criterion: a testable requirement of WCAG (https://www.w3.org/TR/WCAG22/)."""

    num: str  # "1.4.3"
    name: str  # the official handle, "Contrast (Minimum)"
    level: str  # "A", "AA" or "AAA"
    since: str  # the first version of WCAG with it: "2.0", "2.1" or "2.2"
    slug: str  # id of its Understanding document
    plain: str  # what it asks, in our own words; no substitute for the official text
    groups: tuple[str, ...]  # keys of `groups()`: who is hurt most
    en301549_v321: str | None = None  # "9.1.4.3": clause for web pages in V3.2.1, if it has one
    removed_in: str | None = None  # the first version without it: "2.2" for 4.1.1

    def clause(self, *, of_documents: bool) -> str | None:
        """Its clause in EN 301 549 V3.2.1: 9 is of web pages, 10 of documents; None where it has none."""
        if not of_documents or self.en301549_v321 is None:
            return self.en301549_v321
        void = self.num in _data()["en301549_v321_void"]
        return None if void else f"10{self.en301549_v321.removeprefix('9')}"

    @property
    def url(self) -> str:
        """The W3C's explanation of it, for readers who want more."""
        return f"https://www.w3.org/WAI/WCAG22/Understanding/{self.slug}.html"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A functional performance statement of EN 301 549 V3.2.1, clause 4.2: one way of using a site."""

    clause: str  # "4.2.1"; "" for people of whom no statement speaks
    name: str
    plain: str  # what it is about, in our own words
    groups: frozenset[str]  # keys of `groups()`; none where no rule can tell


@cache
def statements() -> tuple[Statement, ...]:
    """The standard's, in its order, and last the people of whom none speaks."""
    text = (files("auditor") / "data" / "functional-performance.toml").read_text(encoding="utf-8")
    return tuple(
        Statement(**{**row, "groups": frozenset(row["groups"])}) for row in tomllib.loads(text)["statement"]
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "wcag.toml").read_text(encoding="utf-8"))


@cache
def criteria() -> Mapping[str, Criterion]:
    """Every criterion of WCAG 2.0 to 2.2, removed ones too, by number and in WCAG's order."""
    rows = (Criterion(**{**row, "groups": tuple(row["groups"])}) for row in _data()["criterion"])
    return MappingProxyType({row.num: row for row in rows})


def criterion(num: str) -> Criterion:
    """The criterion with this number, as "1.4.3". Raises `UsageError` if there is none."""
    try:
        return criteria()[num]
    except KeyError:
        raise UsageError(f"There is no success criterion {num!r} in WCAG 2.0 to 2.2.") from None


@cache
def groups() -> Mapping[str, str]:
    """User groups: key, as in `Rule.who` and `Criterion.groups`, and the words a report shows."""
    return MappingProxyType(dict(_data()["groups"]))


def _version_and_level(standard: str) -> tuple[str, str]:
    """("2.2", "AA") for "wcag22aa". Raises `UsageError` for anything not in `STANDARDS`."""
    if standard not in STANDARDS:
        raise UsageError(f"Unknown standard {standard!r}; use one of: {', '.join(STANDARDS)}.")
    return f"{standard[4]}.{standard[5]}", standard[6:].upper()


@cache
def in_standard(standard: str) -> tuple[Criterion, ...]:
    """The criteria to meet for this standard (one of `STANDARDS`), in WCAG's order.

    A level takes in the one below, a version the earlier ones less what it removed: WCAG 2.2 has no 4.1.1
    (https://www.w3.org/WAI/standards-guidelines/wcag/faq/#parsing411). Raises `UsageError`.
    """
    version, level = _version_and_level(standard)
    return tuple(
        c
        for c in criteria().values()
        if level.startswith(c.level)
        and c.since <= version
        and (c.removed_in is None or version < c.removed_in)
    )


@cache
def axe_tags(standard: str) -> tuple[str, ...]:
    """axe-core's `runOnly` tags for the rules of this standard (one of `STANDARDS`). Raises `UsageError`.

    A tag is a version and one level: "wcag2a" is WCAG 2.0 A, "wcag22aa" what 2.2 added at AA
    (https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags). axe 4.12.1 has no rule
    with "wcag22a" or "wcag22aaa", and takes the tags all the same: a later axe may have one. Left out on
    purpose is "wcag2a-obsolete", the rules for 4.1.1, which the W3C holds to be met by every HTML page.
    Rules that axe tags "experimental" or "deprecated" do not run on these tags alone.
    """
    version, level = _version_and_level(standard)
    return tuple(
        f"wcag{'2' if v == '2.0' else v.replace('.', '')}{step}"
        for v in _VERSIONS
        if v <= version
        for step in ("a", "aa", "aaa")[: len(level)]
    )


def axe_tag(num: str) -> str:
    """axe-core's tag for the version and level of a criterion: "wcag21aa". Raises `UsageError`."""
    known = criterion(num)
    return f"wcag{'2' if known.since == '2.0' else known.since.replace('.', '')}{known.level.lower()}"


def from_axe_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Numbers of the criteria that a rule's tags name: "wcag143" is 1.4.3, "wcag1411" is 1.4.11.

    In the tags' order, each once. Tags of levels ("wcag2aa") and others are passed over, and so is a
    criterion that WCAG 2.0 to 2.2 does not have: every number returned is a key of `criteria()`.
    """
    matches = (_TAG_OF_CRITERION.fullmatch(tag) for tag in tags)
    nums = (".".join(m.groups()) for m in matches if m)
    return tuple(dict.fromkeys(num for num in nums if num in criteria()))
