"""One line a page, as JSON, for machines that watch: docs/operations.md has the fields.

By the standard library's logging, so that a program that embeds the auditor gets the same events from the
logger `auditor.pages`; `log_to` sends them to a file.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any

from auditor.errors import UsageError
from auditor.models import Finding, Kind, RunState, UrlOutcome, Visit
from auditor.reasons import bare

LOGGER = logging.getLogger("auditor.pages")
LOGGER.propagate = False  # a line a page is for who asks for it, and not for every program's own log
REASON = 500  # characters


def log_run(
    site: str,
    run_id: int,
    event: str,
    *,
    state: RunState | None = None,
    addresses: Mapping[str | None, int] | None = None,
) -> None:
    """`addresses`: how many by outcome; those still to do under None."""
    more: dict[str, Any] = {"state": state.value} if state else {}
    if addresses is not None:
        more["addresses"] = {outcome or "to_do": count for outcome, count in addresses.items()}
    _log(event, {"site": site, "run": run_id} | more)


def log_page(site: str, run_id: int, visit: Visit, findings: Iterable[Finding] = ()) -> None:
    """`visit` holds no secret any more. Of the page itself there are addresses and figures, no words."""
    fields: dict[str, Any] = {
        "site": site,
        "run": run_id,
        "url": visit.url,
        "outcome": visit.outcome.value,
        "reason": bare(visit.reason)[:REASON],
        "status": visit.status,
        "seconds": round(visit.seconds, 3) if visit.seconds is not None else None,
    }
    if visit.outcome is UrlOutcome.AUDITED:
        counted = Counter("advice" if f.kind is Kind.ADVICE else f.outcome.value for f in findings)
        fields["findings"] = {name: counted[name] for name in ("failed", "cant_tell", "advice")}
    _log("page", fields)


def log_to(target: str) -> None:
    """Append the events to a file, which may be rotated meanwhile; "-" is standard output.

    Raises `UsageError` where it cannot be written.
    """
    try:
        handler = logging.StreamHandler(sys.stdout) if target == "-" else WatchedFileHandler(target)
    except OSError as error:
        raise UsageError(f"--log {target}: {error.strerror}. Name a file that can be written.") from error
    handler.setFormatter(_Line())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)


def _log(event: str, fields: Mapping[str, Any]) -> None:
    LOGGER.info(event, extra={"fields": fields})


class _Line(logging.Formatter):
    """ASCII alone: whatever drives a terminal, or turns a line round, is escaped in JSON's own way."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"time": time, "event": record.getMessage(), **getattr(record, "fields", {})}
        return json.dumps(told | {"worker": f"{socket.gethostname()}:{os.getpid()}"})
