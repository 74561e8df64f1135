"""WCAG 1.4.2: sound that plays by itself for over three seconds can be stopped or turned down (F23, F93)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.media import Media
from auditor.evidence.motion import Motion, Sound

ALLOWED = 3.0  # seconds
STOPS = re.compile(
    r"\b(paus|stop|play|mute|sound|volume|oedi|saib|seibi|stopi|chwarae|tewi|distewi|sain)", re.IGNORECASE
)


def judge(motion: Motion, media: Media) -> Iterator[Verdict]:
    silent = {(each.place.frame, each.place.selector) for each in media.recordings if each.sounds is False}
    for each in motion.sounds:
        if (each.place.frame, each.place.selector) not in silent:
            yield _of(each)


def _of(each: Sound) -> Verdict:
    buttons = [control for control in each.near if not control.is_link]
    stops = each.has_controls or any(STOPS.search(button.name) for button in buttons)
    if each.is_heard is False or each.lasts <= ALLOWED or stops:
        return passed(each.place)
    if each.is_heard is None:
        return cant_tell(each.place, "It is meant to play by itself. Does it sound, and can it be stopped?")
    if buttons:
        return cant_tell(each.place, f"Sound starts by itself. Does “{buttons[0].name}” near it stop it?")
    if not each.is_declared:  # most browsers let code do so only once something was pressed
        return cant_tell(each.place, "Code starts sound where the browser lets it. Can it be stopped?")
    return failed(each.place, "Sound starts by itself, and nothing near it stops it or turns it down")
