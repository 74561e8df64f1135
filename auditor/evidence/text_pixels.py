"""Text whose contrast axe could not decide, measured where it is drawn (WCAG 1.4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place

Colour = tuple[int, int, int]  # red, green, blue
NEARLY_ALL = 0.05  # of a text's pixels may fall short: what a reader does not notice
MANY = 0.2  # so many that some letters do
SHORT = 0.9  # of what is needed: less than this is no matter of rounding
UNSEEN = 1.15  # text that has the colour of what lies behind it


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Text beside what lies behind it."""

    ratio: float
    text: Colour
    behind: Colour


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The contrast of one element's own text, over the insides of its letters as they are drawn."""

    needed: float  # 4.5, or 3 for large text
    share_below: float  # of the pixels, 0 to 1, that have less
    worst: Pair  # a tenth of the pixels have this or less
    median: Pair
    as_styled: bool  # the colour drawn is the computed one; else it is read from the picture
    is_covered: bool  # something else of the page lies over its middle, and lets it through
    is_outlined: bool  # its letters have an outline of another colour

    @property
    def is_enough(self) -> bool | None:
        """None: it takes a person to tell."""
        if self.share_below <= NEARLY_ALL:
            return True
        is_doubtful = self.is_outlined or (self.is_covered and not self.as_styled)
        if is_doubtful or self.median.ratio < UNSEEN or self.share_below < MANY:
            return None
        return False if self.as_styled or self.worst.ratio < SHORT * self.needed else None

    @property
    def figures(self) -> str:
        """To follow "has"."""
        return (
            f"a contrast of {self.median.ratio:.1f} to 1 against what lies behind it "
            f"(at its worst {self.worst.ratio:.1f}); {self.needed:g} is needed"
        )


@dataclass(frozen=True, kw_only=True)
class DrawnText:
    """One element that axe left undecided; `unmeasured` says why it has no figures."""

    place: Place
    text: str  # its own, cut to 80 characters
    is_exempt: bool  # a control that is switched off
    measured: Measured | None = None  # of it, or of two or three that look the same
    unmeasured: str = ""  # "hidden", "covered", "no letters", "moving", "unclear", "out of reach", "too many"


@dataclass(frozen=True, kw_only=True)
class TextPixels:
    texts: tuple[DrawnText, ...]  # all that axe left undecided under color-contrast
