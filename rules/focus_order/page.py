"""WCAG 2.4.3: the keyboard focus moves in an order that keeps the meaning."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.tab_walk import Stop, TabWalk


def judge(walk: TabWalk) -> Iterator[Verdict]:
    behind: dict[str, list[Stop]] = {}
    for stop in walk.stops:
        if stop.behind is not None:
            behind.setdefault(stop.behind.selector, []).append(stop)
    for stops in behind.values():
        dialog = stops[0].behind
        assert dialog is not None
        yield failed(
            dialog,
            f"Though it is open, Tab goes to {len(stops)} items behind it, first to “{stops[0].name}”",
        )
    jumps = [one for one, other in pairwise(walk.stops) if one.tabindex > 0 and other.position < one.position]
    for stop in jumps:
        yield cant_tell(
            stop.place,
            f"tabindex={stop.tabindex} takes it out of the page’s order: Tab leads from it back up. "
            "Does the order still make sense?",
        )
    if walk.is_whole and walk.stops and not behind and not jumps:
        yield passed(walk.page)
