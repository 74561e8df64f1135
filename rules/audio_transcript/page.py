"""WCAG 1.2.1: what is only sound has a text that says the same (G158)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.media import FEWEST, PLENTY, Media, Medium


def judge(media: Media) -> Iterator[Verdict]:
    tells = any(each.kind == "video" and each.sounds is False for each in media.recordings)
    for each in media.to_judge():
        is_audio = each.kind == "audio" or (each.shows is False and not each.player)
        if tells and "video" in each.beside:
            continue  # it may tell what the silent film shows: that is asked of the film
        if is_audio and each.sounds is not False:
            yield _of(each)


def _of(each: Medium) -> Verdict:
    place = each.place
    if each.player and each.transcript in ("", "link"):
        return cant_tell(place, f"Is there a transcript of what is played by {each.player_name}?")
    if each.transcript == "link":
        return cant_tell(place, f"Does “{each.transcript_name}” lead to all that is said?")
    if each.has_text_for(PLENTY) and (each.transcript or each.tells or each.is_same):
        return passed(place)
    if each.has_text_for(FEWEST):
        return cant_tell(place, "Does the text on this page say all that is said in the recording?")
    if each.transcript:
        return cant_tell(place, "What is called its transcript is short. Does it say all that is said?")
    if each.sounds is None:
        return cant_tell(place, "No transcript was found. Is anything said in the recording?")
    return failed(place, "Nothing on the page is a text of what is said, and nothing leads to one")
