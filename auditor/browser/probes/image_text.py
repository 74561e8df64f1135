"""The words drawn in the page's pictures, read by `auditor.ocr`: the largest first, in bounded time."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from auditor import ocr
from auditor.browser.drive import Drive, Picture, Probe
from auditor.evidence import Box, Place
from auditor.evidence.image_text import SURE, WORD, ImageText, PictureText
from auditor.tools import picture_words

PICTURES = 8  # of one page
SECONDS = 45.0  # for all of them; the one at hand is read to its end
SMALL = 64  # CSS pixels high or less: drawn twice as large, else its letters are too small to read
SHADE = 32  # of 255: the steps in which colours are counted
APART = 48  # of 255: another colour than the ground


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """To be read once the page is left alone: what is told of each picture, its pixels, the words over it."""

    told: Mapping[str, Any]
    pictures: Sequence[tuple[Mapping[str, Any], Picture, str]]
    late: int  # that had not come when they were to be looked at


async def run(drive: Drive) -> _Taken:
    told = await drive.call("image_text.find", PICTURES)
    if told["pictures"]:
        ocr.start()  # it takes a second, in which the other probes are at work
    taken = []
    late = 0
    for number, each in enumerate(told["pictures"]):
        shown = await drive.call("image_text.show", number)
        if shown and shown["isLate"]:
            late += 1
        elif shown:
            box = Box.of(shown["box"])
            picture = await drive.picture(box, scale=2 if box.height <= SMALL else 1)
            taken.append((each, picture, shown["over"]))
    return _Taken(told=told, pictures=taken, late=late)


async def finish(taken: _Taken) -> ImageText:
    ends = time.monotonic() + SECONDS
    found: list[PictureText] = []
    read = 0
    for each, picture, over in taken.pictures:
        if time.monotonic() >= ends or (lines := await ocr.read(_png(picture))) is None:
            continue
        read += 1
        if seen := _seen(each, picture, lines, over):
            found.append(seen)
    return ImageText(
        page=Place.of(taken.told["page"]),
        pictures=tuple(found),
        left_out=taken.told["leftOut"] + taken.late + len(taken.pictures) - read,
        page_text=taken.told["text"],
    )


def _png(picture: Picture) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "png", compress_level=1)
    return file.getvalue()


def _seen(told: Mapping[str, Any], picture: Picture, lines: ocr.Lines, over: str) -> PictureText | None:
    """None where no words are in it."""
    words_over = {each.casefold() for each in WORD.findall(over)}
    own = [
        line
        for line in lines
        if line.sureness >= SURE
        and (words := WORD.findall(line.text.casefold()))
        and not words_over.issuperset(words)
    ]
    if not own:
        return None
    letters = np.zeros(picture.shape[:2], dtype=bool)
    for line in own:
        top, left = max(0, int(line.y) - 2), max(0, int(line.x) - 2)
        letters[top : int(line.y + line.height) + 3, left : int(line.x + line.width) + 3] = True
    rest = picture[~letters]
    ground, others = _ground(rest) if len(rest) else (1.0, 0.0)
    names = re.sub(r"[-_./%0-9]+", " ", f"{told['name']} {told['hints']} {told['source']}")
    return PictureText(
        place=Place.of(told["place"]),
        kind=told["kind"],
        name=told["name"],
        is_decorative=told["decorative"],
        is_control=told["control"],
        is_mark=told["mark"] or bool(picture_words("mark").search(names)),
        is_sight=bool(picture_words("sight").search(names)),
        lines=tuple(line.text for line in own),
        ground=ground,
        others=others * len(rest) / letters.size,
        lettering=float(letters.mean()),
        beside=told["beside"],
    )


def _ground(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[float, float]:
    """The share of the commonest colour and its shades, and of all that is clearly another."""
    shades, counts = np.unique(pixels // SHADE, axis=0, return_counts=True)
    middle = shades[counts.argmax()].astype(np.int16) * SHADE + SHADE // 2
    apart = np.abs(pixels.astype(np.int16) - middle).max(axis=1)
    return float(np.mean(apart <= APART // 2 + SHADE // 2)), float(np.mean(apart > APART))


PROBE = Probe(gives=ImageText, run=run, seconds=15, finish=finish)
