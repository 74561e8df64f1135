"""What ARIA says that axe could not decide. Beside a hidden part, Tab is pressed."""

from __future__ import annotations

import asyncio
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.aria import Aria, HiddenPart, Unheard

PARTS = 6  # tried on one page
REST_SECONDS = 0.1  # in which a script sends the focus on


async def run(drive: Drive) -> Aria:
    told = await drive.call("aria.tell")
    unheard, hidden = told["unheard"], told["hidden"]
    drive.only_looked = not hidden
    return Aria(
        unheard=tuple(
            Unheard(
                place=Place.of(each["place"]),
                tag=each["tag"],
                role=each["role"],
                attributes=tuple(each["attributes"]),
                says=each["says"],
                text=each["text"],
            )
            for each in unheard
        ),
        hidden=tuple([await _tried(drive, each, index < PARTS) for index, each in enumerate(hidden)]),
    )


async def _tried(drive: Drive, part: dict[str, Any], is_tried: bool) -> HiddenPart:
    entered: bool | None = None
    name = None
    ways = ((part["before"], "Tab"), (part["after"], "Shift+Tab"))
    for beside, key in ways if is_tried and part["number"] >= 0 else ():
        if beside < 0 or not await drive.call("aria.focus", beside):
            continue
        await drive.press(key)
        await asyncio.sleep(REST_SECONDS)
        name = await drive.call("aria.within", part["number"])
        entered = name is not None
        if entered:
            break
    return HiddenPart(place=Place.of(part["place"]), entered=entered, name=name or "")


PROBE = Probe(gives=Aria, run=run, seconds=10)
