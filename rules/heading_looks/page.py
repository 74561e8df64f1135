"""WCAG 1.3.1, failure F2: what is seen as a heading and is not marked up as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import HeadingLook, Markup

MOST_WORDS = 12  # a longer line is a sentence
LETTERS = 0.6  # of its characters: what has fewer is a figure or a date
LARGER = 1.2  # than the text below
MUCH_LARGER = 1.3
BOLD = 600
RUNNING = 6  # words below it, at least
SENTENCE_ENDS = (".", ",", ";", ":", "!", "…")
QUOTES = ("“", "‘", '"', "'", "«", "„", "‹")


def judge(markup: Markup) -> Iterator[Verdict]:
    found = [each for each in markup.headings if _reads_as_heading(each)]
    alike = Counter(_look(each) for each in found if not each.under_heading)
    for each in found:
        size, times = each.size / each.text_size, alike[_look(each)]
        larger = size >= MUCH_LARGER or (size >= LARGER and each.weight >= BOLD)
        how = "larger than" if size >= LARGER else "bolder than"
        message = (
            f"“{each.text[:60]}” is drawn {how} the text below, as a heading is, and is not marked up as one"
        )
        if not each.under_heading and (larger or times > 1):
            yield failed(each.place, message)
        elif size >= LARGER or not each.under_heading:
            yield cant_tell(each.place, f"{message}. Is it the heading of what follows?")


def _look(each: HeadingLook) -> tuple[int, float]:
    return each.weight, each.size


def _reads_as_heading(each: HeadingLook) -> bool:
    text = each.text
    if not (1 <= len(text.split()) <= MOST_WORDS) or each.text_words < RUNNING or each.text_size <= 0:
        return False
    is_larger = each.size >= LARGER * each.text_size
    is_bolder = each.weight >= BOLD > each.text_weight and each.size >= 0.95 * each.text_size
    if not (is_larger or is_bolder):
        return False
    if text.endswith(SENTENCE_ENDS) or text.startswith(QUOTES):
        return False
    letters = sum(c.isalpha() for c in text)
    is_lower = text[0].isalpha() and text[0].islower()
    return (
        letters >= LETTERS * len(text.replace(" ", "")) and letters >= 3 and "@" not in text and not is_lower
    )
