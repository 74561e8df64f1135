"""Words and phrases by which rules judge what a text says: data/words/NAME.toml, by code of language.

Each file says in its first lines what its keys mean. A page may say nothing true of its language, so what is
compared as a whole is looked up in all languages at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def words(name: str) -> Mapping[str, Mapping[str, Any]]:
    """By language, such as "cy", then by key."""
    file = files("auditor") / "data" / "words" / f"{name}.toml"
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8")))


@cache
def in_any(name: str, key: str) -> frozenset[str]:
    """What a key lists, in all languages together, as `plain` makes them."""
    return frozenset(plain(each) for told in words(name).values() for each in told.get(key, ()))


def plain(text: str) -> str:
    """Small letters, single spaces, nothing but letters, digits and what joins them at the ends."""
    return re.sub(r"^\W+|\W+$", "", " ".join(text.casefold().replace("’", "'").split()))


STEM = 3  # letters that words of one family share: "bin", "bins"; now and then others too


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that say what a text is about."""
    found = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return frozenset(word[:STEM] for word in found if word not in in_any("stop", "words"))


def has_no_spaces(text: str) -> bool:
    """Written without spaces between words, as Chinese and Thai are: `stems` tells nothing of it."""
    return re.search(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]", text) is not None
