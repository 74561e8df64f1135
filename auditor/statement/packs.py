"""What a statement must have, by legal profile, and how it is found: data/statement/*.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

PROFILES = ("uk-gb", "uk-ni", "eu")


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to judge. `told`: the keys that its judge reads."""

    id: str
    number: int | None
    question: str
    judge: str
    source: str
    told: Mapping[str, Any]

    def pattern(self, key: str) -> re.Pattern[str] | None:
        return pattern(self.told[key]) if key in self.told else None


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What one legal profile asks for, with the wording's source and what it was checked against."""

    profile: str
    name: str
    lang: str
    checked: str
    model: str  # where the model statement is
    law: str
    wcag: str  # the version that a statement should name
    claim: re.Pattern[str]
    contents: re.Pattern[str]
    scope: re.Pattern[str]
    draft: Mapping[str, str]
    items: tuple[Item, ...]


@cache
def pack(profile: str) -> Pack:
    """The pack of one of `PROFILES`."""
    told = _read(profile)
    numbered = told.get("numbers", True)
    items = []
    for row in told["item"]:
        rest = {
            key: value
            for key, value in row.items()
            if key not in ("id", "number", "question", "judge", "source")
        }
        items.append(
            Item(
                id=row["id"],
                number=row.get("number") if numbered else None,
                question=row["question"],
                judge=row["judge"],
                source=row.get("source", told["source"]),
                told=rest,
            )
        )
    return Pack(
        profile=profile,
        items=tuple(items),
        claim=pattern(told["claim"]),
        contents=pattern(told["contents"]),
        scope=pattern(told["scope"]),
        **{key: told[key] for key in ("name", "lang", "checked", "model", "law", "wcag", "draft")},
    )


@cache
def finding() -> Mapping[str, Any]:
    """data/statement/find.toml."""
    return _toml("find")


def _read(profile: str) -> dict[str, Any]:
    """With what it extends: its own keys stand in place of the other's, its items come after them."""
    own = _toml(profile)
    if "extends" not in own:
        return own
    base = _read(own["extends"])
    left = [row for row in base["item"] if row["id"] not in own.get("without", ())]
    return {**base, **own, "draft": {**base["draft"], **own.get("draft", {})}, "item": left + own["item"]}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(
        (files("auditor") / "data" / "statement" / f"{name}.toml").read_text(encoding="utf-8")
    )
