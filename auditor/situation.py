"""How runs do, in one word each, and the account of it that monitors read (docs/status-json.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from auditor.limits import RECENT_SECONDS
from auditor.models import RunState, Situation, Standing

SCHEMA = "1.0"


class Health(StrEnum):
    """What a run is doing. An interrupted one was stopped in order, and its command said so."""

    GETTING_ON = "getting on"
    STALLED = "stalled"
    CUT_OFF = "cut off"
    INTERRUPTED = "interrupted"
    DONE = "done"


ADVICE = {
    Health.STALLED: "Stop that process; then the same audit command with --resume goes on.",
    Health.CUT_OFF: "The same audit command with --resume goes on.",
    Health.INTERRUPTED: "The same audit command with --resume goes on.",
}
NEEDS_A_PERSON = (Health.STALLED, Health.CUT_OFF)


def health(standing: Standing) -> Health:
    if standing.run.state is RunState.DONE:
        return Health.DONE
    if standing.run.state is RunState.INTERRUPTED:
        return Health.INTERRUPTED
    if not standing.held:
        return Health.CUT_OFF
    return Health.STALLED if standing.stalled else Health.GETTING_ON


def healthy(now: Situation) -> bool:
    """Whether no site's newest run needs a person, and no fleet's queue waits for workers that are gone.

    A process that lives and settles nothing is not enough.
    """
    if now.fleet and not now.fleet.workers and now.fleet.todo + now.fleet.doing:
        return False
    return not any(health(each) in NEEDS_A_PERSON for each in now.standings)


def an_hour(pages: int) -> int:
    """Pages of the last `RECENT_SECONDS`, as a rate."""
    return round(pages * 3600 / RECENT_SECONDS)


def counts(now: Situation) -> dict[str, Any]:
    """No word of any site: for who may ask without being known."""
    by_health = Counter(map(health, now.standings))
    progress = [each.progress for each in now.standings]
    return {
        "schema": SCHEMA,
        "time": _moment(now.at),
        "healthy": healthy(now),
        "sites": {each.value: by_health[each] for each in Health},
        "queue": _queue(now),
        "fleet": vars(now.fleet) if now.fleet else None,
        "progress": _moment(max(progress, default=None)),
    }


def account(now: Situation) -> dict[str, Any]:
    """All of it. Texts are as the store has them."""
    return counts(now) | {
        "runs": [_run(each, now.recent) for each in now.standings],
        "hosts": {
            "count": now.hosts_total,
            "fullest": [
                {
                    "host": each.host,
                    "left": each.left,
                    "open": each.open,
                    "next": _moment(each.next_at) if each.next_at > now.at else None,
                    "delay": each.delay,
                }
                for each in now.hosts
            ],
        },
        "workers": workers(now),
        "failures": {
            "count": now.setbacks_total,
            "reasons": [
                {"outcome": each.outcome.value, "reason": each.reason, "count": each.count}
                for each in now.setbacks
            ],
        },
    }


def workers(now: Situation) -> list[dict[str, Any]]:
    """The processes at work, with their runs."""
    by_holder: dict[str, list[Standing]] = {}
    for each in now.standings:
        if each.held and each.holder:
            by_holder.setdefault(each.holder, []).append(each)
    return [
        {
            "worker": holder,
            "runs": [each.run.id for each in standings],
            "progress": _moment(max(each.progress for each in standings)),
            "audited_lately": sum(now.recent.get(each.run.id, 0) for each in standings),
        }
        for holder, standings in sorted(by_holder.items())
    ]


def _queue(now: Situation) -> dict[str, int]:
    """Of runs at work."""
    at_work = [each for each in now.standings if each.held]
    lately = sum(now.recent.values())
    return {
        "known": sum(each.known for each in at_work),
        "settled": sum(each.settled for each in at_work),
        "left": sum(each.known - each.settled for each in at_work),
        "audited_lately": lately,
        "pages_an_hour": an_hour(lately),
    }


def _run(standing: Standing, recent: Mapping[int, int]) -> dict[str, Any]:
    run = standing.run
    return {
        "site": run.site,
        "run": run.id,
        "health": health(standing).value,
        "started": _moment(run.started),
        "finished": _moment(run.finished),
        "progress": _moment(standing.progress),
        "known": standing.known,
        "settled": standing.settled,
        "audited": standing.audited,
        "audited_lately": recent.get(run.id, 0),
        "holder": standing.holder,
        "stopped": run.stopped,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
