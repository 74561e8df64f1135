"""WCAG 1.4.3 where only the picture tells: text over pictures, gradients and other things of the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.text_pixels import DrawnText, Measured, TextPixels

NEARLY_ALL = 0.05  # of a text's pixels may fall short: what a reader does not notice
MANY = 0.2  # so many that some letters do
SHORT = 0.9  # of what is needed: less than this is no matter of rounding
SYMBOL = 3.0  # a sign that is no text needs so much (1.4.11)
UNSEEN = 1.15
UNSEEN_NOW = ("hidden", "covered", "no letters")
NO_FIGURES = {
    "moving": "What lies behind the text moves. Can it be read at every moment?",
    "unclear": "The text is too thin to be measured. Does it stand out enough from what lies behind it?",
    "out of reach": "The text could not be measured. Does it stand out enough from what lies behind it?",
    "too many": "There are too many such texts to measure all. Does this one stand out enough?",
}


def judge(pixels: TextPixels) -> Iterator[Verdict]:
    for text in pixels.texts:
        if not text.is_exempt and text.unmeasured not in UNSEEN_NOW:
            yield _verdict(text)


def _verdict(text: DrawnText) -> Verdict:
    place, measured = text.place, text.measured
    if measured is None:
        return cant_tell(place, NO_FIGURES[text.unmeasured])
    if not any(character.isalnum() for character in text.text):
        return _sign(text, measured)
    if measured.share_below <= NEARLY_ALL:
        return passed(place)
    figures = (
        f"a contrast of {measured.median.ratio:.1f} to 1 against what lies behind it "
        f"(at its worst {measured.worst.ratio:.1f}); {measured.needed:g} is needed"
    )
    if measured.median.ratio < UNSEEN:
        return cant_tell(place, "The text has the colour of what lies behind it. Is it meant to be read?")
    if measured.is_outlined:
        return cant_tell(place, f"Does its outline make the text easy to read? Without it, it has {figures}")
    if measured.is_covered and not measured.as_styled:
        return cant_tell(place, f"Something that lets it through lies over the text. It has {figures}")
    share = f"{measured.share_below:.0%} of the text falls short. "
    is_short = measured.worst.ratio < SHORT * measured.needed
    if measured.share_below >= MANY and (is_short or measured.as_styled):
        whole = measured.median.ratio < measured.needed
        return failed(place, f"{'' if whole else share}The text has {figures}")
    return cant_tell(place, f"{share}Can all of it be read with ease? It has {figures}")


def _sign(text: DrawnText, measured: Measured) -> Verdict:
    """Dashes, dots and arrows: some say something, most only part or adorn."""
    adorns = all(unicodedata.category(each)[0] in "PZC" or each in "|<>›»·•→←" for each in text.text)
    if adorns or measured.median.ratio >= SYMBOL:
        return passed(text.place)
    return cant_tell(
        text.place,
        f"Does this sign say something? Then its contrast of {measured.median.ratio:.1f} to 1 is too low; "
        f"{SYMBOL:g} is needed",
    )
