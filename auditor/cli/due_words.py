"""What is said of due times: when the next one is, what became of the last, which ones passed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auditor import schedule as due
from auditor.config import Config
from auditor.models import Claim, DueStanding, DueState, Schedule
from auditor.store import Store


def passed(claimed: Claim, schedule: Schedule, now: datetime) -> tuple[str, ...]:
    """Sentences on due times that nothing looked at when they came."""
    sentences = []
    if claimed.missed:
        times = f"{len(claimed.missed)} due times" if len(claimed.missed) > 1 else "One due time"
        which = ", ".join(_local(each, schedule) for each in claimed.missed[:5])
        more = f" and {len(claimed.missed) - 5} more" if len(claimed.missed) > 5 else ""
        named = f"({which}{more}; {schedule.timezone})"
        sentences.append(f"{times} passed without an audit {named}. This audit makes up for it.")
    if due.is_late(claimed, now):
        days = (now - claimed.due.due).days
        begun = f"{days} day{'s' if days > 1 else ''}"
        at = _local(claimed.due.due, schedule)
        sentences.append(f"This audit was due on {at} ({schedule.timezone}) and began {begun} late.")
    return tuple(sentences)


def overdue(store: Store, config: Config | None) -> dict[str, str]:
    """Of each site that is due and not begun, or missed a due time, a sentence; for `auditor status`."""
    now = datetime.now(UTC)
    found = {}
    for site, each in sorted(config.schedules.items()) if config else ():
        stands = due.standing(store, site, each, now)
        if stands.overdue or stands.states[DueState.MISSED]:
            found[site] = told(stands, each)
    return found


def next_due(store: Store, config: Config | None) -> dict[str, str]:
    """Of each site that has a schedule, a sentence; for `auditor serve`."""
    now = datetime.now(UTC)
    said = {}
    for site, each in config.schedules.items() if config else ():
        stands = due.standing(store, site, each, now)
        late = f" It has been due since {_local(stands.overdue, each)}." if stands.overdue else ""
        said[site] = f"Next audit due {_local(stands.next, each)} ({each.timezone}).{late}"
    return said


def told(stands: DueStanding, schedule: Schedule) -> str:
    parts = [f"next due {_local(stands.next, schedule)} {schedule.timezone}"]
    if stands.overdue:
        parts.insert(0, f"DUE since {_local(stands.overdue, schedule)}, not begun")
    if stands.last:
        run = f", run {stands.last.run}" if stands.last.run else ""
        parts.append(f"last {_local(stands.last.due, schedule)}: {stands.last.state}{run}")
    elif not stands.states:
        parts.append("nothing looked at it yet (`auditor schedule run`)")
    elif not stands.known:
        parts.append("none came yet")
    for state in (DueState.FAILED, DueState.MISSED, DueState.SKIPPED):
        if stands.states[state]:
            parts.append(f"{state} {stands.states[state]} of {stands.known} due times")
    return "; ".join(parts)


def _local(moment: datetime, schedule: Schedule) -> str:
    return f"{moment.astimezone(ZoneInfo(schedule.timezone)):%Y-%m-%d %H:%M}"
