"""Sound and film: what the elements, their tracks and the words around them tell; nothing is played."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor import ocr
from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.media import Media, Medium, Track
from auditor.tools import players, recordings_given

ENOUGH = 1000  # bytes of decoded sound: silence takes some ten
SILENCE = 0.5  # seconds, of all
FILMS = 3  # whose pictures are looked at for captions
PICTURES = 4  # of each
SURE = 0.6  # of a line: whether there are words is asked, not which


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """What was found, and pictures of some films (PNG), by number, to be read once the page is left alone."""

    recordings: Sequence[Medium]
    pictures: Mapping[int, Sequence[str]]


async def run(drive: Drive) -> _Heard:
    told = await drive.call("media.find", recordings_given())
    if not told:
        drive.only_looked = True
        return _Heard(recordings=(), pictures={})
    held = await drive.call("media.listen", seconds=14)
    found = [_medium(each, held[number] or {}) for number, each in enumerate(told)]
    pictures = {}
    if ocr.is_there():
        for number in [number for number, each in enumerate(found) if _may_have_drawn(each)][:FILMS]:
            pictures[number] = await drive.call("media.pictures", number, PICTURES, seconds=10) or ()
    return _Heard(recordings=found, pictures=pictures)


async def finish(heard: _Heard) -> Media:
    found = list(heard.recordings)
    for number, taken in heard.pictures.items():
        found[number] = replace(found[number], captions_drawn=await _drawn(taken))
    return Media(recordings=tuple(found))


def _may_have_drawn(each: Medium) -> bool:
    is_sound_film = each.kind == "video" and each.shows is True and each.sounds is True and each.can_play
    return is_sound_film and not each.of_kind("captions") and not each.is_alternative


async def _drawn(taken: Sequence[str]) -> bool | None:
    """Whether words stand in a film's pictures that are others from picture to picture."""
    said = []
    for each in taken:
        if (lines := await ocr.read(base64.b64decode(each))) is None:
            return None
        said.append(" ".join(line.text for line in lines if line.sureness >= SURE))
    if not said:
        return None
    return sum(len(each.split()) >= 2 for each in said) >= len(said) / 2 and len(set(said)) > 1


def _medium(told: Mapping[str, Any], held: Mapping[str, Any]) -> Medium:
    names = {each["id"]: each["name"] for each in players()}
    transcript = told["transcript"]
    return Medium(
        place=Place.of(told["place"]),
        kind=told["kind"],
        player=told["player"],
        player_name=names.get(told["player"], ""),
        has_controls=told["controls"],
        buttons=tuple(told["buttons"]),
        has_play=told["startable"],
        plays_itself=told["autoplay"],
        is_muted=told["muted"],
        loops=told["loop"],
        is_shown=told["shown"],
        is_read=bool(held.get("isRead")),
        is_live=bool(held.get("live")),
        seconds=held.get("seconds"),
        loud=held.get("loud"),
        sounds=_sounds(held),
        shows=held.get("shows"),
        tracks=tuple(_tracks(told["tracks"], held.get("tracks", ()))),
        made_by_machine=told["automatic"],
        transcript=transcript["how"],
        transcript_name=transcript["text"],
        transcript_words=int(transcript["size"]),
        has_described=told["described"],
        words=int(told["words"]),
        tells=told["tells"],
        is_same=told["same"],
        beside=tuple(told["beside"]),
    )


def _sounds(held: Mapping[str, Any]) -> bool | None:
    loud, decoded = held.get("loud"), held.get("bytes")
    if loud is not None:
        return bool(loud > SILENCE)
    if decoded is None:
        return None
    return True if decoded >= ENOUGH else None if decoded else False


def _tracks(told: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]]) -> list[Track]:
    unknown = {"state": "unknown", "cues": 0, "words": 0, "ends": 0}
    rest = [unknown] * (len(told) - len(held))
    return [
        Track(
            kind=each["kind"],
            language=each["language"],
            label=each["label"],
            state=read["state"] if each["hasSource"] else "broken",
            cues=int(read["cues"]),
            words=int(read["words"]),
            ends=float(read["ends"]),
        )
        for each, read in zip(told, [*held, *rest], strict=True)
    ]


PROBE = Probe(gives=Media, run=run, seconds=25, finish=finish)
