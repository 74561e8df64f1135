"""Our types as rows, and back."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from auditor.models import Component, Finding, NewUrl, Picture, RuleResult, Visit

_REFUSED = re.compile("[\0\ud800-\udfff]")


def new_id(answer: sa.CursorResult[Any]) -> int:
    assert answer.inserted_primary_key is not None
    return int(answer.inserted_primary_key[0])


def ledger_row(run_id: int, new: NewUrl) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "identity": clean(new.identity),
        "url": clean(new.url),
        "host": urlsplit(new.identity).netloc[:255],
        "depth": new.depth,
        "discovery": new.discovery,
        "found_on": clean(new.found_on) if new.found_on else None,
        "outcome": new.outcome,
        "reason": clean(new.reason),
        "attempts": 0,
        "chain": new.chain,
        "cost": new.depth if new.cost is None else new.cost,
    }


def visit_row(run_id: int, url_id: int, visit: Visit) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "url_id": url_id,
        "final_url": clean(visit.final_url) if visit.final_url else None,
        "status": visit.status,
        "content_type": clean(visit.content_type)[:200] if visit.content_type else None,
        "title": clean(visit.title) if visit.title else None,
        "started": visit.started.timestamp() if visit.started else None,
        "seconds": visit.seconds,
        "signature": visit.signature,
        "sketch": list(visit.sketch) if visit.sketch else None,
        "unchanged_since": visit.unchanged_since.timestamp() if visit.unchanged_since else None,
    }


def result_row(result: RuleResult) -> dict[str, Any]:
    return {**vars(result), "error": clean(result.error) if result.error else None}


def finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "kind": finding.kind,
        "wcag": finding.wcag,
        "act": finding.act,
        "impact": finding.impact,
        "frame": [clean(f) for f in finding.frame],
        "selector": clean(finding.selector),
        "excerpt": clean(finding.excerpt),
        "message": clean(finding.message),
        "component": _component_row(finding.component),
        "issue": finding.issue,
        "fault": finding.fault,
    }


def picture_row(picture: Picture) -> dict[str, Any]:
    return {
        "issue": picture.issue,
        "taken": picture.taken.timestamp(),
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "data": picture.data,
    }


def _component_row(component: Component | None) -> dict[str, Any] | None:
    if component is None:
        return None
    return {
        key: clean(value) if isinstance(value, str) else [clean(each) for each in value]
        for key, value in vars(component).items()
    }


def clean(text: str) -> str:
    """NUL and lone surrogates, which databases refuse, become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _REFUSED.sub("\ufffd", text)


def packed(told: Mapping[str, Any]) -> bytes | None:
    """What was told, as JSON in few bytes; None where there is nothing."""
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode()) if told else None


def unpacked(told: bytes | None) -> dict[str, Any]:
    """As it was before `packed`."""
    unpacked: dict[str, Any] = json.loads(zlib.decompress(told)) if told else {}
    return unpacked


def moment(seconds: float | None) -> datetime | None:
    """A time of the store as a datetime in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
