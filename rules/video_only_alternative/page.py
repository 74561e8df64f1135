"""WCAG 1.2.1: a video without sound has a text or a recording that tells the same (G159, G166)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.media import SHOWN, Media, Medium


def judge(media: Media) -> Iterator[Verdict]:
    for each in media.to_judge():
        if each.kind == "video" and each.shows and each.sounds is False and not each.decorates:
            yield _of(each)


def _of(each: Medium) -> Verdict:
    place = each.place
    if each.transcript == "link":
        return cant_tell(place, f"Does “{each.transcript_name}” tell what the silent video shows?")
    if each.has_text_for(SHOWN) and (each.transcript or each.tells or each.is_same):
        return passed(place)
    if "audio" in each.beside:
        return cant_tell(place, "Does the recording beside it tell what the silent video shows?")
    if each.has_text_for(SHOWN):
        return cant_tell(place, "Does the text on this page tell what the silent video shows?")
    return failed(place, "The video has no sound, and nothing on the page tells what it shows")
