"""WCAG 4.1.2, failure F79: a button that stays pressed, or is the chosen one of several, says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.activation import Activation

# What a press does: once done, the next press does the contrary.
ACTS = re.compile(
    r"^(?:play|pause|mute|unmute|show|hide|open|expand|collapse|start|stop|turn o(?:n|ff)|switch o(?:n|ff)"
    r"|chwarae|dangos|cuddio|agor)\b",
    re.I,
)


def judge(activation: Activation) -> Iterator[Verdict]:
    for each in activation.activated:
        if each.worn == "chosen":
            yield failed(
                each.trigger,
                f"“{each.name[:60]}” is the chosen one of several buttons once it was pressed, "
                "and its look alone says so",
            )
        elif each.worn == "stays":
            yield failed(
                each.trigger,
                f"“{each.name[:60]}” stays pressed until it is pressed again, and its look alone says so",
            )
        elif each.stale == "words":
            yield failed(
                each.trigger,
                "Pressed, the button shows other words, and its label for screen readers keeps the old ones: "
                f"“{each.name[:60]}”",
            )
        elif each.stale == "picture" and ACTS.search(each.name) and not each.shown_live:
            yield failed(
                each.trigger,
                f"“{each.name[:60]}” shows another picture until it is pressed again, and its name stays",
            )
        elif each.stale == "picture":
            yield cant_tell(
                each.trigger,
                f"“{each.name[:60]}” shows another picture until it is pressed again; its name and state "
                "stay. Does a screen reader tell what is on?",
            )
        elif each.worn == "said":
            yield passed(each.trigger)
