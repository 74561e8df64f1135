"""sites.toml -> `Site`. Every error names the file, the key and what is allowed; all are listed at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from auditor.errors import ConfigError, UsageError
from auditor.file_rules import FileRule
from auditor.gate_settings import GateSettings
from auditor.journey_settings import journeys
from auditor.limits import CONFIG_BYTES
from auditor.models import Gate, Notifications, OwnerRule, Region, Schedule, Site
from auditor.notify_settings import DestinationSettings, NotifySettings
from auditor.owner_settings import OwnerSettings, owner_rules
from auditor.redact import SHORTEST
from auditor.region_settings import RegionSettings
from auditor.secret_headers import Header, expanded
from auditor.sign_in_settings import sign_ins, unfit, unknown_roles, variables
from auditor.site_settings import RuleSettings, Settings, SiteEntry, site_of
from auditor.urls import start_url

LIMITS = ("max_pages", "max_depth", "max_minutes")


@dataclass(frozen=True, kw_only=True)
class Config:
    """A checked sites.toml."""

    file: Path
    store: str | None
    defaults: Mapping[str, Any]
    sites: tuple[Site, ...]
    gate: Gate = field(default_factory=Gate)  # of all sites that have none of their own
    gates: Mapping[str, Gate] = field(default_factory=dict)  # by a site's id
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # patterns of files, by a site's id
    owners: Mapping[str, tuple[OwnerRule, ...]] = field(default_factory=dict)  # by a site's id
    views: Mapping[str, Path] = field(default_factory=dict)  # by a site's id: a file of page views
    region: Region = field(default_factory=Region)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)  # by a site's id; of those that have one
    notify: Notifications = field(default_factory=Notifications)
    files: tuple[FileRule, ...] = ()  # which pages files of the repository touch

    def site(self, site_id: str) -> Site:
        """Raises `UsageError` where no site has this id."""
        for site in self.sites:
            if site.id == site_id:
                return site
        known = ", ".join(site.id for site in self.sites)
        raise UsageError(f"{self.file} has no site {site_id!r}. It has: {known}.")

    def with_secrets(self, sites: Iterable[Site], environ: Mapping[str, str] = os.environ) -> list[Site]:
        """The sites of this file, or `ad_hoc` ones, as they are audited: each header with its true value.

        Until then a header's value is its template, so that nothing but an audit needs the variables.
        Raises `ConfigError`, which lists every fault and shows no value.
        """
        faults: dict[str, None] = {}
        filled = []
        for site in sites:
            headers = []
            for header in site.headers:
                try:
                    headers.append(replace(header, value=expanded(header, site, environ)))
                except ValueError as error:
                    faults[f"site {site.id}, header {header.name}: {error}"] = None
            for each in site.sign_ins:
                if why := unfit(each, site):
                    faults[f"site {site.id}, sign_in {each.role}: {why}"] = None
            secrets = {}
            by_journeys = {step.secret for each in site.journeys for step in each.steps if step.secret}
            for name in sorted(by_journeys | set(variables(site))):
                if len(value := environ.get(name, "")) < SHORTEST:
                    text = (
                        f"must be set to {SHORTEST} characters or more, or it cannot be kept out of reports"
                    )
                    what = "a journey fills in" if name in by_journeys else "a sign-in needs"
                    faults[f"site {site.id}: the environment variable {name}, which {what}, {text}"] = None
                secrets[name] = value
            filled.append(replace(site, headers=tuple(headers), secrets=tuple(secrets.items())))
        if faults:
            raise ConfigError(_listed(self.file, list(faults)))
        return filled


def ad_hoc(urls: Sequence[str], config: Config | None = None) -> Site:
    """A site that stands in no file: start URLs of one host, with the file's `[defaults]` if there is one.

    Raises `UsageError` where one is no web address.
    """
    starts = tuple(start_url(url) for url in urls)
    host = urlsplit(starts[0]).netloc
    defaults = config.defaults if config else {}
    entry = SiteEntry.model_validate({**defaults, "id": site_id(host), "name": host, "urls": list(starts)})
    limits = frozenset(defaults).intersection(LIMITS)
    return site_of(entry, limits, config.file.parent if config else Path())


def site_id(host: str) -> str:
    """An id for a host: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:100] or "site"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    store: str | None = None
    defaults: dict[str, Any] = {}
    gate: GateSettings = GateSettings()
    region: RegionSettings = RegionSettings()
    notify: NotifySettings = NotifySettings()
    files: list[FileRule] = []
    site: list[dict[str, Any]] = []


def bounded(file: BinaryIO, name: str, most: int) -> bytes:
    """All of a file of the user's. Raises `ConfigError` where it is larger than `most` bytes."""
    read = file.read(most + 1)
    if len(read) > most:
        size = max(os.fstat(file.fileno()).st_size, len(read))  # of a pipe, nobody knows how much will come
        raise ConfigError(
            f"{name} is too large: {size:,} bytes or more, and at most {most:,} are read. "
            "Divide it into several."
        )
    return read


