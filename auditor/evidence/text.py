"""What becomes of text once it is spaced or sized otherwise (WCAG 1.4.4, 1.4.10, 1.4.12)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A box that now cuts off text, with no scrolling to it, and cut off none before."""

    place: Place
    text: str  # where it is cut off first, from there on; at most 80 characters
    lost: int  # letters and digits
    downward: bool  # lost at the top or bottom; else at the sides
    partly: bool  # some piece of text is there in part
    rest: bool  # other text in it is there in full
    shortened: bool  # on purpose: by an ellipsis or after so many lines
    more: bool  # in or beside it is a link or control that may show it all


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two blocks of text that now lie over each other, and did not before."""

    place: Place
    other: Place
    text: str
    other_text: str
    layered: bool  # one of them is placed out of the flow, such as a menu that lies over the page


@dataclass(frozen=True, kw_only=True)
class TextChanges:
    cut: tuple[Cut, ...]
    over: tuple[Overlap, ...]


@dataclass(frozen=True, kw_only=True)
class TextSpacing:
    """With the spacing of lines, paragraphs, letters and words that 1.4.12 names."""

    page: Place
    texts: int  # pieces of text that were looked at
    changes: TextChanges


@dataclass(frozen=True, kw_only=True)
class LargerText:
    """With the browser's font size doubled, and nothing else."""

    page: Place
    texts: int  # pieces of text that were looked at
    changes: TextChanges
