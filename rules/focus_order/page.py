"""WCAG 2.4.3: the keyboard focus moves in an order that keeps the meaning."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.tab_walk import Kind, Stop, TabWalk

NEAR = 400  # CSS pixels: fields of one form


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
    against = dict(_against(walk))
    for stop, above in against.items():
        yield failed(
            stop.place,
            f"tabindex leads from “{stop.name[:60]}” back up to “{above.name[:60]}”, "
            "and past it again further on: not in the order of the form",
        )
    for stop in jumps:
        if stop in against:
            continue
        yield cant_tell(
            stop.place,
            f"tabindex={stop.tabindex} takes it out of the page’s order: Tab leads from it back up. "
            "Does the order still make sense?",
        )
    if walk.is_whole and walk.stops and not behind and not jumps:
        yield passed(walk.page)


def _against(walk: TabWalk) -> Iterator[tuple[Stop, Stop]]:
    """Fields that tabindex leads up from, to one above, though others of the same order come below both."""
    fields = [stop for stop in walk.stops if stop.tabindex > 0 and stop.kind is Kind.FIELD]
    for at, (one, other) in enumerate(pairwise(fields)):
        is_above = other.box.y + other.box.height <= one.box.y and one.box.y - other.box.y < NEAR
        is_in_line = other.box.x < one.box.x + one.box.width and one.box.x < other.box.x + other.box.width
        goes_on = any(later.position > one.position for later in fields[at + 2 :])
        if other.position < one.position and is_above and is_in_line and goes_on:
            yield one, other
