"""WCAG 1.1.1: the words of a picture of text are in its alternative, or in text beside it (G94, F30)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.image_text import ImageText, PictureText

SEVERAL = 4  # words
MANY = 10  # words in what is more than words
FEW, MOST = 0.34, 0.7  # of the words


def judge(pictures: ImageText) -> Iterator[Verdict]:
    for each in pictures.pictures:
        if len(each.words) >= SEVERAL and not each.is_mark and each.kind != "background":
            yield _of(each, pictures.page_text)


def _of(each: PictureText, page_text: str) -> Verdict:
    share = each.share_in(f"{each.name} {each.beside} {page_text}")
    if share >= MOST:
        return passed(each.place)
    said = " ".join(each.lines)
    told = f"“{said[:80]}{'…' if len(said) > 80 else ''}”"
    counted = f"{round(share * len(each.words))} of {len(each.words)} words"
    if each.is_text and not each.is_sight and share < FEW:
        return failed(each.place, f"The picture says {told}; its alternative and the page have {counted}")
    if (each.is_text or (len(each.words) >= MANY and each.ground >= 0.3)) and share < 0.5:
        return cant_tell(
            each.place, f"The picture says {told}; {counted} are on the page. Do the rest matter?"
        )
    return passed(each.place)
