"""The times that a schedule names: cron expressions in a time zone, moved by what is a site's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from auditor.models import Schedule

_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def fault(expression: str) -> str | None:
    """What is wrong with a cron expression; None where nothing is."""
    fields = expression.split()
    if len(fields) != 5:
        return "needs five fields: minute, hour, day of the month, month, day of the week"
    if not fields[0].isdigit():
        return "the minute must be one number: no audit begins more often than once an hour"
    try:
        next(CronSim(expression, _ANY_DAY))
    except CronSimError as error:
        return f"{str(error)[:1].lower()}{str(error)[1:]}"
    except StopIteration:
        return "names a day that never comes"
    return None


def times(schedule: Schedule, key: str, after: datetime) -> Iterator[datetime]:
    """When it is due after that moment, in UTC, the first first; without end.

    `key`, a site's id, decides by how much within `spread` its times come later. What falls into the hour
    that summer time leaves out is due right after it, and what falls into the doubled hour once, as in
    Debian's cron; what has a star for the hour goes by the hours that pass.
    """
    late = _moved(schedule, key)
    base = (after - late).astimezone(ZoneInfo(schedule.timezone))
    last = after
    for tick in CronSim(schedule.cron, base):
        due = tick.astimezone(UTC) + late
        if due > last:  # begun in a doubled hour, the first may be before; two of a lost hour are one
            last = due
            yield due


@lru_cache(maxsize=4096)
def first(schedule: Schedule, key: str, after: datetime) -> datetime:
    """When it is due next after that moment."""
    return next(times(schedule, key, after))


def passed(schedule: Schedule, key: str, after: datetime, until: datetime) -> list[datetime]:
    """When it was due after the one moment, up to the other."""
    found: list[datetime] = []
    if first(schedule, key, after) > until:
        return found
    for due in times(schedule, key, after):
        if due > until:
            break
        found.append(due)
    return found


def _moved(schedule: Schedule, key: str) -> timedelta:
    """Whole minutes, fewer than `spread`, always the same for one key."""
    if not schedule.spread:
        return timedelta()
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    return timedelta(minutes=drawn % schedule.spread)
