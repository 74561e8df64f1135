"""When to let a host be: it fails, it refuses us, it asks to be asked later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

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


class Breaker:
    """Counts troubles in a row, by host."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    def after(self, host: str, url: str, trouble: Trouble | None) -> Trouble | None:
        """Count a visit. A trouble when there were so many in a row that the host itself must be asked."""
        seen = self._hosts[host]
        if trouble is None:
            self._hosts[host] = _Host(alive=seen.alive or url)
            return None
        if trouble is Trouble.FAILING:
            seen.failing += 1
            return trouble if seen.failing % FAILURES_IN_A_ROW == 0 else None
        seen.refusing += 1
        return Trouble.REFUSING if seen.refusing % BLOCKED_IN_A_ROW == 0 else None

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
