"""What values in sites.toml look like. A validator's error says what is allowed."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field
from pydantic.types import StringConstraints

from auditor import cron
from auditor.errors import UsageError
from auditor.urls import start_url


def address(value: str) -> str:
    try:
        return start_url(value)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _contact(value: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+|[!-~]+@[!-~]+", value) or set(value) & set("();"):
        raise ValueError(f"{value!r} is neither a web address nor an e-mail address")
    return value


def _hours(value: str) -> str:
    clock = r"([01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(f"{clock}-{clock}", value) or value[:5] == value[6:]:
        raise ValueError(f"{value!r} is no span of hours; write one such as 07:00-19:00 or 22:00-06:00")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone; write one such as Europe/London") from error
    return value


def _cron(value: Any) -> Any:
    if value is False:
        return value
    why = cron.fault(value) if isinstance(value, str) else "it is no text"
    if why:
        raise ValueError(
            f'{value!r} is no schedule: {why}. Write five fields of cron, such as "0 2 * * 1" for Mondays at '
            "02:00, or false for none"
        )
    return value


SiteId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,99}$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^(/|\*|https?://)", max_length=500)]
BesidePath = Annotated[str, StringConstraints(pattern=r"^[^/]", max_length=500)]
Address = Annotated[str, AfterValidator(address)]
Parameter = Annotated[str, StringConstraints(pattern=r"^[^=&#?\s]+$", max_length=100)]
Contact = Annotated[str, StringConstraints(max_length=200), AfterValidator(_contact)]
Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Cron = Annotated[Any, AfterValidator(_cron)]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["critical", "serious", "moderate", "minor"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
