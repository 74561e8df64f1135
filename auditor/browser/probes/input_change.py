"""Fields get another value by keyboard: does the page go elsewhere, or take the focus away?"""

from __future__ import annotations

import asyncio

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes.wanted import Wanted
from auditor.evidence import Place
from auditor.evidence.input_change import Changed, InputChange

ACT_SECONDS = 0.35  # a page that acts on a change does so within this


async def run(drive: Drive) -> InputChange:
    told = await drive.call("input_change.fields")
    changed = []
    with Wanted(drive.page) as wanted:
        for each in told["fields"]:
            key = await drive.call("input_change.ready", each["number"])
            if not key:
                continue
            wanted.take()  # what comes by itself
            await drive.press(key)
            await asyncio.sleep(ACT_SECONDS)
            moved = await drive.call("input_change.moved", each["number"])
            went = tuple(dict.fromkeys(wanted.take()))  # after an answer of the page: it may be busy
            await drive.call("input_change.back", each["number"])  # it leaves the field
            changed.append(
                Changed(
                    place=Place.of(each["place"]),
                    kind=each["kind"],
                    name=each["name"],
                    around=each["around"],
                    went=went,
                    moved_to=Place.of(moved) if moved else None,
                )
            )
    return InputChange(page=Place.of(told["page"]), fields=tuple(changed), left_out=told["leftOut"])


PROBE = Probe(gives=InputChange, run=run, seconds=12)
