"""WCAG 1.1.1: the words of a picture of text are in its alternative, or in text beside it (G94, F30)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.image_text import WORD, ImageText, PictureText

SEVERAL = 4  # words
MANY = 10  # words in what is more than words
FEW, MOST = 0.34, 0.7  # of the words
LARGE = 0.3  # of a picture: words that take so much are what it shows


def judge(pictures: ImageText) -> Iterator[Verdict]:
    for each in pictures.pictures:
        if len(each.words) >= SEVERAL and not each.is_mark:
            yield _of(each, pictures.page_text)
        elif (
            each.kind != "background"
            and each.words
            and not each.is_control
            and each.is_text
            and each.lettering >= LARGE
        ):
            yield _short(each, pictures.page_text)
    if pictures.left_out:
        yield untested(pictures.page, f"Pictures whose words were not read: {pictures.left_out}")


def _short(each: PictureText, page_text: str) -> Verdict:
    """A mark, or a few words that are all there is in the picture."""
    said = f"The picture says “{' '.join(each.lines)[:80]}”"
    if each.share_in(f"{each.name} {each.beside} {page_text}") or not any(
        len(word) > 2 for word in each.words
    ):
        return passed(each.place)
    if each.is_decorative:
        told = f"{said} and is hidden from screen readers, and the page has these words nowhere"
        return (
            cant_tell(each.place, f"{told}. Do they matter?") if each.is_sight else failed(each.place, told)
        )
    initials = "".join(word[0] for word in WORD.findall(each.name.casefold()))
    if not each.name or initials.startswith(each.words[0]):
        return passed(each.place)
    return cant_tell(each.place, f"{said} and is called “{each.name[:80]}”. Is that what it tells?")


def _of(each: PictureText, page_text: str) -> Verdict:
    share = each.share_in(f"{each.name} {each.beside} {page_text}")
    if share >= MOST:
        return passed(each.place)
    said = " ".join(each.lines)
    told = f"“{said[:80]}{'…' if len(said) > 80 else ''}”"
    counted = f"{round(share * len(each.words))} of {len(each.words)} words"
    if each.is_text and not each.is_sight and share < FEW:
        has = "the page has" if each.kind == "background" else "its alternative and the page have"
        return failed(each.place, f"The picture says {told}; {has} {counted}")
    if each.kind == "background":
        return passed(each.place)
    if (each.is_text or (len(each.words) >= MANY and each.ground >= 0.3)) and share < 0.5:
        return cant_tell(
            each.place, f"The picture says {told}; {counted} are on the page. Do the rest matter?"
        )
    return passed(each.place)
