"""How links look beside the text around them, where axe left undecided whether colour alone tells them."""

from __future__ import annotations

from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.browser.pixels import contrasts
from auditor.evidence import Place
from auditor.evidence.link_looks import LinkLook, LinkLooks


async def run(drive: Drive) -> LinkLooks:
    told = await drive.call("link_looks.find")
    return LinkLooks(
        links=tuple(
            LinkLook(
                place=Place.of(each["place"]),
                text=each["text"],
                is_seen=each["seen"],
                ratio=_ratio(each.get("pairs")),
                differs_by=tuple(each.get("differs", ())),
            )
            for each in told
        )
    )


def _ratio(pairs: Any) -> float | None:
    """With that of the texts around it from which the link differs most."""
    if not pairs or any(None in pair for pair in pairs):
        return None
    own, around = zip(*pairs, strict=True)
    return float(max(contrasts(own, around)))


PROBE = Probe(gives=LinkLooks, run=run, seconds=10, only_looks=True)
