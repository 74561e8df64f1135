"""WCAG 1.3.2, failure F32: spaces between the letters of a word, which is then read out letter by letter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import Markup

VOWELS = set("aeiouyàâäáéèêëíîïóôöúûüŵŷ")
WORD = 5  # letters; four may be keys, or the initials of a person


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.letters:
        letters = each.text.split()
        word = "".join(letters)
        if _counts_on(word) or not VOWELS & set(word.casefold()) or len(set(word.casefold())) < 3:
            continue
        message = f"The letters of “{each.text}” have spaces between them and are read out one by one"
        is_word = word[1:].islower() or (len(word) > WORD and word.isupper())
        if is_word and (len(word) >= WORD or word[0].isupper()):
            yield failed(each.place, message)
        else:
            yield cant_tell(each.place, f"{message}. Are they one word?")


def _counts_on(word: str) -> bool:
    """An alphabet, as an index shows it."""
    codes = [ord(letter) for letter in word.casefold()]
    return sum(a < b for a, b in itertools.pairwise(codes)) >= 0.9 * (len(codes) - 1)
