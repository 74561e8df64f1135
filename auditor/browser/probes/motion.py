"""The page untouched for some seconds: what moves, flashes, sounds or vanishes by itself?

Changes of the document are watched in the page, which costs next to nothing. Pictures are taken only of
what the document does not tell of, and in quick succession only where something may flash.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import itertools
import math
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from auditor.browser.drive import Drive, Picture, Probe
from auditor.browser.probes import pulses
from auditor.browser.probes.pulses import Animated, Frame
from auditor.browser.world import WorldError, send
from auditor.evidence import Box, Place
from auditor.evidence.motion import Control, Flash, Gone, Motion, Moving, Sound

STILL_MS = 6500  # nothing changed for so long: carousels change every four to seven seconds
MOST_MS = 14000
LOOKS = 4  # at what only pixels tell of
FAST_SECONDS = 1.6
ANIMATED = {"image/gif", "image/webp", "image/apng", "image/avif"}
PICTURES = 12  # of these kinds that are read
PICTURE_CHARACTERS = 8_000_000
FRAMES = 200  # taken in quick succession
DATA = re.compile(r"data:(image/(?:gif|webp|apng|avif));base64,(.+)", re.S)


async def run(drive: Drive) -> Motion:
    sounds = await drive.call("motion.listen")
    began = await drive.call("motion.begin")
    pictures = await _pictures(drive)
    spots = began["pixels"]
    moved: set[int] = set()
    if spots or began["code"]:
        least = STILL_MS if began["code"] else 4000
        watching = asyncio.ensure_future(
            drive.call("motion.watch", least, MOST_MS, seconds=MOST_MS / 1000 + 5)
        )
        try:
            moved = await _look(drive, spots, least / 1000)
            await watching
        finally:
            watching.cancel()
    told = await drive.call("motion.tell")
    found = list(told["found"])
    for spot in spots:
        if spot["number"] in moved:
            kind = "frame" if spot["name"] == "iframe" else "drawing"
            found.append(await drive.call("motion.told", spot["number"], kind, {"lasts": None}))
    for number, picture in pictures:
        lasts = min(picture.lasts, 1e9)
        found.append(await drive.call("motion.told", number, "picture", {"lasts": lasts}))
    return Motion(
        page=Place.of(began["page"]),
        seconds=told["seconds"],
        moving=tuple(_moving(each) for each in found),
        sounds=tuple(_sound(each) for each in (*sounds, *told["sounds"])),
        flashes=await _flashes(drive, [*told["fast"], *_fast(found)], pictures),
        gone=tuple(
            Gone(place=Place.of(each["place"]), text=each["text"], at=each["at"] / 1000)
            for each in told["gone"]
        ),
    )


async def _look(drive: Drive, spots: Sequence[Mapping[str, Any]], seconds: float) -> set[int]:
    """The numbers of those spots that look otherwise from picture to picture until the end."""
    if not spots:
        return set()
    pictures: list[Picture] = []
    for _ in range(LOOKS):
        pictures.append(await drive.picture())
        if len(pictures) < LOOKS:
            await asyncio.sleep(seconds / (LOOKS - 1))
    pairs = list(itertools.pairwise(pictures))
    return {
        each["number"]
        for each in spots
        if all(_differ(_cut(one, each["box"]), _cut(other, each["box"])) for one, other in pairs[1:])
    }


def _cut(picture: Picture, box: Mapping[str, float]) -> Picture:
    left, top = int(box["x"]), int(box["y"])
    return picture[top : top + int(box["height"]), left : left + int(box["width"])]


def _differ(one: Picture, other: Picture) -> bool:
    if one.shape != other.shape or not one.size:
        return False
    apart = np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=2) > 24
    return bool(apart.sum() > max(20, apart.size * 0.001))


async def _pictures(drive: Drive) -> list[tuple[int, Animated]]:
    """The animated pictures that show: an element's number and how it moves. Nothing is asked for anew."""
    shown = await drive.call("motion.pictures")
    try:
        tree = await send(drive.tab.session, "Page.getResourceTree", {}, 5)
    except WorldError:
        return []
    sources: dict[str, str] = {}  # address: the frame that has it
    _resources(tree["frameTree"], sources)
    behind = [url for url in sources if url not in {each["url"] for each in shown}]
    if behind:
        shown += await drive.call("motion.backgrounds", behind[:PICTURES])
    if not shown or not (sources or any(DATA.match(each["url"]) for each in shown)):
        return []
    known: dict[str, Animated | None] = {}
    found = []
    await send(drive.tab.session, "Page.enable", {}, 5)  # else no content is given
    try:
        for each in shown:
            url = each["url"]
            if url not in known and len(known) < PICTURES and (url in sources or DATA.match(url)):
                content = await _content(drive, url, sources)
                known[url] = await asyncio.to_thread(pulses.animated, content) if content else None
            if picture := known.get(url):
                found.append((int(each["number"]), picture))
    finally:
        await send(drive.tab.session, "Page.disable", {}, 5)
    return found[:PICTURES]


