"""WCAG 1.4.2: sound that plays by itself for over three seconds can be stopped. An `autoplay` is axe's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.motion import Motion

ALLOWED = 3.0  # seconds
STOPS = re.compile(r"\b(paus|stop|mute|sound|volume|oedi|saib|seibi|stopi|tewi|distewi|sain)", re.IGNORECASE)


def judge(motion: Motion) -> Iterator[Verdict]:
    for each in motion.sounds:
        if each.is_declared:
            continue
        near = [control for control in each.near if not control.is_link]
        if each.lasts <= ALLOWED or each.has_controls or any(STOPS.search(control.name) for control in near):
            yield passed(each.place)
        else:
            yield cant_tell(
                each.place, "Code starts sound where the browser lets it. Can it be stopped or turned down?"
            )
