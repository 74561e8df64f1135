"""sites.toml -> `Site`. Every error names the file, the key and what is allowed; all are listed at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.types import StringConstraints

from auditor import cron, variants, wcag
from auditor.errors import ConfigError, UsageError
from auditor.file_rules import FileRule
from auditor.journey_settings import journeys
from auditor.limits import CONFIG_BYTES
from auditor.models import (
    Destination,
    Gate,
    Impact,
    Notifications,
    Owner,
    OwnerRule,
    Region,
    RuleSetting,
    Schedule,
    Site,
)
from auditor.notify_settings import DIGEST, DIGEST_KIND, KINDS, address_fault
from auditor.priority import NOBODY, USUAL
from auditor.redact import SHORTEST
from auditor.secret_headers import Header, Origin, expanded, for_origins
from auditor.sign_in_settings import sign_ins, unfit, unknown_roles, variables
from auditor.statement import MISSING, PROFILES, item_ids
from auditor.suppliers import suppliers
from auditor.urls import start_url

LIMITS = ("max_pages", "max_depth", "max_minutes")

SiteId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^(/|\*|https?://)", max_length=500)]


def _address(value: str) -> str:
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


def _pictures(value: Any) -> Any:
    if value is True or value is False or value == "all":
        return value
    raise ValueError(f'must be true, false or "all" (given: {value!r})')


def _variants(names: list[str]) -> list[str]:
    if unknown := [name for name in names if not variants.is_known(name)]:
        raise ValueError(f"there is no variant {unknown[0]!r}; known: {variants.KNOWN}")
    return list(dict.fromkeys(names))


def _statement(value: Any) -> Any:
    if value is False or value in PROFILES:
        return value
    raise ValueError(f"must be false or one of: {', '.join(PROFILES)} (given: {value!r})")


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


BesidePath = Annotated[str, StringConstraints(pattern=r"^[^/]", max_length=500)]
Address = Annotated[str, AfterValidator(_address)]
Parameter = Annotated[str, StringConstraints(pattern=r"^[^=&#?\s]+$", max_length=100)]
Contact = Annotated[str, StringConstraints(max_length=200), AfterValidator(_contact)]
Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]


class _RuleSetting(BaseModel):
    """`{ id = "region", off = true, reason = "…" }`, or with `impact` in place of `off`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,99}$")]
    off: Literal[True] | None = None
    impact: Literal["critical", "serious", "moderate", "minor"] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]

    @model_validator(mode="after")
    def _one_of_both(self) -> _RuleSetting:
        if bool(self.off) == bool(self.impact):
            raise ValueError("needs either `off = true` or another `impact`")
        return self


Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["critical", "serious", "moderate", "minor"]
Matched = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,99}$")]


def _criterion(value: str) -> str:
    if value not in wcag.criteria():
        raise ValueError(f"{value!r} is no success criterion; write one such as 2.4.7")
    return value


def _statement_item(value: str) -> str:
    if value != MISSING and value not in item_ids():
        raise ValueError(
            f"{value!r} is nothing that a statement is judged by; write missing, or one of: "
            f"{', '.join(sorted(item_ids()))}"
        )
    return value


class _Gate(BaseModel):
    """When an audit fails a build: `[gate]`, for all sites, or `[site.gate]`, in its place for one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    new: Level | None = None
    any: Level | None = None
    rules: list[RuleId] = []
    criteria: list[Annotated[str, AfterValidator(_criterion)]] = []
    budgets: dict[RuleId, Annotated[int, Field(ge=0)]] = {}
    coverage: Share | None = None
    coverage_drop: Share | None = None
    expired_waivers: bool = False
    statement: list[Annotated[str, AfterValidator(_statement_item)]] = []
    new_rules: date | None = None


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9*][A-Za-z0-9.*:-]{0,199}", value):
        raise ValueError(f"{value!r} is no pattern of hosts; write one such as *.forms.example")
    return value


class _Owner(BaseModel):
    """`[[site.owner]]`: who can mend a part of the site's issues. The last that matches an issue has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    pages: list[Pattern] = []
    components: list[Matched] = []
    suppliers: list[Annotated[str, AfterValidator(_host)]] = []
    rules: list[RuleId] = []

    @model_validator(mode="after")
    def _one_of_four(self) -> _Owner:
        if sum(map(bool, (self.pages, self.components, self.suppliers, self.rules))) != 1:
            raise ValueError(
                "needs one of `pages`, `components`, `suppliers` and `rules`; give the same name a second "
                "[[site.owner]] for another"
            )
        return self


