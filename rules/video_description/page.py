"""WCAG 1.2.3 and 1.2.5: what a video shows is also told (G69, G78, G203). Only a person can hear that."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.media import Media, Medium


def judge(media: Media) -> Iterator[Verdict]:
    for each in media.to_judge():
        if each.kind == "video" and each.shows and each.sounds and not each.player and not each.decorates:
            yield _of(each)


def _of(each: Medium) -> Verdict:
    if each.is_alternative or each.has_described:
        return passed(each.place)
    if any(track.cues for track in each.of_kind("descriptions")):
        return cant_tell(
            each.place,
            "Browsers do not speak its track of descriptions. Does its sound tell all that is shown?",
        )
    return cant_tell(
        each.place, "Does its sound tell all that it shows? If not, is there a version that does?"
    )
