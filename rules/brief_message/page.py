"""WCAG 2.2.1: a message that vanishes by itself sets a time limit for reading it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.motion import Motion


def judge(motion: Motion) -> Iterator[Verdict]:
    for each in motion.gone:
        yield cant_tell(
            each.place,
            f"A message vanished {each.at:.0f} seconds after the page began: “{each.text}”. "
            "Can it be kept, or found elsewhere?",
        )
