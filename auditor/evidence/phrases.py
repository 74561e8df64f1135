"""Words that say nothing by themselves, in every language we know: data/words/names.toml.

All languages together: many pages do not say their language, or say a wrong one.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_SIGNS = re.compile(r"[\W_]+")


@cache
def phrases(kind: str) -> frozenset[str]:
    """A list of the file, as `plain` writes what it holds. Raises KeyError for a list that is not there."""
    text = (files("auditor") / "data" / "words" / "names.toml").read_text(encoding="utf-8")
    return frozenset(plain(each) for language in tomllib.loads(text).values() for each in language[kind])


def plain(text: str) -> str:
    """In small letters, one space for all that is no letter or digit."""
    return _SIGNS.sub(" ", text).casefold().strip()


def telling(text: str, *, less: str = "") -> tuple[str, ...]:
    """The words of a text that are not empty, kinds of file or figures; nor in `less`."""
    idle = {*plain(less).split(), *phrases("empty"), *phrases("formats")}
    return tuple(word for word in plain(text).split() if word not in idle and not word[0].isdigit())
