"""How hard an English text is to read: sentences, words, syllables (Flesch and Kincaid).

Kincaid, Fishburne, Rogers and Chissom, Derivation of New Readability Formulas, 1975.
docs/decisions/0025-inclusion-measures.md says why syllables are counted by rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from auditor.tools import measures

ENGLISH = 0.12  # of a text's words are among `_COMMON`: of other languages, almost none
_COMMON = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "is",
        "you",
        "that",
        "for",
        "on",
        "with",
        "as",
        "are",
        "this",
        "be",
        "at",
        "or",
        "from",
        "your",
        "we",
        "by",
        "not",
        "have",
        "an",
        "can",
        "our",
        "will",
        "if",
        "it",
        "was",
        "their",
        "what",
        "all",
        "were",
        "when",
        "there",
        "which",
        "do",
        "how",
    ]
)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"[.!?…]++[\"'”’)\]]*+(?=\s+[\"'“‘(\[]*[A-Z0-9£]|\s*$)")
_NO_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Rd|Prof|No|Cllr|vs|e\.g|i\.e|approx|inc)|\b[A-Z])\.$")

_LATE_E = re.compile(
    r"(?<=^ev)e(?=ry)|e(?=(?:ments?|ful|fully|ly|less|lessness|where|things?|bod(?:y|ies)|one|line|bar|most)$)"
)
_SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l|[^aeiouy]ll|rl)e$|[^aeiouydt]ed$|(?:[^aeiouyscxzghl]|[aeiouy]l|[^cs]h)es$"
)
_VOWELS = re.compile(r"[aeiouy]+")
_APART = re.compile(  # vowels side by side that are spoken apart
    r"(?<![cstg])i(?=a|o(?!us))|(?<=[st])i(?=a[^l]|o[^nu])|(?<=[vr])i(?=ous)|(?<![gqs])u(?=a(?!ge)|i[ nt]|ou)"
    r"|[aeouy](?=ing)|[aeiouy](?=ism)|e(?=o(?!p|u))|(?<=[bcdflmnprtv])i(?=e[rt])"
)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Of an English word, by its spelling; right for about 97 of 100 that have four letters or more."""
    word = _LATE_E.sub("", word.lower()[:40])
    found = len(_VOWELS.findall(word))
    if found > 1 and _SILENT.search(word):
        found -= 1
    return max(1, found + len(_APART.findall(word)))


def sentences(block: str) -> list[list[str]]:
    """The words of each sentence of a block of text, whose end is always the end of a sentence."""
    text = " ".join(map(_without_address, block.split()))
    found, start = [], 0
    for end in _END.finditer(text):
        if end.end() < len(text) and _NO_END.search(text[max(start, end.end() - 8) : end.end()]):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    return [words for each in found if (words := _WORD.findall(each))]


def _without_address(word: str) -> str:
    """Nothing of an e-mail or web address but the end of the sentence."""
    if "@" not in word and "://" not in word and not word.startswith("www."):
        return word
    return word[-1:] if word.endswith((".", "!", "?")) else ""


def reading(blocks: Iterable[str], lang: str, *, cut: bool = False) -> dict[str, Any]:
    """Counts of a page's text and its reading age, or under "why" the reason that it is not measured.

    A block of under five words without a full stop is a label and no sentence.
    """
    if lang and not re.match(r"en\b", lang.lower()):
        return {"why": "other language"}
    limit = measures()["sentence-length"]["words_in_sentence"]
    counted = [
        words
        for block in blocks
        for words in sentences(block)
        if len(words) >= 5 or block.rstrip().endswith((".", "!", "?"))
    ]
    words = [word for sentence in counted for word in sentence]
    if len(words) < measures()["reading-age"]["words"]:
        return {"why": "too short", "words": len(words)}
    if sum(word.lower() in _COMMON for word in words) < ENGLISH * len(words):
        return {"why": "not English, whatever the page says"}
    grade = 0.39 * len(words) / len(counted) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return {
        "words": len(words),
        "sentences": len(counted),
        "long": sum(len(each) > limit for each in counted),
        "longest": max(map(len, counted)),
        "age": round(grade + 5, 1),
        "cut": cut,
    }


def digested(facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Facts of a page as they are stored: with figures of its text in place of the text."""
    told = facts.get("measures", {})
    if "prose" not in told:
        return dict(facts)
    small = {key: value for key, value in told.items() if key not in ("prose", "cut")}
    return {**facts, "measures": small | {"reading": reading(told["prose"], lang, cut=told["cut"])}}
