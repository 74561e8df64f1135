"""`[notify]` of sites.toml -> `Notifications`, and the secrets in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator
from pydantic.types import StringConstraints

from auditor.errors import ConfigError
from auditor.models import Destination, Notifications, Schedule
from auditor.setting_types import Cron, SiteId, Zone, address

KINDS = ("new", "gate", "incomplete", "statement", "missed")  # what is told as it happens
DIGEST_KIND = "digest"
MAIL = "mail to "  # before an owner's address, where a destination's name stands
DIGEST = "0 8 * * 1"  # when digests are sent unless `digest` says so

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(r"://[^/?#@]*:([^/?#@]+)@")


def address_fault(url: str) -> str | None:
    """What is wrong with a destination's address, without showing it; None where nothing is."""
    plain = _VARIABLE.sub("x", url)
    if url != plain and _VARIABLE.fullmatch(url):
        return None
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", plain) or re.search(r"\s", plain):
        return 'is no address of Apprise, such as "mailto://…" or "msteams://…", nor "${NAME}" that holds one'
    password = _PASSWORD.search(url)
    if password and not _VARIABLE.search(password[1]):
        return (
            'holds a password, which does not belong in this file: write "${NAME}" in its place, where NAME '
            "is a variable of the environment"
        )
    return None


def secrets(url: str, environ: Mapping[str, str]) -> list[str]:
    """The values of the variables in an address, as they are and as they stand in it."""
    values = [environ.get(name, "") for name in _VARIABLE.findall(url)]
    return [form for value in values for form in (value, quote(value, safe="")) if value]


def filled_in(url: str, environ: Mapping[str, str]) -> str:
    """The address with the values of its variables, escaped where they are a part of it.

    Raises `ConfigError`, which names a variable that is not set.
    """
    for name in _VARIABLE.findall(url):
        if not environ.get(name, "").strip():
            raise ConfigError(f"the environment variable {name} is not set")
    whole = _VARIABLE.fullmatch(url)
    if whole:
        return environ[whole[1]].strip()
    return _VARIABLE.sub(lambda found: quote(environ[found[1]], safe=""), url)


def _destination(value: str) -> str:
    if why := address_fault(value):
        raise ValueError(why)
    return value


def _kind(value: str) -> str:
    if value not in (*KINDS, DIGEST_KIND):
        raise ValueError(
            f"{value!r} is nothing to notify of; write any of: {', '.join((*KINDS, DIGEST_KIND))}"
        )
    return value


def _served(value: str) -> str:
    address(value.replace("{site}", "site"))
    return value


DestinationUrl = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_destination)]


class DestinationSettings(BaseModel):
    """`[[notify.to]]`: whom to notify of what."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    url: DestinationUrl
    on: list[Annotated[str, AfterValidator(_kind)]] = list(KINDS)
    sites: list[SiteId] = []


class NotifySettings(BaseModel):
    """`[notify]`: who is told what an audit found."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: list[DestinationSettings] = []
    report_url: Annotated[str, StringConstraints(max_length=500), AfterValidator(_served)] | None = None
    owners: Annotated[str, StringConstraints(pattern=r"^mailtos?://"), DestinationUrl] | None = None
    digest: Cron = DIGEST
    timezone: Zone = "Europe/London"

    @field_validator("to")
    @classmethod
    def _one_name_each(cls, to: list[DestinationSettings]) -> list[DestinationSettings]:
        names = [each.name for each in to]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is the name of two; give each [[notify.to]] its own")
        return to

    def notifications(self) -> Notifications:
        to = (
            Destination(name=each.name, url=each.url, on=frozenset(each.on), sites=frozenset(each.sites))
            for each in self.to
        )
        return Notifications(
            to=tuple(to),
            report_url=self.report_url or "",
            owners=self.owners or "",
            digest=Schedule(cron=self.digest, timezone=self.timezone) if self.digest else None,
        )
