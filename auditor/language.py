"""Which language a text is in, where two independent models agree that it is not the stated one.

CLD3 (a neural network over letters) looks at every text; py3langid (naive Bayes over bytes) is loaded and
asked only where CLD3 doubts what is stated. docs/decisions/0031-language-of-text.md says why these two.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import gcld3

from auditor.evidence.words import Foreign
from auditor.wordlists import words

LONGEST = 3000  # characters looked at
SURE, LIKELY = 0.75, 0.5  # of the probability, by both
LEFT = 0.04  # of the probability, for the stated language
NAMES = 0.5  # of the words may begin with a capital; where more do, they are names
NO_LANGUAGE = ("la", "zxx", "und", "")  # made-up Latin of templates; code
_BREAK = re.compile(r"(?<=[.!?…。।؟])\s+|\s*[|•·]\s*")
_NO_PROSE = re.compile(
    r"\S*(?:@|://|\bwww\.)\S*"  # addresses
    r"|[“\"«„‘][^“”\"«»„‘’]{1,60}[”\"»“’]"  # a quoted title or phrase
    r"|\S*\d\S*|\S*[_{}<>=/\\]\S*"  # numbers and code
)
_lock = threading.Lock()


@cache
def _groups() -> Mapping[str, int]:
    """Languages that no model tells apart in short texts, by a number that they share."""
    together = words("languages")["alike"]["together"]
    return {code: number for number, codes in enumerate(together) for code in codes}


def alike(one: str, other: str) -> bool:
    """Whether two codes may stand for the same text: "en-GB" and "en", "nb" and "da"."""
    one, other = (words("languages")["alike"]["same"].get(c, c) for c in map(subtag, (one, other)))
    groups = _groups()
    return one == other or (one in groups and groups[one] == groups.get(other))


@lru_cache(maxsize=1000)
def subtag(code: str) -> str:
    """The language of a tag: "en" of "en-GB"."""
    return re.split(r"[-_]", code.strip().casefold(), maxsplit=1)[0]


def named(code: str) -> str:
    """A language by its English name, where there is one."""
    return str(words("languages")["names"].get(subtag(code), f"“{code[:20]}”"))


@cache
def _known() -> frozenset[str]:
    """Codes that say something: an unknown one is a fault of another kind."""
    told = words("languages")
    return frozenset([*told["names"], *_groups(), *told["alike"]["same"]])


@cache
def _first() -> Any:
    return gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=LONGEST)


@cache
def _second() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def forget() -> None:
    """Give back what the second model takes, 73 MB, once no text is expected: the next loads it again."""
    with _lock:
        _second.cache_clear()


def prose(text: str) -> str:
    """What is left without addresses, numbers, code and short quotations."""
    return " ".join(_NO_PROSE.sub(" ", _mended(text[:LONGEST])).split())


def _mended(text: str) -> str:
    """UTF-8 that a page without a stated encoding had read as Windows-1252: "annÃ©e" for "année"."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _script(text: str) -> str:
    """Of its first letter, such as "LATIN"; a text in two scripts is judged by the models alone."""
    first = next((letter for letter in text if letter.isalpha()), " ")
    return unicodedata.name(first, "").partition(" ")[0]


def _are_names(text: str) -> bool:
    told = [word for word in text.split() if word[:1].isalpha()]
    return bool(told) and sum(word[0].isupper() for word in told) > NAMES * len(told)


def foreign(text: str, stated: str, *, least: int, is_own: bool = False) -> Foreign | None:
    """The language of a text whose stated one is another; None where it is not, or too little tells.

    `least`: letters that it must have; half as many where its script is another than Latin. `is_own`: the
    language is stated of this text alone, so that what looks like names was meant as text.
    """
    if len(text) < least / 2:
        return None
    told = prose(text)
    letters = _letters(told)
    other_script = _script(told) != "LATIN"
    if (
        letters < (least / 2 if other_script else least)
        or subtag(stated) not in _known()
        or (_are_names(told) and not is_own)
    ):
        return None
    first = _first().FindLanguage(told)
    code = first.language.partition("-")[0]
    if code in NO_LANGUAGE or not first.is_reliable or alike(code, stated):
        return None
    with _lock:  # the model is loaded once
        second = _second()
    ranked = {subtag(lang): float(chance) for lang, chance in second.rank(told)}
    best = max(ranked, key=lambda lang: ranked[lang])
    if not alike(best, code) or first.probability < LIKELY:
        return None
    mine = sum(chance for lang, chance in ranked.items() if alike(lang, code))
    theirs = sum(chance for lang, chance in ranked.items() if alike(lang, stated))
    if mine < LIKELY and theirs > LEFT * mine:
        return None
    is_sure = first.probability >= SURE and mine >= SURE and theirs <= LEFT * mine
    return Foreign(
        code=words("languages")["alike"]["same"].get(code, code),
        is_sure=is_sure,
        letters=letters,
        words=len(told.split()),
        text=told[:120],
    )


@lru_cache(maxsize=1000)  # menus and footers say the same on every page
def foreign_part(text: str, stated: str, *, least: int, is_own: bool) -> Foreign | None:
    """As `foreign`, of the whole or of a sentence or part in it."""
    whole = foreign(text, stated, least=least, is_own=is_own)
    parts = [each for each in _BREAK.split(text) if len(each) < len(text)]
    if (whole and whole.is_sure) or not parts:
        return whole
    found = (foreign(each, stated, least=max(least, 40)) for each in parts[:40])
    return next((each for each in found if each and each.is_sure), whole)


def is_in(text: str, stated: str) -> bool:
    """Whether the first model takes a text for the stated language."""
    told = prose(text)
    return bool(told) and alike(_first().FindLanguage(told).language, stated)
