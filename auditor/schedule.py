"""What is due, claimed by whoever looks first: one audit for each due time, or for several that passed.

`claim` is all that one machine's `auditor schedule run`, or a fleet's workers, ask for; the store's row
decides between them. Nothing here sleeps or looks at the clock.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import psutil

from auditor import cron
from auditor.crawl.quiet import quiet
from auditor.models import Claim, Due, DueStanding, DueState, RunState, Schedule
from auditor.store import LastRun, Store, me

LATE = timedelta(hours=24)  # longer than any night: a due time that is begun so much later passed unseen
LINGERS = timedelta(minutes=10)  # that a process of another machine may need to write its report
LOOK_BACK = timedelta(days=366)  # for due times that passed
MOST = 50  # of these that are told one by one
BEGUN = (DueState.RUNNING, DueState.DONE, DueState.FAILED)


def claim(
    store: Store, schedules: Mapping[str, Schedule], now: datetime, *, holder: str = ""
) -> Claim | None:
    """The one that has been due longest, of `schedules` by site; None where nothing is due.

    Whoever gets it audits the site, goes on with its last audit where `is_again`, and calls `settle`. What is
    due in quiet hours waits for their end. Of several due times that passed, the last is claimed and the
    others are told. `holder`: this process, unless named.
    """
    while True:
        dues = store.newest_dues()
        opened = (_open(store, site, dues.get(site), each, now, holder) for site, each in schedules.items())
        found = [each for each in opened if each]
        for each in sorted(found, key=lambda each: each.due.due):
            if taken := _take(store, each, now, holder):
                return taken
        if not found:
            return None


def settle(
    store: Store,
    claimed: Claim,
    schedule: Schedule,
    now: datetime,
    state: DueState = DueState.DONE,
    run: int | None = None,
) -> tuple[datetime, ...]:
    """Keep how it ended; returns the due times that passed meanwhile, which are skipped."""
    if not store.settle_due(claimed.due, state, run=run, now=now):
        return ()
    last = store.dues(claimed.site)[0]
    skipped = cron.passed(schedule, claimed.site, _since(last, now), now)[-MOST:]
    store.enter([replace(claimed.due, due=due, state=DueState.SKIPPED, holder="") for due in skipped])
    return tuple(skipped)


def going(store: Store, site: str) -> Claim | None:
    """What was claimed of a site and has not been settled."""
    _, begun = store.newest_dues().get(site, (None, None))
    return _again(store, begun) if begun else None


def let_go(store: Store, claimed: Claim, now: datetime) -> None:
    """It was stopped before its end, and is taken up again when somebody looks."""
    store.settle_due(claimed.due, DueState.RUNNING, run=None, now=now)


def resumes(store: Store, claimed: Claim) -> LastRun | None:
    """The audit that was begun for this due time; None where none was."""
    run = store.last_run(claimed.site) if claimed.is_again else None
    return run if run and run.started >= claimed.due.begun else None


def is_late(claimed: Claim, now: datetime) -> bool:
    """Whether it waited so long that nothing can have looked at the schedule when it was due."""
    return not claimed.is_again and now - claimed.due.due > LATE


def standing(store: Store, site: str, schedule: Schedule, now: datetime) -> DueStanding:
    """Changes nothing."""
    dues = store.dues(site)
    last = next((each for each in dues if each.state in BEGUN), None)
    overdue = None
    is_open = last is not None and last.state is DueState.RUNNING
    if dues and dues[0].schedule == schedule.signature and not is_open:
        overdue = next(iter(cron.passed(schedule, site, _since(dues[0], now), now)), None)
    return DueStanding(
        site=site,
        next=cron.first(schedule, site, now),
        overdue=overdue,
        last=last,
        states=Counter(each.state for each in dues),
    )


def _open(
    store: Store,
    site: str,
    dues: tuple[Due, Due | None] | None,
    schedule: Schedule,
    now: datetime,
    holder: str,
) -> Claim | None:
    """What could be claimed of a site. Enters what needs nobody: a new schedule, a time that is skipped."""
    last, begun = dues or (None, None)
    is_quiet = quiet(schedule.quiet_hours, schedule.timezone, now)
    if begun:
        if is_quiet or _is_alive(begun, store.last_run(site), now):
            return None
        return _again(store, begun)
    known = Due(
        site=site,
        due=now,
        schedule=schedule.signature,
        state=DueState.KNOWN,
        run=None,
        holder="",
        begun=now,
        touched=now,
    )
    if last is None or last.schedule != schedule.signature:
        store.enter([known])
        return None
    passed = () if is_quiet else cron.passed(schedule, site, _since(last, now), now)[-MOST:]
    if not passed:
        return None
    run = store.last_run(site)
    if run and run.alive:  # somebody audits it by hand
        store.enter([replace(known, due=due, state=DueState.SKIPPED) for due in passed])
        return None
    due = replace(known, due=passed[-1], state=DueState.RUNNING, holder=holder or me())
    return Claim(due=due, missed=tuple(passed[:-1]))


def _again(store: Store, begun: Due) -> Claim:
    with_it = [d for d in store.dues(begun.site) if d.state is DueState.MISSED and d.begun == begun.begun]
    return Claim(due=begun, is_again=True, missed=tuple(d.due for d in reversed(with_it)))


def _take(store: Store, found: Claim, now: datetime, holder: str) -> Claim | None:
    """Make it ours; None where another process was faster."""
    if not found.is_again:
        missed = [replace(found.due, due=each, state=DueState.MISSED, holder="") for each in found.missed]
        return found if store.enter([*missed, found.due]) else None
    ours = replace(found.due, holder=holder or me(), touched=now)
    return replace(found, due=ours) if store.enter([ours], takes_up=found.due) else None


def _since(last: Due, now: datetime) -> datetime:
    return max(last.due, now - LOOK_BACK)


def _is_alive(begun: Due, run: LastRun | None, now: datetime) -> bool:
    """Whether a process is at work on it still: on this machine it exists, else it gave a sign of life."""
    own = run if run and run.started >= begun.begun else None
    if own and own.alive:
        return True
    name, _, pid = begun.holder.rpartition(":")
    if not name:
        return False
    if name == socket.gethostname():
        try:
            return psutil.Process(int(pid)).create_time() <= begun.touched.timestamp() + 1
        except psutil.Error:
            return False
    sign = max(begun.touched, own.sign) if own else begun.touched
    return now - sign < LINGERS and not (own and own.state is RunState.INTERRUPTED)
