"""What probes that change how text is laid out share: text.js."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.browser.drive import Drive
from auditor.evidence import Place
from auditor.evidence.text import Cut, Overlap, TextChanges

LATE_SECONDS = 0.4  # scripts that follow a change of size often wait a quarter of a second


async def settled(drive: Drive) -> dict[str, Any]:
    """What text.js finds changed; looked at again, later, where there is something."""
    await drive.frames()
    told: dict[str, Any] = await drive.call("text.changed")
    if told["cut"] or told["over"]:
        await asyncio.sleep(LATE_SECONDS)
        told = await drive.call("text.changed")
    return told


def changes(cut: Iterable[Mapping[str, Any]], over: Iterable[Mapping[str, Any]]) -> TextChanges:
    """From what `changed()` of text.js tells."""
    return TextChanges(
        cut=tuple(
            Cut(
                place=Place.of(each["place"]),
                text=each["text"],
                lost=each["lost"],
                downward=each["axis"] == "y",
                partly=each["partly"],
                rest=each["rest"],
                shortened=each["shortened"],
                more=each["more"],
            )
            for each in cut
        ),
        over=tuple(
            Overlap(
                place=Place.of(each["place"]),
                other=Place.of(each["other"]),
                text=each["text"],
                other_text=each["otherText"],
                layered=each["layered"],
            )
            for each in over
        ),
    )
