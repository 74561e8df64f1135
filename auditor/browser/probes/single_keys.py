"""Presses single characters while nothing has the focus, where a script hears the keys of the whole page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import listeners
from auditor.browser.probes.wanted import Wanted
from auditor.evidence import Place
from auditor.evidence.single_keys import Pressed, SingleKeys

USUAL = "/?sjk1m+-"
KEYS = 12  # pressed at most
ACTING = 3  # that do something: no more are sought then
ACT_SECONDS = 0.12
HEAR = ("keydown", "keypress", "keyup")
NAMED = re.compile(r"""["'`]([!-~])["'`]""")
CODED = re.compile(
    r"(?:keyCode|which|charCode)\s*={2,3}\s*(\d{2,3})|case (\d{2,3}):|\"Key([A-Z])\"|'Key([A-Z])'"
)


COMPARED = re.compile(
    r"""(?:\.key|\bkey)\s*={2,3}\s*["']([a-z0-9])["']|["']([a-z0-9])["']\s*={2,3}\s*[\w.]*\bkey\b""", re.I
)
HELD = re.compile(r"ctrlKey|altKey|metaKey|getModifierState")


async def run(drive: Drive) -> SingleKeys:
    about = await drive.call("single_keys.about")
    codes = [each.code for each in await listeners.of_page(drive) if each.type in HEAR and not each.idle]
    kbd = {each["key"].lower(): Place.of(each["place"]) for each in about["keys"]}
    compared = tuple(
        dict.fromkeys(
            one or other for code in codes if not HELD.search(code) for one, other in COMPARED.findall(code)
        )
    )
    pressed: list[Pressed] = []
    state: Any = None  # of the page, where the last key changed nothing
    with Wanted(drive.page) as wanted:
        for key in list(dict.fromkeys([*kbd, *_named(codes), *USUAL]))[:KEYS] if codes else ():
            state = state or await _rested(drive, wanted)
            if state is None:
                continue
            is_sure = key in compared  # it may do a thing once: all is archived then
            one, state = await _press(drive, wanted, key, state, is_sure=is_sure)
            if one is not None:
                pressed.append(replace(one, place=kbd.get(key)))
            if len(pressed) == ACTING:
                break
    return SingleKeys(
        page=Place.of(about["page"]),
        listening=bool(codes),
        pressed=tuple(pressed),
        setting=about["setting"],
        compared=compared,
    )


def _named(codes: Iterable[str]) -> Iterable[str]:
    """Characters that the code compares a key with."""
    for code in codes:
        yield from (key.lower() for key in NAMED.findall(code) if key.isalnum() or key in "/?.,;[]")
        for number, case, *letters in CODED.findall(code):
            digit = int(number or case or 0)
            if 48 <= digit <= 57 or 65 <= digit <= 90:
                yield chr(digit).lower()
            yield from (letter.lower() for letter in letters if letter)


async def _press(
    drive: Drive, wanted: Wanted, key: str, before: Any, *, is_sure: bool
) -> tuple[Pressed | None, Any]:
    """What it does, None for nothing or for what the page does by itself; the page, if as before."""
    await drive.press(key)
    await asyncio.sleep(ACT_SECONDS)
    after, went = await drive.call("single_keys.state"), wanted.take()
    if not went and after == before:
        return None, after
    moved = after["focus"] if after["focus"] != before["focus"] else None
    acts = went or moved or after["scroll"] != before["scroll"]
    if not acts and not is_sure and not await _again(drive, wanted, key):
        return None, None
    return Pressed(
        key=key,
        place=None,
        went=tuple(dict.fromkeys(went)),
        moved_to=Place.of(moved) if moved else None,
        scrolled=abs(after["scroll"] - before["scroll"]),
        changed=after["text"] != before["text"],
    ), None


async def _again(drive: Drive, wanted: Wanted, key: str) -> bool:
    """Whether the text changes once more by the key, and not without it."""
    before = await _rested(drive, wanted)
    if before is None:
        return False
    await drive.press(key)
    await asyncio.sleep(ACT_SECONDS)
    after: Any = await drive.call("single_keys.state")
    return bool(after["text"] != before["text"])


async def _rested(drive: Drive, wanted: Wanted) -> Any:
    """The page as it is, with nothing in focus; None where it does not keep still."""
    await drive.press("Escape")
    await drive.common("restore")
    await asyncio.sleep(ACT_SECONDS / 2)
    state = await drive.call("single_keys.state")
    await asyncio.sleep(ACT_SECONDS)
    return state if not wanted.take() and state == await drive.call("single_keys.state") else None


PROBE = Probe(gives=SingleKeys, run=run, seconds=12)
