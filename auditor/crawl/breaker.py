"""When to let a host be: it fails, it refuses us, it asks to be asked later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from auditor.limits import BLOCKED_IN_A_ROW, FAILURES_IN_A_ROW, LATER_TRIES, MAX_RETRY_AFTER

FIRST_WAIT = 5.0  # seconds, where the host does not say how long; doubled each time in a row


class Trouble(StrEnum):
    """What a visit says of its host."""

    FAILING = "failing"  # no answer, a broken one, 5xx
    REFUSING = "refusing"  # it turns us away
    LATER = "later"  # 429 or 503: it asks for more time; where it does so without end, it refuses


@dataclass(kw_only=True)
class _Host:
    failing: int = 0
    refusing: int = 0
    alive: str | None = None  # an address that was answered well
    left: tuple[str, str] | None = None  # what becomes of its pages, and why


class Breaker:
    """Counts troubles in a row, by host; in all processes at work on a run, as far as `take_up` is told."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    def after(self, host: str, url: str, trouble: Trouble | None) -> Trouble | None:
        """Count a visit. A trouble when there were so many in a row that the host itself must be asked."""
        seen = self._hosts[host]
        if trouble is None:
            self._hosts[host] = replace(seen, failing=0, refusing=0, alive=seen.alive or url)
            return None
        if trouble is Trouble.FAILING:
            seen.failing += 1
            return trouble if seen.failing % FAILURES_IN_A_ROW == 0 else None
        seen.refusing += 1
        return Trouble.REFUSING if seen.refusing % BLOCKED_IN_A_ROW == 0 else None

    def is_news(self, host: str, trouble: Trouble | None) -> bool:
        """Whether a visit says anything of its host that is not known; most visits to sound hosts do not."""
        seen = self._hosts[host]
        return trouble is not None or seen.failing > 0 or seen.refusing > 0 or seen.alive is None

    def leave(self, host: str, outcome: str, reason: str) -> None:
        """The host is asked no more."""
        self._hosts[host].left = outcome, reason

    def left(self) -> dict[str, tuple[str, str]]:
        """The hosts that are asked no more: what becomes of their pages, and why."""
        return {host: seen.left for host, seen in self._hosts.items() if seen.left}

    def state(self) -> dict[str, dict[str, Any]]:
        """What `take_up` needs."""
        return {host: asdict(seen) for host, seen in self._hosts.items()}

    def take_up(self, state: Mapping[str, Mapping[str, Any]] | None) -> None:
        """Go on from what `state` gave, here or in another process; None where it never did."""
        for host, seen in (state or {}).items():
            left = seen["left"]
            self._hosts[host] = _Host(**{**seen, "left": (left[0], left[1]) if left else None})

    def refusals(self, host: str) -> int:
        """How many visits in a row the host refused, or put off, so far."""
        return self._hosts[host].refusing

    def address(self, host: str) -> str | None:
        """An address of the host that was answered well; None where there was none."""
        return self._hosts[host].alive


def wait(attempts: int, retry_after: float | None, in_a_row: int) -> float | None:
    """Seconds to leave a host that said "later", before its URL is tried again; None where it is not.

    `attempts`: visits so far; `retry_after`: seconds that the host asked for, if it did; `in_a_row`: how
    often by now it said so.
    """
    if attempts >= LATER_TRIES or (retry_after or 0) > MAX_RETRY_AFTER:
        return None
    return retry_after if retry_after is not None else min(MAX_RETRY_AFTER, FIRST_WAIT * 2 ** (in_a_row - 1))


def retry_after(value: str | None) -> float | None:
    """Seconds, from a Retry-After header (RFC 9110, section 10.2.3); None where there is none to be read."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
