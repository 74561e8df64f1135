"""Presses buttons by keyboard, where that can do no harm, and sees what comes of it.

Never links, what sends or resets a form, or what by its name may delete, pay, agree or the like: `refused`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes import brought
from auditor.browser.probes.wanted import Wanted
from auditor.evidence import Place
from auditor.evidence.activation import Activated, Activation, Appeared, Dialog, Refused

BUTTONS = 12  # pressed at most
ACT_SECONDS = 0.35  # what comes, comes within this
KEY_SECONDS = 0.1
FADE_SECONDS = 1.0  # a dialog is there, and gone, and the focus where it goes, within this
FADE_LOOKS = 5
TABS = 6  # presses of Tab in a dialog, at most


async def run(drive: Drive) -> Activation:
    told = await drive.call("activation.buttons", BUTTONS)
    activated: list[Activated] = []
    refused = [Refused(place=Place.of(each["place"]), reason=each["reason"]) for each in told["refused"]]
    is_usable = True
    with Wanted(drive.page) as wanted:
        for number in told["found"]:
            about = await drive.call("activation.about", number)
            if not is_usable:
                reason = "A dialog opened before could not be closed"
                refused.append(Refused(place=Place.of(about["trigger"]), reason=reason))
                continue
            if not await drive.call("activation.ready", number):
                continue
            await brought.before(drive)
            one, is_usable = await _activate(drive, wanted, number, about)
            activated.append(one)
    return Activation(
        page=Place.of(told["page"]),
        activated=tuple(activated),
        refused=tuple(refused),
        left_out=told["leftOut"],
    )


async def _activate(drive: Drive, wanted: Wanted, number: int, about: Any) -> tuple[Activated, bool]:
    """What came of it, and whether the page can be used further."""
    wanted.take()
    await asyncio.sleep(KEY_SECONDS)
    is_restless = await drive.call("activation.restless")
    key = await drive.call("activation.press", number)
    was_open = await drive.call("activation.isOpen", number)
    await drive.press(key)
    await asyncio.sleep(ACT_SECONDS)
    told = await drive.call("activation.after", number)
    news = await brought.found(drive, number, is_restless=is_restless)
    went = tuple(dict.fromkeys(wanted.take()))
    dialog, is_usable = None, True
    toggles, worn = False, "" if is_restless or told["renamed"] or went else told["worn"]
    stale = "" if is_restless or went or told["dialog"] else told["stale"]
    if told["dialog"]:
        dialog, is_usable = await _dialog(drive, number, key, told["dialog"])
    elif told["adds"] and not is_restless and not told["moved"] and not went:
        await drive.press(key)
        await asyncio.sleep(ACT_SECONDS)
        toggles = await drive.call("activation.undone")
        if toggles:
            worn = stale = ""  # what it opened and shut is another matter
        else:
            await drive.press("Escape")
    elif (worn == "stays" or stale) and not told["moved"]:
        await drive.press(key)
        await asyncio.sleep(ACT_SECONDS)
        if not await drive.call("activation.unworn", number):
            worn = "" if worn == "stays" else worn
        if not await drive.call("activation.unfaced", number):
            stale = ""
    elif not was_open and await drive.call("activation.isOpen", number):
        if await drive.call("activation.refocus", number):
            await drive.press(key)
    else:
        await drive.press("Escape")
    appeared = (
        ()
        if is_restless
        else tuple(
            Appeared(
                place=Place.of(each["place"]),
                text=each["text"],
                was=each["was"],
                live=each["live"],
                within=each["within"],
            )
            for each in told["appeared"]
        )
    )
    return Activated(
        trigger=Place.of(about["trigger"]),
        name=about["name"],
        moved=told["moved"],
        opens=told["opens"],
        toggles=toggles,
        renamed=told["renamed"],
        worn=worn if told["dialog"] is None else "",
        stale=stale,
        controls=news.controls,
        unnamed=news.unnamed,
        clickable=news.clickable,
        swapped=news.swapped,
        appeared=appeared,
        shown_live=told["shownLive"],
        dialog=dialog,
        went=went,
    ), is_usable


async def _dialog(drive: Drive, number: int, key: str, told: Any) -> tuple[Dialog, bool]:
    """How it takes the focus, keeps it and gives it back; and whether it could be closed."""
    this = told["number"]
    behind, covered, tab_in = None, False, False
    focus_in = await _until(drive, "activation.focused", this)
    if told["modal"]:
        for turn in range(TABS):
            await drive.press("Tab")
            now = await drive.call("activation.focusIn", this)
            if now["at"] and not now["inside"]:  # a script may fetch it back in a moment
                await asyncio.sleep(KEY_SECONDS)
                now = await drive.call("activation.focusIn", this)
            tab_in |= turn == 0 and now["inside"]
            if now["at"] and not now["inside"]:
                behind, covered = Place.of(now["at"]), now["covered"]
                break
    await drive.press("Escape")
    escapes = await _until(drive, "activation.closed", this)
    closes = False
    if not escapes:
        if await drive.call("activation.closer", this):
            await drive.press("Enter")
        elif await drive.call("activation.refocus", number):
            await drive.press(key)
        closes = await _until(drive, "activation.closed", this)
    returned = (escapes or closes) and await _until(drive, "activation.returned", number)
    strayed, lost = None, False
    if (escapes or closes) and not returned and await drive.call("activation.nowhere"):
        lost = True
        await drive.press("Tab")
        if await drive.call("activation.nowhere"):  # it left the page at its end
            await drive.press("Tab")
        strayed = await drive.call("activation.strayed", number)
    return Dialog(
        place=Place.of(told["place"]),
        modal=told["modal"],
        says_modal=told["says"],
        focus_in=focus_in,
        tab_in=tab_in,
        behind=behind,
        covered=covered,
        escapes=escapes,
        closes=closes,
        returned=returned,
        lost=lost,
        strayed=Place.of(strayed) if strayed else None,
    ), escapes or closes


async def _until(drive: Drive, function: str, number: int) -> bool:
    """Whether it comes to be so: what fades in or out takes its time."""
    for _ in range(FADE_LOOKS):
        if await drive.call(function, number):
            return True
        await asyncio.sleep(FADE_SECONDS / FADE_LOOKS)
    return False


PROBE = Probe(gives=Activation, run=run, seconds=20)