def load(file: Path) -> Config:
    """Read and check sites.toml. Raises `ConfigError`, whose text lists every fault."""
    try:
        with file.open("rb") as opened:
            text = bounded(opened, str(file), CONFIG_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{file}: there is no such file. Name yours with --config FILE.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read ({error}).") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not valid TOML: {error}.") from error
    faults: list[str] = []
    sites: list[Site] = []
    gates: dict[str, Gate] = {}
    people: dict[str, tuple[str, ...]] = {}
    owners: dict[str, tuple[OwnerRule, ...]] = {}
    views: dict[str, Path] = {}
    schedules: dict[str, Schedule] = {}
    try:
        whole = _File.model_validate(raw)
    except ValidationError as error:
        faults += _faults(error, "", _File)
        wrong = {fault["loc"][0] for fault in error.errors()}
        whole = _File.model_validate({key: value for key, value in raw.items() if key not in wrong})
    at_top = len(faults)
    try:
        defaults = Settings.model_validate(whole.defaults)
        for header in defaults.headers:
            if header.origin is None:
                text = "needs its `origin` here, or would go to every site"
                faults.append(f"[defaults] headers: {header.name} {text}")
    except ValidationError as error:
        faults += _faults(error, "[defaults] ", Settings)
    good_defaults = {} if len(faults) > at_top else whole.defaults
    seen: dict[str, int] = {}
    for number, entry in enumerate(whole.site, start=1):
        where = f"[[site]] {number} ({entry.get('id', 'no id')}) "
        try:
            checked = SiteEntry.model_validate({**good_defaults, **entry})
        except ValidationError as error:
            faults += _faults(error, where, SiteEntry)
            continue
        if checked.id in seen:
            faults.append(f"{where}id: {checked.id!r} is taken by [[site]] {seen[checked.id]}")
        seen[checked.id] = number
        if checked.gate:
            gates[checked.id] = checked.gate.gate()
        people[checked.id] = tuple(checked.people)
        if checked.owner:
            owners[checked.id] = owner_rules(checked.owner)
        if checked.views:
            views[checked.id] = file.parent / checked.views
        if checked.schedule:
            schedules[checked.id] = Schedule(
                cron=checked.schedule,
                timezone=checked.timezone,
                spread=checked.spread,
                quiet_hours=tuple(checked.quiet_hours),
            )
        set_here = {*good_defaults, *entry}
        site = site_of(checked, frozenset(set_here.intersection(LIMITS)), file.parent)
        read, wrong_steps = journeys(checked.journey, site.urls[0], file.parent)
        faults += [f"{where}{fault}" for fault in wrong_steps]
        signs, wrong_signs = sign_ins(checked.sign_in, site.urls[0], file.parent)
        wrong_signs = wrong_signs or unknown_roles(signs, checked.crawl_as, read)
        faults += [f"{where}{fault}" for fault in wrong_signs]
        sites.append(replace(site, journeys=read, sign_ins=signs))
    ids = {str(entry.get("id")) for entry in whole.site}
    faults += whole.region.faults(ids)
    for to in whole.notify.to:
        if strangers := sorted(set(to.sites) - ids):
            faults.append(f"[[notify.to]] {to.name}, sites: there is no site {', '.join(strangers)}")
    if faults:
        raise ConfigError(_listed(file, faults))
    return Config(
        file=file,
        store=whole.store,
        defaults=whole.defaults,
        sites=tuple(sites),
        gate=whole.gate.gate(),
        gates=gates,
        people=people,
        owners=owners,
        views=views,
        region=whole.region.region(seen),
        schedules=schedules,
        notify=whole.notify.notifications(),
        files=tuple(whole.files),
    )


def _faults(error: ValidationError, where: str, model: type[BaseModel]) -> list[str]:
    faults = []
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            within: dict[str, type[BaseModel]] = {
                "headers": Header,
                "rules": RuleSettings,
                "gate": GateSettings,
                "owner": OwnerSettings,
                "region": RegionSettings,
                "files": FileRule,
                "notify": DestinationSettings if "to" in fault["loc"] else NotifySettings,
            }
            fields = within.get(str(fault["loc"][0]), model).model_fields
            message = f"there is no such key. Allowed: {', '.join(sorted(fields))}"
        elif fault["type"] == "string_pattern_mismatch" and key == "id":
            message = "may hold small letters, digits and hyphens, and starts with a letter or digit"
        elif fault["type"] == "string_pattern_mismatch" and key == "gss":
            message = "is no GSS code: a letter of E, W, S, N and eight digits, such as E08000025"
        elif fault["type"] == "string_pattern_mismatch" and key == "notify.owners":
            message = (
                'must be a mailto:// or mailtos:// address of Apprise, such as "mailto://smtp.example.org"'
            )
        elif fault["type"] == "string_pattern_mismatch" and key.startswith("people"):
            message = "is a path from this file's folder, such as manual/*.csv"
        elif fault["type"] == "string_pattern_mismatch" and "rules" in fault["loc"]:
            message = "is no rule's id; `auditor rules list` names them"
        elif fault["type"] == "string_pattern_mismatch":
            message = "can match no URL; start it with /, * or https://, such as /news/* or */print/*"
        elif key == "site":
            message = "each site stands under a [[site]] of its own, in double brackets"
        given = fault.get("input")
        plain = isinstance(given, str | int | float | bool) and fault["type"] != "value_error"
        plain = (
            plain and fault["type"] != "extra_forbidden" and fault["loc"][0] not in ("headers", "notify")
        )  # secret
        shown = f" (given: {given!r})" if plain else ""
        faults.append(f"{where}{key}: {message}{shown}".replace(" : ", " "))
    return faults


def _listed(file: Path, faults: list[str]) -> str:
    if len(faults) == 1:
        return f"{file}: {faults[0]}."
    return f"{file} has {len(faults)} faults:\n" + "\n".join(f"  - {fault}" for fault in faults)
