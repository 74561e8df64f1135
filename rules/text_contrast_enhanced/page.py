"""WCAG 1.4.6 (AAA) where only the picture tells: what `text_contrast` is for 1.4.3."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.text_pixels import TextPixels

NEEDED = {3.0: 4.5, 4.5: 7.0}  # for large text and other, by what 1.4.3 asks
ASK = "Is its contrast enough? The text could not be measured"


def judge(pixels: TextPixels) -> Iterator[Verdict]:
    for text in pixels.texts:
        if text.is_exempt or text.unmeasured in ("hidden", "covered", "no letters"):
            continue
        if not any(character.isalnum() for character in text.text):
            yield passed(text.place)  # it adorns, or is a sign
            continue
        measured = text.measured
        if measured is None:
            yield cant_tell(text.place, ASK)
            continue
        needed = NEEDED.get(measured.needed, measured.needed)
        figures = f"a contrast of {measured.median.ratio:.1f} to 1 (at its worst {measured.worst.ratio:.1f})"
        if measured.worst.ratio >= needed:
            yield passed(text.place)
        elif measured.median.ratio < needed and measured.as_styled and not measured.is_outlined:
            yield failed(text.place, f"The text has {figures}; {needed:g} is needed at level AAA")
        else:
            yield cant_tell(text.place, f"Can all of it be read with ease? It has {figures}")
