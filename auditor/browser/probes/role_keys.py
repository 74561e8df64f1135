"""Presses the keys that a widget's role promises: arrows among tabs and on sliders, Space on a switch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.browser.drive import ANSWER_SECONDS, Drive, Probe
from auditor.evidence import Place
from auditor.evidence.role_keys import RoleKeys, Widget

WIDGETS = 12  # tried at most
ACT_SECONDS = 0.12
ARROWS = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")
KEYS: Mapping[str, tuple[str, ...]] = {
    "moves": (*ARROWS, "Home", "End"),
    "values": (*ARROWS, "PageUp", "PageDown", "Home", "End"),
    "switches": ("Space", "Enter"),
}


async def run(drive: Drive) -> RoleKeys:
    told = await drive.call("role_keys.find", WIDGETS)
    return RoleKeys(
        page=Place.of(told["page"]),
        widgets=tuple([await _try(drive, each) for each in told["found"]]),
        refused=tuple(map(Place.of, told["refused"])),
        left_out=told["leftOut"],
    )


async def _try(drive: Drive, told: Mapping[str, Any]) -> Widget:
    number, kind = told["number"], told["kind"]
    reached = await drive.call("role_keys.begin", number)
    answers, by_pointer = "", False
    if reached and (kind != "moves" or told["byTab"] < len(told["parts"])):
        answers = await _answers(drive, number, KEYS[kind])
    if kind == "switches" and not answers:
        by_pointer = await _by_pointer(drive, number)
    return Widget(
        place=Place.of(told["place"]),
        role=told["role"],
        name=told["name"],
        kind=kind,
        parts=tuple(map(Place.of, told["parts"])),
        by_tab=told["byTab"],
        reached=reached,
        answers=answers,
        by_pointer=by_pointer,
        instead=told["instead"],
    )


async def _answers(drive: Drive, number: int, keys: Iterable[str]) -> str:
    """The first key that changes it."""
    await drive.press("Shift")  # scripts mark at a first key that a keyboard is in use
    await asyncio.sleep(ACT_SECONDS)
    before = await drive.call("role_keys.state", number)
    for key in keys:
        await drive.press(key)
        await asyncio.sleep(ACT_SECONDS)
        if await drive.call("role_keys.state", number) != before:
            return key
    return ""


async def _by_pointer(drive: Drive, number: int) -> bool:
    """Whether a click switches it, and another switches it back."""
    states = []
    for _ in range(2):
        point = await drive.call("role_keys.middle", number)
        if point is None:
            return False
        before = await drive.call("role_keys.state", number)
        async with asyncio.timeout(ANSWER_SECONDS):
            await drive.page.mouse.click(point["x"], point["y"])
        await asyncio.sleep(ACT_SECONDS)
        after = await drive.call("role_keys.state", number)
        states.append((before["own"], after["own"]))
    return all(before != after for before, after in states)


PROBE = Probe(gives=RoleKeys, run=run, seconds=12)
