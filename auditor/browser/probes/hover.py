"""Rests the pointer on what may show something, and tries to see the same by keyboard."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.browser.probes import listeners
from auditor.evidence import Place
from auditor.evidence.hover import Hover, Hovered

PLACES = 10  # where the pointer rests, at most
REVEALED = 4  # that are looked at in full
SHOW_SECONDS = 0.25  # what shows, shows within this; what hides, hides
TRY_SECONDS = 15.0  # after which no further place is begun
COMES_SECONDS = 3.0  # at most, that the page is watched for what shows by itself
ENTERS = ("mouseenter", "mouseover", "pointerenter", "pointerover")


async def run(drive: Drive) -> Hover:
    ends = time.monotonic() + TRY_SECONDS
    told = await _candidates(drive)
    revealed: list[Hovered] = []
    tried = 0
    for number in told["found"]:
        if len(revealed) == REVEALED or time.monotonic() > ends:
            break
        tried += 1
        if (one := await _hover(drive, number)) is not None:
            revealed.append(one)
    left_out = told["leftOut"] + len(told["found"]) - tried
    return Hover(page=Place.of(told["page"]), revealed=tuple(revealed), tried=tried, left_out=left_out)


async def _candidates(drive: Drive) -> Any:
    await drive.call("hover.rest")
    await asyncio.sleep(SHOW_SECONDS * 2)
    found = await listeners.attached(drive)
    nodes = [node for node, own in found.items() if node and any(e.type in ENTERS for e in own)]
    objects = await listeners.resolved(drive, nodes[: PLACES * 4])
    return await listeners.told_of(drive, "hover.candidates", PLACES, filter(None, objects))


async def _hover(drive: Drive, number: int) -> Hovered | None:
    """What shows; None for nothing, or for what shows by itself now and then."""
    await _away(drive)
    began = time.monotonic()
    content = await _over(drive, number)
    if content is None:
        return None
    facts = await drive.call("hover.facts", number, content["number"])
    this = (content["number"], content["text"])
    await drive.press("Escape")
    await asyncio.sleep(SHOW_SECONDS / 2)
    dismissed = not await drive.call("hover.stands", *this)
    await _away(drive)
    if await drive.call("hover.stands", *this):
        await asyncio.sleep(SHOW_SECONDS)
        if await drive.call("hover.stands", *this):  # it is there to stay, or came by itself
            await drive.call("hover.rest")
            return None
    again = await _over(drive, number)
    if again is None or again["text"] != content["text"]:
        return None
    this = (again["number"], again["text"])
    seconds = time.monotonic() - began
    hoverable = await _move_onto(drive, number, this)
    await _away(drive)
    if await _comes(drive, this, min(seconds, COMES_SECONDS)):
        return None
    on_focus, on_keys = await _by_keyboard(drive, number, this)
    return Hovered(
        trigger=Place.of(facts.pop("trigger")),
        content=Place.of(facts.pop("content")),
        dismissed=dismissed,
        hoverable=hoverable,
        on_focus=on_focus,
        on_keys=on_keys,
        **facts,
    )


async def _away(drive: Drive) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        await drive.page.mouse.move(0, 0)
    await drive.call("hover.blur")
    await asyncio.sleep(SHOW_SECONDS / 2)


async def _over(drive: Drive, number: int) -> Any:
    point = await drive.call("hover.aim", number)
    if point is None:
        return None
    async with asyncio.timeout(ANSWER_SECONDS):
        await drive.page.mouse.move(point["x"], point["y"], steps=2)
    await asyncio.sleep(SHOW_SECONDS)
    return await drive.call("hover.revealed", number)


async def _comes(drive: Drive, content: tuple[int, str], seconds: float) -> bool:
    """Whether it shows with nothing over it once it had its time to go: the pointer's turns met it by chance.

    `seconds`: as long as these took. What came, went and came by itself within them does so again.
    """
    await asyncio.sleep(SHOW_SECONDS)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(SHOW_SECONDS / 2)
        if await drive.call("hover.stands", *content):
            return True
    return False


async def _move_onto(drive: Drive, number: int, content: tuple[int, str]) -> bool | None:
    """Whether it stands while the pointer moves onto it; None where it is out of reach in this window."""
    points = await drive.call("hover.way", number, content[0])
    if len(points) < 3:
        return None
    for point in points:
        async with asyncio.timeout(ANSWER_SECONDS):
            await drive.page.mouse.move(point["x"], point["y"], steps=6)
        await asyncio.sleep(SHOW_SECONDS / 2)
    await asyncio.sleep(SHOW_SECONDS)
    return bool(await drive.call("hover.stands", *content))


async def _by_keyboard(drive: Drive, number: int, content: tuple[int, str]) -> tuple[bool, bool]:
    """Whether it shows on focus, and whether a key shows it or reaches what it holds."""
    for each in await drive.call("hover.focusables", number, content[0]):
        if not await drive.call("hover.focus", each["number"]):
            continue
        await asyncio.sleep(SHOW_SECONDS / 2)
        if await drive.call("hover.stands", *content):
            await drive.press("Escape")
            return True, False
        if each["inside"]:
            return False, True  # reached, though it may not be seen: another rule's fault
        keys = ["Enter"] * each["toggle"] + ["ArrowDown"] * each["link"]
        for key in keys:
            await drive.press(key)
            await asyncio.sleep(SHOW_SECONDS)
            if await drive.call("hover.stands", *content):
                await drive.press("Escape")
                if await drive.call("hover.stands", *content):
                    await drive.press(key)
                return False, True
    return False, False


PROBE = Probe(gives=Hover, run=run, seconds=25)
