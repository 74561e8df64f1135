"""What the words of a form mean, by `data/words/forms.toml`, in all its languages at once."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from auditor.evidence.forms import Field

MOST = 1000  # characters of a text that are read
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
SOFT = frozenset({"email", "url", "tel", "date", "time", "month", "datetime-local"})
SPECIFIC = re.compile(r"\d|@|\([^)]+\)|…")


@functools.cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "words" / "forms.toml").read_text(encoding="utf-8"))


@functools.cache
def _list(key: str) -> frozenset[str]:
    return frozenset(word for language in _data().values() for word in language.get(key, ()))


@functools.cache
def _pattern(key: str, *, raw: bool = False) -> re.Pattern[str]:
    """Any of the list's phrases, whole words; `raw`: they are expressions."""
    parts = sorted(_list(key), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts if raw else map(re.escape, parts))})(?!\w)")


@functools.cache
def _purposes() -> Mapping[str, str]:
    return {
        label: token
        for language in _data().values()
        for token, labels in language["purposes"].items()
        for label in labels
    }


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe and space."""
    return " ".join(text[:MOST].casefold().replace("’", "'").split())


def bare(label: str) -> str:
    """A label without what marks it as required or optional, and without its ending."""
    return re.sub(r"\([^()]{0,80}\)|[*:?.!]", " ", plain(label)).strip()


def says(key: str, *texts: str) -> bool:
    """Whether one of the texts has one of the phrases of a list, such as `required`."""
    return any(_pattern(key).search(plain(text)) for text in texts)


def matches(key: str, *texts: str) -> bool:
    """As `says`, of a list of expressions: `letters`, `puzzles`."""
    return any(_pattern(key, raw=True).search(plain(text)) for text in texts)


def is_vague(text: str, *labels: str) -> bool:
    """Whether it says that something is wrong, and neither what nor how to mend it.

    `labels`: what the field is called; that much, said again, explains nothing.
    """
    said = plain(text)
    words = WORD.findall(said)
    called = {word for label in labels for word in WORD.findall(plain(label))}
    wrong = _list("wrong")
    if not any(word in wrong for word in words) and not _pattern("not_valid").search(said):
        return False
    return all(word in wrong or word in _list("generic") or word in called for word in words)


def is_error(text: str) -> bool:
    """Whether it reads like what is said of a wrong or missing entry."""
    said = plain(text)
    return (
        any(word in _list("wrong") for word in WORD.findall(said))
        or _pattern("not_valid").search(said) is not None
        or _pattern("cues").search(said) is not None
    )


def names(text: str, label: str) -> bool:
    """Whether a text speaks of the field that is called so."""
    said = set(WORD.findall(plain(text)))
    called = [word for word in WORD.findall(bare(label)) if len(word) > 2 and word not in _list("generic")]
    return any(word in said for word in called)


def purpose(label: str) -> str:
    """The token of HTML's `autocomplete` that the label asks for; "" where it is none, or not surely."""
    return _purposes().get(bare(label), "")


def is_soft(field: Field) -> bool:
    """Whether the label or the type alone tells what an entry looks like."""
    return field.kind in SOFT or purpose(field.label or field.name) in {"email", "tel", "postal-code", "bday"}


def tells_format(*texts: str) -> bool:
    """Whether a text says, or shows by an example, how the entry is to be written."""
    return any(SPECIFIC.search(text[:MOST]) for text in texts) or says("format", *texts)
