"""WCAG 2.4.11: what has the keyboard focus is not hidden behind other content."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.tab_walk import Hidden, Kind, TabWalk


def judge(walk: TabWalk) -> Iterator[Verdict]:
    for stop in walk.stops:
        if stop.hidden is not Hidden.NOT or stop.kind is Kind.FRAME or stop.behind is not None:
            continue
        if stop.cover is None:
            yield passed(stop.place)
        elif stop.cover.is_stuck:
            yield failed(
                stop.place, f"It has the focus, but all of it is behind {_words(stop.cover.place.excerpt)}"
            )
        else:
            yield cant_tell(
                stop.place,
                f"When it has the focus it seems to be behind {_words(stop.cover.place.excerpt)}. Is it?",
            )


def _words(excerpt: str) -> str:
    """The start tag of what lies before it."""
    return excerpt[: excerpt.find(">") + 1][:200] or excerpt[:200]
