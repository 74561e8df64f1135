"""WCAG 2.5.4: what moving the device does can also be done otherwise, and be turned off."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.listeners import Listeners

MOTION = {"devicemotion", "deviceorientation", "deviceorientationabsolute"}


def judge(listeners: Listeners) -> Iterator[Verdict]:
    if any(each.type in MOTION and not each.idle for each in listeners.everywhere):
        yield cant_tell(
            listeners.page,
            "A script listens for how the device is moved. If moving or tilting it does something: "
            "is there a button that does the same, and can the motion be turned off?",
        )
