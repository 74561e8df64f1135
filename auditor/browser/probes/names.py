"""What links, controls, pictures and frames are called, and what stands around them. Nothing is changed."""

from __future__ import annotations

from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.names import Control, Frame, Link, Names, Picture
from auditor.evidence.phrases import phrases


async def run(drive: Drive) -> Names:
    words = {kind: sorted(phrases(kind)) for kind in ("vague", "pointing", "empty", "formats")}
    told = await drive.call("names.find", words, seconds=8.0)
    return Names(
        page=Place.of(told["page"]),
        link_count=told["count"],
        links_left_out=told["links_left_out"],
        links_in_frames=told["links_in_frames"],
        **told["leftOut"],
        links=tuple(Link(**_placed(each)) for each in told["links"]),
        controls=tuple(Control(**_placed(each)) for each in told["controls"]),
        pictures=tuple(Picture(**_placed(each)) for each in told["pictures"]),
        frames=tuple(Frame(**_placed(each)) for each in told["frames"]),
    )


def _placed(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "place": Place.of(told["place"])}


PROBE = Probe(gives=Names, run=run, seconds=10, only_looks=True)
