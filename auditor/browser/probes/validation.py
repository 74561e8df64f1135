"""Forms are given wrong entries, and the page is asked what it says of them. Nothing leaves the page.

No button is pressed and nothing is submitted: the page's own handlers hear that fields were left and that
the form is to be sent (`submit`, made by us, on which no browser acts). Meanwhile every request is refused.
"""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Dialog

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes.wanted import Wanted
from auditor.evidence import Place
from auditor.evidence.validation import Told, Tried, TriedForm, Validation

FORMS = 3  # tried at most
LEFT_SECONDS = 0.2  # what a page says of a field that is left, it says within this
SENT_SECONDS = 0.6  # and of the whole form
REST_SECONDS = 1.0  # what the page sends late is still refused


async def run(drive: Drive) -> Validation:
    await drive.call("forms.count")  # validation.js builds on it
    told = await drive.call("validation.forms", FORMS)
    forms = []
    with Wanted(drive.page) as wanted, drive.sealed():
        for each in told["found"]:
            if one := await _try(drive, wanted, each["number"]):
                forms.append(one)
        if forms:
            await asyncio.sleep(REST_SECONDS)
    return Validation(
        page=Place.of(told["page"]),
        forms=tuple(forms),
        refused=tuple(Place.of(each) for each in told["refused"]),
        left_out=told["leftOut"],
    )


async def _try(drive: Drive, wanted: Wanted, number: int) -> TriedForm | None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.type)

    refused = len(drive.stopped)
    wanted.take()
    drive.page.on("dialog", note)
    try:
        if not await drive.call("validation.fill", number):
            return None
        await asyncio.sleep(LEFT_SECONDS)
        await drive.call("validation.submit")
        await asyncio.sleep(SENT_SECONDS)
        told = await drive.call("validation.seen")
        await drive.call("validation.back")
    finally:
        drive.page.remove_listener("dialog", note)
    return TriedForm(
        place=Place.of(told["place"]),
        fields=tuple(Tried(**{**each, "place": Place.of(each["place"])}) for each in told["fields"]),
        told=tuple(_told(each) for each in told["told"]),
        moved=told["moved"],
        live=told["live"],
        dialog=bool(dialogs),
        stopped=told["stopped"],
        sends=len(drive.stopped) > refused or bool(wanted.take()),
    )


def _told(told: Any) -> Told:
    return Told(
        place=Place.of(told["place"]),
        text=told["text"],
        at_end=told["atEnd"],
        live=told["live"],
        heard=told["heard"],
        fields=tuple(told["fields"]),
    )


PROBE = Probe(gives=Validation, run=run, seconds=15)
