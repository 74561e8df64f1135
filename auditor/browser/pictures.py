"""A picture of each issue: one of its elements with what is around it, as the page showed it at the visit.

The page is never changed for it: the outline is drawn in the picture, and so is what hides what people may
have put into fields (docs/decisions/0017-pictures.md).
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import Error

from auditor.browser.drive import Drive
from auditor.browser.drive import Picture as Pixels
from auditor.browser.tab import VIEWPORT, Tab
from auditor.browser.world import Gone, NoAnswer, World, WorldError
from auditor.evidence import Box
from auditor.limits import PICTURE_BYTES, PICTURES_PER_PAGE
from auditor.models import Finding, Picture

SECONDS = 3.0  # for all of a page
LAST = 1.0  # of these: no other picture is begun
PLACES = 10  # of an issue, looked at for one that can be seen
MARGIN = 80  # CSS pixels around an element, as are the next
LEAST = (480, 270)
MOST = (800, 600)
QUALITY = 60  # WebP's
METHOD = 2  # WebP's: half of the time of its usual 4, for 3% more bytes
MALFORMED = (KeyError, TypeError, ValueError, IndexError, OSError)  # where a page told what has not its shape
STILL = 2.0  # pixels that an element may move while its picture is taken
GREY, DARK, LIGHT = "#9a9a9a", "#000000", "#ffdd00"


class Camera:
    """Takes the pictures of one page; bounded in number and time, and never raises for what the page does."""

    def __init__(self, tab: Tab, world: World) -> None:
        self.pictures: list[Picture] = []
        self.missed: list[str] = []  # issues that no picture came of, though an element seemed to be seen
        self.is_sound = True  # False: the page stands still
        self._driving = Drive(tab, world)
        self._left = SECONDS

    async def take(self, findings: Iterable[Finding]) -> None:
        """A picture of each issue of these findings, in their order, as far as number and time allow."""
        places: dict[str, list[Finding]] = {}
        taken = {picture.issue for picture in self.pictures}
        for finding in findings:
            if finding.issue not in taken:
                places.setdefault(finding.issue, []).append(finding)
        if not places or self._left <= 0:
            return
        ends = time.monotonic() + self._left
        try:
            async with self._driving.tab.within(self._left):
                await self._take([found[:PLACES] for found in places.values()], until=ends - LAST)
        except (NoAnswer, TimeoutError):
            self.is_sound = False
        except (WorldError, Error, *MALFORMED):
            pass  # the page went, say; it was judged all the same
        self._left = ends - time.monotonic()

    async def _take(self, issues: Sequence[Sequence[Finding]], *, until: float) -> None:
        await self._driving.ready()
        seen = await self._driving.call("pictures.seen", [list(map(_target, places)) for places in issues])
        for places, number in zip(issues, seen, strict=True):
            if len(self.pictures) >= PICTURES_PER_PAGE or time.monotonic() > until:
                return
            if number < 0:
                continue
            try:
                picture = await self._one(places[number])
            except (NoAnswer, Gone):
                raise  # nor will another element be found
            except (WorldError, *MALFORMED):
                picture = None
            if picture:
                self.pictures.append(picture)
            else:
                self.missed.append(places[number].issue)

    async def _one(self, finding: Finding) -> Picture | None:
        before = await self._driving.call("pictures.aim", _target(finding))
        pixels = clip = None
        window = self._driving.width, self._driving.height
        if before and (clip := clip_around(Box.of(before["box"]), window)):
            on_page = Box(
                x=clip.x + before["left"], y=clip.y + before["top"], width=clip.width, height=clip.height
            )
            pixels = await self._driving.picture(on_page)
        after = await self._driving.call("pictures.back")
        if clip is None or pixels is None or not _is_still(before, after):
            return None
        data = await asyncio.to_thread(drawn, pixels, clip, Box.of(before["box"]), _boxes(before))
        if len(data) > PICTURE_BYTES:
            return None
        return Picture(
            issue=finding.issue,
            url=finding.url,
            taken=datetime.now(UTC),
            media_type="image/webp",
            width=int(clip.width),
            height=int(clip.height),
            data=data,
        )


def _target(finding: Finding) -> list[list[str]]:
    return [step.split(" >>> ") for step in (*finding.frame, finding.selector)]


def _boxes(told: Mapping[str, Any]) -> list[Box]:
    return [Box.of(mask) for mask in told["masks"]]


def _is_still(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether what is outlined and painted over was in its place all the while."""
    if not before or not after or len(before["masks"]) != len(after["masks"]):
        return False
    pairs = [(before["box"], after["box"]), *zip(before["masks"], after["masks"], strict=True)]
    return all(abs(then[key] - now[key]) <= STILL for then, now in pairs for key in then)


def clip_around(box: Box, window: tuple[int, int] = VIEWPORT) -> Box | None:
    """The part of the window to show of an element in it; None where that is outside."""
    x, width = _span(box.x, box.width, LEAST[0], MOST[0], window[0])
    y, height = _span(box.y, box.height, LEAST[1], MOST[1], window[1])
    if box.x + box.width <= x or box.x >= x + width or box.y + box.height <= y or box.y >= y + height:
        return None
    return Box(x=x, y=y, width=width, height=height)


def _span(start: float, size: float, least: int, most: int, whole: int) -> tuple[int, int]:
    wanted = size + 2 * MARGIN
    length = min(max(wanted, least), most, whole)
    begin = start - MARGIN if wanted > length else start - (length - size) / 2
    return round(min(max(begin, 0), whole - length)), round(length)


def drawn(pixels: Pixels, clip: Box, element: Box, masks: Iterable[Box]) -> bytes:
    """As WebP: what is to be hidden painted over, the element outlined by a light line between dark ones.

    Raises `ValueError` where the picture has another size than the clip: nothing would be in its place.
    """
    if pixels.shape[:2] != (clip.height, clip.width):
        raise ValueError(f"a picture of {pixels.shape[1]} by {pixels.shape[0]} pixels")
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    for mask in masks:
        left, top, right, bottom = _corners(mask, clip, 0)
        if left <= right and top <= bottom:  # else it is outside
            draw.rectangle((left, top, right, bottom), fill=GREY)
    for out, width, colour in ((7, 8, DARK), (5, 4, LIGHT)):
        draw.rectangle(_corners(element, clip, out), outline=colour, width=width)
    written = io.BytesIO()
    image.save(written, "WEBP", quality=QUALITY, method=METHOD)
    return written.getvalue()


def _corners(box: Box, clip: Box, out: int) -> tuple[float, float, float, float]:
    """So many pixels outside the box; far outside the picture it ends, since the page may tell any figure."""
    left, top = floor(box.x - clip.x) - out, floor(box.y - clip.y) - out
    right, bottom = ceil(box.x + box.width - clip.x) - 1 + out, ceil(box.y + box.height - clip.y) - 1 + out
    return max(left, -50.0), max(top, -50.0), min(right, clip.width + 50.0), min(bottom, clip.height + 50.0)
