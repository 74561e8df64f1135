"""A window 320 CSS pixels wide: does all fit?"""

from __future__ import annotations

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Box, Place
from auditor.evidence.reflow import Reflow, Wide

SIZE = (320, 640)


async def run(drive: Drive) -> Reflow:
    await drive.resize(*SIZE)
    await drive.frames()
    told = await drive.call("reflow.measure")
    return Reflow(
        page=Place.of(told["page"]),
        width=told["width"],
        scroll_width=told["scrollWidth"],
        wide=tuple(
            Wide(
                place=Place.of(each["place"]),
                box=Box.of(each["box"]),
                text=each["text"],
                exempt=each["exempt"],
            )
            for each in told["wide"]
        ),
    )


PROBE = Probe(gives=Reflow, run=run, seconds=10)
