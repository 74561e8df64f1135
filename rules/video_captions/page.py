"""WCAG 1.2.2: a video with sound has captions (G87, G93, H95), unless it gives again what a text says."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.media import Media, Medium, Track

FEW = 0.3  # words a second of sound: less leaves something out, or little is said
PART = 0.5  # of the film, at which the last caption may end


def judge(media: Media) -> Iterator[Verdict]:
    for each in media.recordings:
        if each.is_muted and each.decorates:
            continue  # its sound is off, and nothing turns it on
        is_video = each.kind == "video" and each.shows is not False
        if is_video and each.can_play and each.is_shown and each.sounds is not False and not each.is_short:
            yield _of(each)


def _of(each: Medium) -> Verdict:
    place = each.place
    if each.player:
        return cant_tell(
            place, f"Does the video in {each.player_name}’s player have captions, checked by a person?"
        )
    if each.is_live:
        return cant_tell(place, "If this is live: does it have captions? (They are asked for by 1.2.4.)")
    if tracks := each.of_kind("captions"):
        return _captions(each, tracks)
    if each.is_alternative:
        return passed(place)
    if any(track.cues for track in each.of_kind("subtitles")):
        return cant_tell(place, "It has subtitles. Do they tell all that is said, and sounds that matter?")
    if each.captions_drawn:
        return cant_tell(place, "Words are drawn in its picture. Are they captions of all that is said?")
    if each.is_muted and not each.has_controls:
        return cant_tell(
            place, "It plays with its sound off. Can that be turned on, and has it captions then?"
        )
    if each.sounds and each.captions_drawn is False:
        return failed(place, "The video has sound, and neither a captions file nor words in its picture")
    return cant_tell(
        place, "It has no captions file. Is anything said in it that no captions in the picture give?"
    )


def _captions(each: Medium, tracks: tuple[Track, ...]) -> Verdict:
    place = each.place
    read = [track for track in tracks if track.cues]
    if not read:
        if any(track.state == "unknown" for track in tracks):
            return cant_tell(place, "Its captions file could not be looked into. Does it hold captions?")
        return failed(place, "Its captions file is missing or holds no captions")
    if each.made_by_machine:
        return cant_tell(place, "A machine seems to have made its captions. Has a person corrected them?")
    seconds = each.loud or each.seconds or 0.0
    if (
        max(track.ends for track in read) < PART * (each.seconds or 0.0)
        or max(track.words for track in read) < FEW * seconds
    ):
        return cant_tell(place, "Its captions are few for its length. Do they give all that is said?")
    return passed(place)
