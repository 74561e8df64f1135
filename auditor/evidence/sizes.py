"""How a page stands in smaller windows, which is how it stands enlarged (WCAG 1.3.4, 1.4.4, 1.4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.evidence import Place
from auditor.evidence.text import TextChanges


class WideKind(StrEnum):
    """What it is that reaches beyond the right edge of a window 320 CSS pixels wide."""

    TEXT = "text"
    WORD = "word"  # one word without a space, such as an address
    FIELD = "field"  # a control of a form
    TABLE = "table"  # a table that does not look like one of data
    CELL = "cell"  # of a table of data, with running text, by itself wider than the window
    CODE = "code"  # <pre>
    SCROLLER = "scroller"  # running text in a box that scrolls sideways by itself


@dataclass(frozen=True, kw_only=True)
class Wide:
    place: Place  # what keeps to its width
    kind: WideKind
    text: str  # in it, at most 80 characters
    over: float  # CSS pixels beyond the edge


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Text that is drawn at 1280 CSS pixels and not at 320, with no control beside it that might show it."""

    place: Place
    text: str  # at most 80 characters


@dataclass(frozen=True, kw_only=True)
class Covering:
    """What stays in place while the page is scrolled, in a window of 320 by 256 CSS pixels."""

    place: Place  # the largest
    share: float  # of the window's height, 0 to 1, all of it together


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Text that enlarging the page to 400% does not even double."""

    place: Place
    text: str  # at most 80 characters
    size: float  # CSS pixels, at first
    twice: float  # how many times as large it is at 200%
    fourfold: float  # and at 400%


@dataclass(frozen=True, kw_only=True)
class Asks:
    """A text that asks to turn the device."""

    place: Place
    text: str


@dataclass(frozen=True, kw_only=True)
class Stance:
    """The page in an upright or a lying window."""

    letters: int  # characters of text drawn
    turned: Place | None  # what holds most of the text, turned by a quarter
    asks: Asks | None


@dataclass(frozen=True, kw_only=True)
class Sizes:
    page: Place
    texts: int  # pieces of text that were looked at
    twice: TextChanges  # 640 by 400 CSS pixels: 1280 by 800 at 200%
    growth: tuple[Growth, ...]
    narrow: TextChanges  # 320 by 640 CSS pixels
    scroll_width: float  # of the page then
    wide: tuple[Wide, ...]
    gone: tuple[Gone, ...]
    covering: Covering | None
    upright: Stance  # 320 by 640
    lying: Stance  # 640 by 400
    locks: bool  # a script in the page calls for a lock of the screen's orientation
