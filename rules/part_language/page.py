"""WCAG 3.1.2, technique H58: text in another language than the text around it says so."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Foreign, Text, Words
from auditor.language import alike, named

FEW = 25  # letters by which a stated language is found wrong, and words
FEW_WORDS = 4
PICKED = 3  # texts of one stated language that may have been picked out
PHRASE = 40  # letters of a passage that states none, and words: less may be a name or a borrowed phrase
PHRASE_WORDS = 5


def judge(words: Words) -> Iterator[Verdict]:
    stated = Counter(text.lang for text in words.texts if text.is_own)
    for text in words.texts:
        if text.foreign is None:
            if text.is_own:
                yield passed(text.place)
        elif text.is_own:
            again = text.outer or (text.lang if stated[text.lang] > PICKED else "")
            yield _stated(text, text.foreign, again)
        elif not (words.foreign and alike(words.foreign.code, text.foreign.code)):  # page-language tells that
            yield from _unstated(text, text.foreign)


def _stated(text: Text, found: Foreign, around: str) -> Verdict:
    told = f"it is marked as {named(text.lang)} (“{text.lang}”): “{found.text[:80]}”"
    is_long = found.letters >= FEW and found.words >= FEW_WORDS
    if not is_long and around and alike(text.lang, around):
        return passed(text.place)  # every element says the language again: no phrase was picked out
    if found.is_sure and (is_long or alike(found.code, text.outer)):
        return failed(text.place, f"This text is in {named(found.code)}, and {told}")
    return cant_tell(text.place, f"Is this text in {named(found.code)}? For {told}")


def _unstated(text: Text, found: Foreign) -> Iterator[Verdict]:
    told = f"{named(text.lang)} (“{text.lang}”) is what the page says here: “{found.text[:80]}”"
    is_latin = unicodedata.name(next(filter(str.isalpha, found.text), " ")).startswith("LATIN")
    if is_latin and (found.letters < PHRASE or found.words < PHRASE_WORDS):
        return
    if found.is_sure:
        yield failed(text.place, f"This text is in {named(found.code)}, which its code does not say; {told}")
    else:
        yield cant_tell(text.place, f"Is this text in {named(found.code)}? {told}")
