"""Words in pictures, as they are drawn on the page (WCAG 1.1.1, 1.4.5)."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal

from auditor.evidence import Place

SURE = 0.85  # of a line: what is read less surely is told of nobody
ALIKE = 0.75  # of two words: letters are misread
PLAIN = 0.5  # of what is not lettering, in one colour: a ground to write on
BARE = 0.06  # other things than letters and ground, at most, in a picture of nothing but text
WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, kw_only=True)
class PictureText:
    """One picture and the words in it."""

    place: Place
    kind: Literal["img", "input", "object", "embed", "svg", "canvas", "background"]
    name: str  # what is read out for it
    is_decorative: bool  # nothing is read out for it, as its code says
    is_control: bool  # it is in a link or a button, or is one
    is_mark: bool  # a logo or the like, as its names say
    is_sight: bool  # its names say that it shows something that words are part of
    lines: tuple[str, ...]  # that are sure, without the words of the page that lie over it
    ground: float  # share, 0 to 1, of its colours outside the letters that is one colour
    others: float  # share of the picture that is neither ground nor letters
    lettering: float  # share of the picture that its lines take
    beside: str  # words that belong to it: its figure's, its description's

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(each.casefold() for each in WORD.findall(" ".join(self.lines)))

    @property
    def is_text(self) -> bool:
        """Nothing but words on a plain ground."""
        return self.ground >= PLAIN and self.others <= BARE

    @property
    def is_button(self) -> bool:
        """A few words for a control, which may have an edge and a shade."""
        few = 2 <= len(self.words) <= 6
        return self.is_control and few and self.lettering >= 0.2 and self.ground >= 0.3

    def share_in(self, text: str) -> float:
        """The share of its words that stand in `text` too, whatever was misread."""
        known = {each.casefold() for each in WORD.findall(text)}
        return sum(_is_among(each, known) for each in self.words) / max(1, len(self.words))


def _is_among(word: str, known: Set[str]) -> bool:
    if word in known:
        return True
    near = (each for each in known if abs(len(each) - len(word)) <= 2 and each[:1] == word[:1])
    return len(word) > 3 and any(SequenceMatcher(None, word, each).ratio() >= ALIKE for each in near)


@dataclass(frozen=True, kw_only=True)
class ImageText:
    page: Place
    pictures: tuple[PictureText, ...]  # that hold words
    left_out: int  # that were not read: smaller ones beyond the most, late ones, those that time was up for
    page_text: str  # the words of the page's content, cut to 20,000 characters
