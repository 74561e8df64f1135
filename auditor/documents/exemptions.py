"""Old files that the law may leave out: labelled, never dropped (data/exemptions.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.documents.ranking import year

USUAL = "uk-gb"  # where a site names no legal profile


@cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((files("auditor") / "data" / "exemptions.toml").read_text(encoding="utf-8"))


def exempt(profile: str, url: str, facts: Mapping[str, Any], modified: datetime | None) -> str:
    """Why the law may exempt a document: a sentence with how its date is known; "" where nothing says so.

    The file's own word comes first, since a move of a website gives every file a new date; then the server's,
    then a year in the address. One with fields to fill in is in use, whatever its date.
    """
    law = _data().get(profile) or _data()[USUAL]
    if facts.get("fields"):
        return ""
    known = _known(url, facts, modified)
    if known is None or known[0] >= law["before"]:
        return ""
    before: date = law["before"]
    return (
        f"It may be exempt, by its date: {known[1]}, and files published before {_said(before)} are exempt "
        f"unless {law['unless']} ({law['law']}). A person must judge that."
    )


def _known(url: str, facts: Mapping[str, Any], modified: datetime | None) -> tuple[date, str] | None:
    own = [day for key in ("modified", "created") if (day := _day(facts.get(key)))]
    if own:
        return max(own), f"the file itself says {_said(max(own))}"
    if modified:
        return modified.date(), f"the server says it was last changed on {_said(modified.date())}"
    if found := year(url):
        return date(found, 12, 31), f"{found} stands in its address"
    return None


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day(told: object) -> date | None:
    if isinstance(told, datetime):
        return told.date()
    try:
        return date.fromisoformat(str(told)[:10]) if told else None
    except ValueError:
        return None
