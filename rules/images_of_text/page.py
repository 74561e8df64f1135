"""WCAG 1.4.5: words are text, not a picture of text, unless it is a mark or part of what is shown (C30)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.image_text import ImageText, PictureText

SEVERAL = 5  # words: fewer may be a name
FIGURES = 0.4  # of the words, in digits: more is a table or a chart
LABELS = 0.5  # of all lines of one word: more are labels in a drawing
MANY = 8  # words in what is more than words


def judge(pictures: ImageText) -> Iterator[Verdict]:
    for each in pictures.pictures:
        yield _of(each)
    if pictures.left_out:
        yield untested(pictures.page, f"Pictures whose words were not read: {pictures.left_out}")


def _of(each: PictureText) -> Verdict:
    if each.is_mark or each.is_sight:
        return passed(each.place)
    count = len(each.words)
    said = " ".join(each.lines)
    told = f"“{said[:80]}{'…' if len(said) > 80 else ''}”"
    if each.is_button or (each.is_text and count >= SEVERAL and not _is_labels(each)):
        return failed(each.place, f"Words that styles can draw are a picture: {told}")
    if each.is_text and not _is_labels(each):
        if count > 2 or each.is_control or each.share_in(each.name) == 1:
            return cant_tell(each.place, f"Is this a name or a mark, or could it be text? It says {told}")
    elif count >= MANY and each.ground >= 0.3 and each.lettering >= 0.1:
        return cant_tell(each.place, f"Could the words in this picture be text? It says {told}")
    return passed(each.place)


def _is_labels(each: PictureText) -> bool:
    """Scattered single words and figures, as a drawing or a chart has."""
    figures = sum(word.isdigit() for word in each.words)
    single = sum(len(line.split()) == 1 for line in each.lines)
    return figures > FIGURES * len(each.words) or (len(each.lines) > 3 and single > LABELS * len(each.lines))
