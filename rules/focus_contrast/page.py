"""WCAG 1.4.11: the outline that shows the keyboard focus stands out from what lies around it.

Judged where all that changes lies around the item: there the outline is held against the same place without
it. What changes in the item itself is another state of it, which need not stand out from the one before.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.tab_walk import Hidden, Kind, TabWalk

ENOUGH = 3.0
FEWEST = 12  # pixels; of fewer focus-visible asks


def judge(walk: TabWalk) -> Iterator[Verdict]:
    for stop in walk.stops:
        look = stop.look
        if look is None or not look.around or look.near < FEWEST:
            continue
        if stop.kind is not Kind.CONTROL or stop.hidden is not Hidden.NOT:
            continue
        if look.contrast < ENOUGH:
            yield failed(
                stop.place,
                "Only an outline shows the keyboard focus, with a contrast of "
                f"{look.contrast:.1f} to 1 to what is behind it",
            )
        else:
            yield passed(stop.place)
