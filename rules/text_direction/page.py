"""Techniques H34 and H56: text in a script that runs from right to left is set so, and other text is not.

Advice: letters stand in their order either way; full stops, numbers and the margin they begin at do not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.words import Words

LETTERS = 20  # fewer tell too little
NEARLY_ALL = 0.8


def judge(words: Words) -> Iterator[Verdict]:
    for text in words.texts:
        runs = [unicodedata.bidirectional(each) for each in text.text if each.isalpha()]
        leftward = sum(each in ("R", "AL") for each in runs)
        if len(runs) < LETTERS or (not leftward and not text.is_rtl):
            continue
        if leftward >= NEARLY_ALL * len(runs) and not text.is_rtl:
            yield failed(text.place, "This text runs from right to left, and is set from left to right")
        elif len(runs) - leftward >= NEARLY_ALL * len(runs) and text.is_rtl:
            yield failed(text.place, "This text runs from left to right, and is set from right to left")
        else:
            yield passed(text.place)