def _ids(value: Any) -> Any:
    if value is not True and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        raise ValueError("must be a list of ids, or true for all")
    return value


Named = Annotated[Any, AfterValidator(_ids)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Region(BaseModel):
    """`[region]`: what the sites are together, and whom open data may name, as a person confirmed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Words = "All sites"
    publish_authorities: Named = []
    publish_suppliers: Named = []
    confirmed_by: Words | None = None
    confirmed_on: date | None = None

    @model_validator(mode="after")
    def _confirmed(self) -> _Region:
        if (self.publish_authorities or self.publish_suppliers) and not (
            self.confirmed_by and self.confirmed_on
        ):
            raise ValueError(
                "whom open data names a person must confirm: `confirmed_by` (who) and `confirmed_on` (a date)"
            )
        return self


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
    _address(value.replace("{site}", "site"))
    return value


DestinationUrl = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_destination)]


class _Destination(BaseModel):
    """`[[notify.to]]`: whom to notify of what."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    url: DestinationUrl
    on: list[Annotated[str, AfterValidator(_kind)]] = list(KINDS)
    sites: list[SiteId] = []


class _Notify(BaseModel):
    """`[notify]`: who is told what an audit found."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: list[_Destination] = []
    report_url: Annotated[str, StringConstraints(max_length=500), AfterValidator(_served)] | None = None
    owners: Annotated[str, StringConstraints(pattern=r"^mailtos?://"), DestinationUrl] | None = None
    digest: Annotated[Any, AfterValidator(_cron)] = DIGEST
    timezone: Zone = "Europe/London"

    @field_validator("to")
    @classmethod
    def _one_name_each(cls, to: list[_Destination]) -> list[_Destination]:
        names = [each.name for each in to]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is the name of two; give each [[notify.to]] its own")
        return to


class Settings(BaseModel):
    """What may stand in `[defaults]` and in each `[[site]]`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    include: list[Pattern] = []
    exclude: list[Pattern] = []
    max_pages: int = Field(500, ge=1, le=1_000_000)
    max_depth: int | None = Field(None, ge=0)
    max_minutes: float | None = Field(None, gt=0)
    delay: float = Field(1.0, ge=0, le=3600)
    concurrency: int = Field(1, ge=1, le=16)
    internal: bool = False
    internal_origins: list[Origin] = []
    min_coverage: float = Field(0.95, ge=0, le=1)
    keep: int = Field(10, ge=1)
    keep_days: int | None = Field(None, ge=1)
    standard: str = "wcag22aa"
    axe_script: str | None = None
    robots: Literal["obey", "ignore"] = "obey"
    strip_params: list[Parameter] = []
    keep_params: list[Parameter] = []
    contact: Contact | None = None
    quiet_hours: list[Hours] = []
    timezone: Zone = "Europe/London"
    schedule: Annotated[Any, AfterValidator(_cron)] = False
    spread: int = Field(0, ge=0, le=1440)
    block_trackers: bool = False
    block_posts: bool = False
    headers: list[Header] = []
    rules: list[_RuleSetting] = []
    rules_folder: str | None = None
    drive: Literal["representatives", "every-page", "no-page"] = "representatives"
    pictures: Annotated[Any, AfterValidator(_pictures)] = True
    consent: Literal["refuse", "accept", "hide", "leave"] = "refuse"
    explore: bool = False
    variants: Annotated[list[str], AfterValidator(_variants)] = []

    @model_validator(mode="after")
    def _driven_to_explore(self) -> Self:
        if self.explore and self.drive == "no-page":
            raise ValueError('`explore = true` drives pages, and `drive = "no-page"` says that none is')
        if self.variants and self.drive == "no-page":
            raise ValueError(
                '`variants` are of pages that are driven, and `drive = "no-page"` says that none is'
            )
        return self

    statement: Annotated[Any, AfterValidator(_statement)] = PROFILES[0]
    documents: Literal["sample", "all", "list"] = "sample"
    max_documents: int = Field(40, ge=1, le=1_000_000)
    plain_pages: int = Field(8, ge=0, le=100)
    sample: Literal["wcag-em", "gds", "representative"] | None = None
    reuse: bool = True

    @field_validator("standard")
    @classmethod
    def _known_standard(cls, value: str) -> str:
        if value not in wcag.STANDARDS:
            raise ValueError(f"must be one of: {', '.join(wcag.STANDARDS)} (given: {value!r})")
        return value


class _Entry(Settings):
    id: SiteId
    name: str | None = None
    gss: Annotated[str, StringConstraints(pattern=r"^[EWSN]\d{8}$")] | None = None
    gate: _Gate | None = None
    people: list[BesidePath] = []
    views: str | None = None
    owner: list[_Owner] = []
    journey: list[dict[str, Any]] = []
    sign_in: list[dict[str, Any]] = []
    crawl_as: str = ""
    test_system: bool = False
    url: Address | None = None
    urls: list[Address] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> _Entry:
        if bool(self.url) == bool(self.urls):
            raise ValueError("needs either `url` (one start URL) or `urls` (a list of them)")
        return self

    @field_validator("owner")
    @classmethod
    def _one_contact_each(cls, owners: list[_Owner]) -> list[_Owner]:
        contacts: dict[str, str] = {}
        for each in owners:
            if each.contact and contacts.setdefault(each.name, each.contact) != each.contact:
                raise ValueError(f"{each.name} has two contacts: {contacts[each.name]!r}, {each.contact!r}")
        return owners


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
    entry = _Entry.model_validate({**defaults, "id": site_id(host), "name": host, "urls": list(starts)})
    limits = frozenset(defaults).intersection(LIMITS)
    return _site(entry, limits, config.file.parent if config else Path())


def site_id(host: str) -> str:
    """An id for a host: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:100] or "site"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    store: str | None = None
    defaults: dict[str, Any] = {}
    gate: _Gate = _Gate()
    region: _Region = _Region()
    notify: _Notify = _Notify()
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
            checked = _Entry.model_validate({**good_defaults, **entry})
        except ValidationError as error:
            faults += _faults(error, where, _Entry)
            continue
        if checked.id in seen:
            faults.append(f"{where}id: {checked.id!r} is taken by [[site]] {seen[checked.id]}")
        seen[checked.id] = number
        if checked.gate:
            gates[checked.id] = _gate(checked.gate)
        people[checked.id] = tuple(checked.people)
        if checked.owner:
            owners[checked.id] = _owners(checked.owner)
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
        site = _site(checked, frozenset(set_here.intersection(LIMITS)), file.parent)
        read, wrong_steps = journeys(checked.journey, site.urls[0], file.parent)
        faults += [f"{where}{fault}" for fault in wrong_steps]
        signs, wrong_signs = sign_ins(checked.sign_in, site.urls[0], file.parent)
        wrong_signs = wrong_signs or unknown_roles(signs, checked.crawl_as, read)
        faults += [f"{where}{fault}" for fault in wrong_signs]
        sites.append(replace(site, journeys=read, sign_ins=signs))
    known = {
        "publish_authorities": {str(entry.get("id")) for entry in whole.site},
        "publish_suppliers": set(suppliers()),
    }
    for key, ids in known.items():
        if unknown := sorted(_named(getattr(whole.region, key), ids) - ids):
            faults.append(
                f"[region] {key}: there is no {', '.join(unknown)}. Known: {', '.join(sorted(ids))}"
            )
    for to in whole.notify.to:
        if strangers := sorted(set(to.sites) - known["publish_authorities"]):
            faults.append(f"[[notify.to]] {to.name}, sites: there is no site {', '.join(strangers)}")
    if faults:
        raise ConfigError(_listed(file, faults))
    return Config(
        file=file,
        store=whole.store,
        defaults=whole.defaults,
        sites=tuple(sites),
        gate=_gate(whole.gate),
        gates=gates,
        people=people,
        owners=owners,
        views=views,
        region=Region(
            name=whole.region.name,
            authorities=_named(whole.region.publish_authorities, seen),
            suppliers=_named(whole.region.publish_suppliers, suppliers()),
            confirmed_by=whole.region.confirmed_by or "",
            confirmed_on=whole.region.confirmed_on,
        ),
        schedules=schedules,
        notify=_notifications(whole.notify),
        files=tuple(whole.files),
    )


def _named(told: Any, ids: Iterable[str]) -> frozenset[str]:
    """The ids of `[region]`, as a list or true for all."""
    return frozenset(ids if told is True else told)


def _notifications(told: _Notify) -> Notifications:
    to = (
        Destination(name=each.name, url=each.url, on=frozenset(each.on), sites=frozenset(each.sites))
        for each in told.to
    )
    return Notifications(
        to=tuple(to),
        report_url=told.report_url or "",
        owners=told.owners or "",
        digest=Schedule(cron=told.digest, timezone=told.timezone) if told.digest else None,
    )


def _gate(told: _Gate) -> Gate:
    values = told.model_dump()
    for key in ("new", "any"):
        values[key] = Impact(values[key]) if values[key] else None
    for key in ("rules", "criteria", "statement"):
        values[key] = tuple(values[key])
    return Gate(**values)


def _owners(told: Sequence[_Owner]) -> tuple[OwnerRule, ...]:
    """One `Owner` for each name, with an id that no other has."""
    contacts = {each.name: each.contact for each in told if each.contact}
    taken = set(USUAL) | {NOBODY.id}  # ids of those who usually mend what nobody was named for
    owners: dict[str, Owner] = {}
    for name in dict.fromkeys(each.name for each in told):
        made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "owner"
        id_ = next(id_ for n in count(1) if (id_ := f"{made}-{n}" if n > 1 else made) not in taken)
        taken.add(id_)
        owners[name] = Owner(id=id_, name=name, contact=contacts.get(name, ""))
    return tuple(
        OwnerRule(
            owner=owners[each.name],
            pages=tuple(each.pages),
            components=tuple(each.components),
            suppliers=tuple(each.suppliers),
            rules=tuple(each.rules),
        )
        for each in told
    )


def _site(entry: _Entry, user_limits: frozenset[str], folder: Path) -> Site:
    values = entry.model_dump(
        exclude={
            "url",
            "urls",
            "name",
            "gate",
            "people",
            "views",
            "owner",
            "journey",
            "sign_in",
            "schedule",
            "spread",
        }
    )
    lists = (
        "include",
        "exclude",
        "internal_origins",
        "strip_params",
        "keep_params",
        "quiet_hours",
        "variants",
    )
    for key in lists:
        values[key] = tuple(values[key])
    for key in ("axe_script", "rules_folder"):
        if values[key]:
            values[key] = str(folder / values[key])
    values["rules"] = tuple(
        RuleSetting(
            id=each.id,
            reason=each.reason,
            off=bool(each.off),
            impact=Impact(each.impact) if each.impact else None,
        )
        for each in entry.rules
    )
    urls = tuple(entry.urls or [entry.url or ""])
    values["headers"] = for_origins(entry.headers, urls)
    return Site(name=entry.name or entry.id, urls=urls, user_limits=user_limits, **values)


def _faults(error: ValidationError, where: str, model: type[BaseModel]) -> list[str]:
    faults = []
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            within: dict[str, type[BaseModel]] = {
                "headers": Header,
                "rules": _RuleSetting,
                "gate": _Gate,
                "owner": _Owner,
                "region": _Region,
                "files": FileRule,
                "notify": _Destination if "to" in fault["loc"] else _Notify,
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
