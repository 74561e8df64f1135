"""WCAG 1.1.1, failure F71: words are written with the letters that they seem to have.

The letters: Unicode's "confusables" of Latin in Cyrillic and Greek (https://www.unicode.org/reports/tr39/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Words

LIKE = "АВЕЅІЈКМНОРСТУХЬаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοι"
WORD = re.compile(rf"(?=[A-Za-z]{{0,40}}[{LIKE}])(?=[{LIKE}]{{0,40}}[A-Za-z])[A-Za-z{LIKE}]{{4,40}}")
EACH = re.compile(r"[^\W\d_]+")
MANY = 3  # words: fewer may be a slip of the keyboard


def judge(words: Words) -> Iterator[Verdict]:
    for text in words.texts:
        found = [each for each in EACH.findall(text.text) if WORD.fullmatch(each)]
        if len(found) >= MANY:
            shown = ", ".join(f"“{each[:30]}”" for each in found[:MANY])
            yield failed(
                text.place, f"{len(found)} words mix letters of two alphabets that look alike: {shown}"
            )
        elif found:
            yield cant_tell(
                text.place, f"“{found[0]}” mixes letters of two alphabets. Is it read out as it is meant?"
            )
    if words.texts:
        yield passed(words.page)