def _resources(tree: Mapping[str, Any], into: dict[str, str]) -> None:
    for each in tree["resources"]:
        if each["type"] == "Image" and each["mimeType"] in ANIMATED and not each.get("failed"):
            into[each["url"]] = tree["frame"]["id"]
    for child in tree.get("childFrames", ()):
        _resources(child, into)


async def _content(drive: Drive, url: str, sources: Mapping[str, str]) -> bytes:
    if data := DATA.match(url):
        text = data[2]
    elif url in sources:
        params = {"frameId": sources[url], "url": url}
        try:
            answer = await send(drive.tab.session, "Page.getResourceContent", params, 5)
        except WorldError:
            return b""
        text = answer["content"] if answer["base64Encoded"] else ""
    else:
        return b""
    if len(text) > PICTURE_CHARACTERS:
        return b""
    with contextlib.suppress(binascii.Error):
        return base64.b64decode(text)
    return b""


def _fast(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What may flash and tells nothing of how fast it is."""
    return [
        {"place": each["place"], "box": each["box"], "why": each["kind"]}
        for each in found
        if each["kind"] in ("drawing", "frame") and each["box"]["width"] * each["box"]["height"] > pulses.AREA
    ]


async def _flashes(
    drive: Drive, fast: Sequence[Mapping[str, Any]], pictures: Sequence[tuple[int, Animated]]
) -> tuple[Flash, ...]:
    found = []
    for number, picture in pictures:
        told = await drive.call("motion.told", number, "picture", {"lasts": 0})
        box = Box.of(told["box"])
        if worst := pulses.worst(picture.frames, box.width, box.height):
            found.append((told["place"], worst))
    seen = [each for each in fast if each["box"]["y"] < drive.height and each["box"]["x"] < drive.width]
    if seen:
        frames = await _film(drive)
        for each in seen:
            box = Box.of(each["box"])
            inside = [Frame(at=one.at, light=_part(one.light, drive, box)) for one in frames]
            width, height = min(box.width, drive.width), min(box.height, drive.height)
            if worst := pulses.worst(inside, width, height):
                found.append((each["place"], worst))
    return tuple(
        Flash(place=Place.of(place), times=worst.times, area=worst.area, as_one=worst.as_one)
        for place, worst in found
    )


def _part(light: pulses.Light, drive: Drive, box: Box) -> pulses.Light:
    down, across = light.shape[0] / drive.height, light.shape[1] / drive.width
    left, top = max(0, int(box.x * across)), max(0, int(box.y * down))
    right, bottom = math.ceil((box.x + box.width) * across), math.ceil((box.y + box.height) * down)
    return light[top : max(bottom, top + 1), left : max(right, left + 1)]


async def _film(drive: Drive) -> list[Frame]:
    """The window in quick succession, as fast as the browser draws it, made small."""
    session = drive.tab.session
    taken: list[tuple[float, str]] = []
    answers: set[asyncio.Future[Any]] = set()

    def take(event: dict[str, Any]) -> None:
        if len(taken) < FRAMES:
            taken.append((event["metadata"].get("timestamp") or time.time(), event["data"]))
            answer = asyncio.ensure_future(
                send(session, "Page.screencastFrameAck", {"sessionId": event["sessionId"]}, 5)
            )
            answers.add(answer)

    session.on("Page.screencastFrame", take)
    try:
        size = {"maxWidth": drive.width // 4, "maxHeight": drive.height // 4}
        await send(session, "Page.startScreencast", {"format": "jpeg", "quality": 80, **size}, 5)
        await asyncio.sleep(FAST_SECONDS)
        await send(session, "Page.stopScreencast", {}, 5)
    finally:
        session.remove_listener("Page.screencastFrame", take)
        await asyncio.gather(*answers, return_exceptions=True)
    return [
        Frame(at=at, light=pulses.light(base64.b64decode(data), (drive.width // 8, drive.height // 8)))
        for at, data in taken
    ]


def _moving(told: Mapping[str, Any]) -> Moving:
    lasts = told["lasts"]
    return Moving(
        place=Place.of(told["place"]),
        kind=told["kind"],
        box=Box.of(told["box"]),
        text=told["text"],
        texts=tuple(told["texts"]),
        changes=told["changes"],
        first=told["first"] / 1000,
        last=told["last"] / 1000,
        longest=told["longest"] / 1000,
        lasts=math.inf if lasts is not None and lasts >= 1e9 else lasts,
        is_alone=told["alone"],
        waits=told["waits"],
        has_controls=bool(told.get("own")),
        near=tuple(map(Control.of, told["controls"]["near"])),
        far=tuple(told["controls"]["far"]),
    )


def _sound(told: Mapping[str, Any]) -> Sound:
    return Sound(
        place=Place.of(told["place"]),
        lasts=math.inf if told["lasts"] >= 1e9 else told["lasts"],
        is_heard=told["heard"],
        is_declared=told["asked"],
        has_controls=told["own"],
        near=tuple(map(Control.of, told["controls"]["near"])),
    )


PROBE = Probe(gives=Motion, run=run, seconds=25)
