"""The hours in which a site is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo


def quiet(hours: Sequence[str], timezone: str, now: datetime) -> str | None:
    """The span of `hours` ("07:00-19:00", local to `timezone`) that `now` is in; None where it is in none."""
    local = now.astimezone(ZoneInfo(timezone)).time()
    for span in hours:
        start, end = (time.fromisoformat(part) for part in span.split("-"))
        inside = start <= local < end if start < end else local >= start or local < end
        if inside:
            return span
    return None
