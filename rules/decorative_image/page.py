"""WCAG 1.1.1, failures F38 and F39: a picture that is hidden from screen readers only decorates.

ACT rule e88epe. No machine can tell what a picture means here: signs that it means something are a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.names import Names, Picture
from auditor.evidence.phrases import phrases, plain, telling

SMALL = 24  # CSS pixels
TICK = 10  # the same, of what is all that a cell holds
CHART = (100, 60)  # width and height of a drawing that is more than an ornament

_NUMBERED = re.compile(r"\s*[^\W\d]+[.]?\s\d+[a-z]?\s*[:.–-]")  # "Figure 2: …", in any language


def judge(names: Names) -> Iterator[Verdict]:
    for picture in names.pictures:
        least = TICK if picture.is_all_of_cell else SMALL
        if picture.name or not picture.is_loaded or min(picture.width, picture.height) < least:
            continue
        is_unheard = picture.hidden_by or picture.tag == "canvas" or _is_drawn_in_cell(picture)
        if picture.tag in ("object", "embed", "input") or not is_unheard:
            continue  # it is not hidden: the engine has judged it
        sign = _sign(picture)
        yield cant_tell(picture.place, f"{sign}. Does it only decorate?") if sign else passed(picture.place)


def _is_drawn_in_cell(picture: Picture) -> bool:
    """The engine judges a drawing only where it has a role; a tick in a cell mostly has none."""
    return picture.tag == "svg" and picture.is_all_of_cell and not picture.unread


def _sign(picture: Picture) -> str:
    """What speaks against its being an ornament; "" where nothing does."""
    around = plain(f"{picture.link} {picture.beside} {picture.caption}")
    if picture.is_in_link and telling(picture.link):
        return ""  # the words of the link stand for both
    unread = plain(picture.unread)
    if telling(picture.unread) and unread not in around:
        return f"It is hidden from screen readers, and its words are not read: “{picture.unread[:80]}”"
    if picture.is_all_of_cell:
        return "The picture is all that a cell of this table holds, and it has no text alternative"
    if picture.tag == "canvas":
        is_large = picture.width >= CHART[0] and picture.height >= CHART[1]
        return "A script draws here, and no words tell what" if is_large and not picture.hidden_by else ""
    words = [word for word in plain(picture.file.rpartition(".")[0]).split() if word in phrases("telling")]
    if words and not telling(around):
        return f"The picture has no text alternative, and its file is called “{picture.file[:80]}”"
    if picture.caption and not telling(picture.caption):
        return "The picture has a caption that does not tell what it shows, and no text alternative"
    if _NUMBERED.match(picture.caption) or phrases("telling").intersection(
        plain(picture.caption).split()[:3]
    ):
        return f"The picture has no text alternative, and its caption is “{picture.caption[:80]}”"
    return ""
