"""Advice: whole sentences in capital letters are harder to read, and some screen readers spell them out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.words import Words

WORDS = 5  # of two letters or more, one after another: fewer may be names


def judge(words: Words) -> Iterator[Verdict]:
    for text in words.texts:
        told = text.text.split()
        run = longest = 0
        for word in told:
            letters = "".join(filter(str.isalpha, word))
            if len(letters) > 1 and letters.isupper():
                run += not word.endswith((",", ";", "/"))  # a list of abbreviations is no sentence
                longest = max(longest, run)
            elif letters:
                run = 0
        if longest >= WORDS:
            yield failed(text.place, f"{longest} words one after another are typed in capital letters")
        elif len(told) >= WORDS:
            yield passed(text.place)
