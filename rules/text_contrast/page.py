"""WCAG 1.4.3 where only the picture tells: text over pictures, gradients and other things of the page."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.text_pixels import UNSEEN, DrawnText, Measured, TextPixels

SYMBOL = 3.0  # a sign that is no text needs so much (1.4.11)
ADORNS = set(" |/\\<>‹›«»←→·•*-–—…,.:;()[]{}")
DRAWN = ("x", "X", "i")  # one letter by itself that stands for "close" or "information"
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
    if _adorns(text.text):
        return passed(place)
    if measured is None:
        return cant_tell(place, NO_FIGURES[text.unmeasured])
    if not any(character.isalnum() for character in text.text) or text.text in DRAWN:
        return _sign(text, measured)
    if measured.is_enough:
        return passed(place)
    if measured.median.ratio < UNSEEN:
        return cant_tell(place, "The text has the colour of what lies behind it. Is it meant to be read?")
    is_part = measured.median.ratio >= measured.needed
    told = f"{measured.share_below:.0%} of the text falls short. " if is_part else ""
    if measured.is_enough is False:
        return failed(place, f"{told}The text has {measured.figures}")
    if measured.is_outlined:
        ask = "Does its outline make the text easy to read?"
    elif measured.is_covered and not measured.as_styled:
        ask = "Something that lets it through lies over the text. Is it easy to read?"
    else:
        ask = "Can all of it be read with ease?"
    return cant_tell(place, f"{told}{ask} It has {measured.figures}")


def _adorns(text: str) -> bool:
    """Dashes, dots and arrows, which part words and say nothing."""
    return text != "" and set(text) <= ADORNS


def _sign(text: DrawnText, measured: Measured) -> Verdict:
    if measured.median.ratio >= SYMBOL:
        return passed(text.place)
    return cant_tell(
        text.place,
        f"Does this sign say something? Then its contrast of {measured.median.ratio:.1f} to 1 is too low; "
        f"{SYMBOL:g} is needed",
    )
