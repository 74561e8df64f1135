"""What a pressed button brought into sight, and what is wrong with it: a part of `activation`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.browser.drive import ANSWER_SECONDS, Drive
from auditor.browser.probes import listeners
from auditor.browser.world import send
from auditor.evidence import Place
from auditor.evidence.activation import Clickable, Swapped, Unnamed
from auditor.evidence.clicks import CLICKS, KEYS
from auditor.evidence.listeners import Listener

ARROWS = re.compile(r"Arrow|keyCode|\bwhich\b|\b(?:37|38|39|40)\b")  # in code that hears keys


@dataclass(frozen=True, kw_only=True)
class Brought:
    controls: int = 0
    unnamed: tuple[Unnamed, ...] = ()
    clickable: tuple[Clickable, ...] = ()
    swapped: tuple[Swapped, ...] = ()


async def before(drive: Drive) -> None:
    """Remember what is in sight."""
    await drive.call("brought.before")


async def found(drive: Drive, number: int, *, is_restless: bool) -> Brought:
    """What came since `before`, by the button of this number; nothing of a page that changes by itself."""
    told = None if is_restless else await drive.call("brought.after", number)
    if told is None:
        return Brought()
    clickable = []
    for each in told["hands"]:
        own, *around = await _listeners(drive, each["number"])
        keys = [one for level in (own, *around) for one in level if one.type in KEYS]
        if any(ARROWS.search(one.code) for one in keys):
            continue
        hears_click = [any(one.type in CLICKS and not one.idle for one in level) for level in (own, *around)]
        if any(hears_click):
            place = Place.of(each["place"])
            clickable.append(
                Clickable(place=place, name=each["name"], own=hears_click[0], field=each["field"])
            )
    return Brought(
        unnamed=tuple(
            Unnamed(place=Place.of(each["place"]), rule=each["rule"]) for each in told["unnamed"]["found"]
        ),
        controls=told["unnamed"]["controls"],
        clickable=tuple(clickable),
        swapped=tuple(Swapped(place=Place.of(each["place"]), alt=each["alt"]) for each in told["swapped"]),
    )


async def _listeners(drive: Drive, number: int) -> list[list[Listener]]:
    """What an element listens for, and each around it below <body>."""
    session = drive.tab.session
    chain = await drive.world.run(f"auditor.brought.chain({number})", seconds=ANSWER_SECONDS, by_value=False)
    listed = await send(
        session, "Runtime.getProperties", {"objectId": chain, "ownProperties": True}, ANSWER_SECONDS
    )
    return [
        await listeners.of_node(drive, each["value"]["objectId"])
        for each in listed["result"]
        if each["name"].isdigit()
    ]
