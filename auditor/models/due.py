"""When a site is due by its schedule, and who audits it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a site is audited by itself."""

    cron: str  # five fields, local to `timezone`; the minute is one number
    timezone: str = "Europe/London"
    spread: int = 0  # minutes over which sites with one `cron` are spread, each by an offset of its own
    quiet_hours: tuple[str, ...] = ()  # as `Site.quiet_hours`: what is due in them waits

    @property
    def signature(self) -> str:
        """Another one names other times."""
        return f"{self.cron} {self.timezone} {self.spread}"


class DueState(StrEnum):
    """What became of one time at which a site was due."""

    KNOWN = "known"  # no due time: from this moment on the schedule is kept
    RUNNING = "running"  # begun, and not ended: under way, or cut off
    DONE = "done"
    FAILED = "failed"  # the audit could not be made
    MISSED = "missed"  # nothing ran when it was due, nor before the next time came
    SKIPPED = "skipped"  # the audit before had not ended


@dataclass(frozen=True, kw_only=True)
class Due:
    """One time at which a site was due. All times in UTC."""

    site: str
    due: datetime
    schedule: str  # `Schedule.signature` of then
    state: DueState
    run: int | None  # number of its audit, once it has ended
    holder: str  # the process that took it up last: "host:pid"
    begun: datetime  # when it was first taken up, or entered
    touched: datetime  # when it was last taken up, or ended


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A due time that whoever has this is to see to."""

    due: Due
    is_again: bool = False  # it was begun before, and did not come to its end
    missed: tuple[datetime, ...] = ()  # due times before it that passed, and nothing ran

    @property
    def site(self) -> str:
        return self.due.site


@dataclass(frozen=True, kw_only=True)
class DueStanding:
    """How a site stands with its schedule. Counts are of the due times that the store remembers."""

    site: str
    next: datetime  # UTC
    overdue: datetime | None  # since when it is due and waits; None: it is not
    last: Due | None  # that an audit was begun for
    states: Mapping[DueState, int]

    @property
    def known(self) -> int:
        return sum(n for state, n in self.states.items() if state is not DueState.KNOWN)
