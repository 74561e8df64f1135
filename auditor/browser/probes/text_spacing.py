"""A reader's own spacing of text: what does the page cut off or lay over other text then?"""

from __future__ import annotations

from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.browser.probes.text import changes, settled
from auditor.evidence import Place
from auditor.evidence.text import TextSpacing


async def run(drive: Drive) -> TextSpacing:
    texts = await drive.call("text.remember")
    if not texts:
        return TextSpacing(page=Place.of(await drive.call("text.page")), texts=0, changes=changes([], []))
    await drive.call("text_spacing.space")
    try:
        told: dict[str, Any] = await settled(drive)
    finally:
        await drive.call("text_spacing.unspace")
    return TextSpacing(
        page=Place.of(await drive.call("text.page")),
        texts=texts,
        changes=changes(told["cut"], told["over"]),
    )


PROBE = Probe(gives=TextSpacing, run=run, seconds=10)
