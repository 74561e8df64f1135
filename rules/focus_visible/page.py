"""WCAG 2.4.7: something shows where the keyboard focus is."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.tab_walk import Hidden, Kind, Look, Stop, TabWalk

FEWEST = 12  # pixels, the length of a very short line
FAINTEST = 1.1  # contrast between the two states
PALEST = 48  # of 255: two colours that are as light as each other may differ all the same
WHERE = {
    Hidden.NOT: "Nothing on the screen changes when the keyboard focus is on it",
    Hidden.OUTSIDE: "The focus goes to it though it lies outside the window; nothing else shows that",
    Hidden.TINY: "The focus goes to it though it has no visible size; nothing else shows that",
    Hidden.TRANSPARENT: "The focus goes to it though it is transparent; nothing else shows that",
}


def judge(walk: TabWalk) -> Iterator[Verdict]:
    for stop in walk.stops:
        if stop.has_caret:
            yield passed(stop.place)
        elif stop.look is not None and stop.kind in (Kind.CONTROL, Kind.FIELD):
            yield _of(stop, stop.look)
    if unseen := walk.left + walk.unlooked:
        yield untested(walk.page, f"{unseen} more places that Tab leads to were not looked at")


def _of(stop: Stop, look: Look) -> Verdict:
    if look.near == 0 and look.elsewhere == 0 and stop.hidden is not Hidden.NOT and not stop.name:
        return cant_tell(
            stop.place,
            "The focus rests on it once, though it cannot be seen. Is it lost for more than one key?",
        )
    if look.near == 0 and look.elsewhere == 0:
        return failed(stop.place, WHERE[stop.hidden])
    if look.near == 0:
        return cant_tell(
            stop.place,
            "Only something far from it changes when it has the focus. Does that show where the focus is?",
        )
    if look.near < FEWEST:
        return cant_tell(
            stop.place, f"Only {look.near} pixels change when it has the focus. Can that be seen?"
        )
    if look.contrast < FAINTEST and look.difference < PALEST:
        return cant_tell(
            stop.place,
            f"The change when it has the focus is very faint ({look.contrast:.2f} to 1). Can it be seen?",
        )
    return passed(stop.place)
