"""Dates as people write them in English: "3 February 2021", "12/03/2024", "March 2024"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>20\d\d)"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s{_YEAR}\b",
        rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}\b",
        r"\b(?P<day>\d{1,2})[/.](?P<number>\d{1,2})[/.](?P<year>20\d\d)\b",  # the day first, as in Britain
        r"\b(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b",
        rf"\b{_MONTH},?\s{_YEAR}\b",
        rf"\b{_YEAR}\b",
    )
]


def dates(text: str) -> Iterator[date]:
    """In the order of the text. A month or a year alone stands for its last day."""
    found: dict[int, date] = {}
    taken: list[range] = []
    for form in _FORMS:
        for match in form.finditer(text):
            span = range(match.start(), match.end())
            if any(span.start < other.stop and other.start < span.stop for other in taken):
                continue
            if known := _date(match):
                found[span.start] = known
                taken.append(span)
    return (found[start] for start in sorted(found))


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if name := parts.get("month"):
        month = _MONTHS.index(name[:3].lower()) + 1
    else:
        month = int(parts.get("number") or 12)
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return date(year, month, day) if 1 <= day <= last else None
