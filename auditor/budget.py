"""What one run may have, and what it has had: pages, addresses, time."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from auditor.limits import OPENED_AT_LEAST, OPENED_FOR_EACH_PAGE, limit_reason
from auditor.models import Site


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an audit is. Counts of URLs; `findings` counts confirmed failures, by element."""

    site: str
    done: int
    left: int
    audited: int
    failed: int
    findings: int
    url: str


class Budget:
    """Counts of one run, in this process and, as far as `audited` and `failed` go, before it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.most = sys.maxsize if site.sample else site.max_pages  # a sample ends by itself
        self.audited = self.failed = 0  # pages
        self.opened = self.flying = 0  # addresses: requested by this process, and under way
        self.findings = 0  # confirmed failures of this process, by element
        self._ends: float | None = None  # by the monotonic clock, where `max_minutes` says so

    def begin(self, *, worked: float) -> None:
        """The clock goes on where the run was cut off after so many seconds."""
        if self.site.max_minutes is not None:
            self._ends = time.monotonic() + self.site.max_minutes * 60 - worked

    def time_is_up(self) -> bool:
        return self._ends is not None and time.monotonic() >= self._ends

    def share_is_up(self, share: float) -> bool:
        """Whether so much of the time is gone."""
        left = (1 - share) * 60 * (self.site.max_minutes or 0)
        return self._ends is not None and time.monotonic() >= self._ends - left

    def progress(self, done: int, left: int, url: str) -> Progress:
        return Progress(
            site=self.site.id,
            done=done,
            left=left,
            audited=self.audited,
            failed=self.failed,
            findings=self.findings,
            url=url,
        )

    def waits(self) -> bool:
        """The last pages are under way: they may yet turn out to be none."""
        return self.audited + self.flying >= self.most

    def limit(self) -> str | None:
        """Why nothing more may be opened."""
        most = self.most
        if self.audited >= most:
            return limit_reason("max_pages", most, "The audit had all the pages it may have")
        if self.opened >= (tries := max(OPENED_AT_LEAST, OPENED_FOR_EACH_PAGE * most)):
            return limit_reason("opened", tries, "Too many addresses turned out to be no pages")
        if self.time_is_up():
            minutes = self.site.max_minutes
            return limit_reason("max_minutes", minutes, "The audit had all the time it may have")
        return None
