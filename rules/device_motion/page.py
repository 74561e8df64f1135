"""WCAG 2.5.4: what moving the device does can also be done otherwise, and be turned off."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.listeners import Listeners


def judge(listeners: Listeners) -> Iterator[Verdict]:
    moved, page = listeners.moved, listeners.page
    if moved is None:
        return
    if moved.changes and moved.stops:
        yield passed(page)
    elif moved.changes and not moved.setting:
        yield failed(page, "What the page says changes when the device is moved, and nothing turns that off")
    elif moved.changes:
        yield cant_tell(
            page,
            "What the page says changes when the device is moved. "
            f"Does “{moved.setting}” turn that off, and is there a button that does the same?",
        )
    elif moved.changes is False and "devicemotion" not in listeners.types:
        yield passed(page)  # tilted both ways, and nothing came of it
    else:
        yield cant_tell(
            page,
            "A script listens for how the device is moved. If moving or tilting it does something: "
            "is there a button that does the same, and can the motion be turned off?",
        )
