"""WCAG 3.2.1: nothing else happens only because something receives the keyboard focus."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.tab_walk import Effect, TabWalk

SAID = {
    Effect.NAVIGATION: "As soon as the keyboard focus reaches it, the page goes to {what}",
    Effect.WINDOW: "As soon as the keyboard focus reaches it, a new window opens",
    Effect.MOVED: "As soon as the keyboard focus reaches it, the page moves the focus on to “{what}”",
    Effect.DROPPED: "As soon as the keyboard focus reaches it, the page takes the focus away",
}


def judge(walk: TabWalk) -> Iterator[Verdict]:
    for each in walk.effects:
        start = each.place.excerpt.partition(">")[0]
        if each.effect is Effect.DROPPED and "onfocus" in start and "blur" in start:
            continue  # focus-removed has it
        yield failed(each.place, SAID[each.effect].format(what=each.what))
    if walk.is_whole and walk.stops and not walk.effects:
        yield passed(walk.page)
