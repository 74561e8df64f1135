"""`[defaults]` and `[[site]]` of sites.toml -> `Site`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.types import StringConstraints

from auditor import variants, wcag
from auditor.gate_settings import GateSettings
from auditor.models import Impact, RuleSetting, Site
from auditor.owner_settings import OwnerSettings
from auditor.secret_headers import Header, Origin, for_origins
from auditor.setting_types import (
    Address,
    BesidePath,
    Contact,
    Cron,
    Hours,
    Level,
    Parameter,
    Pattern,
    RuleId,
    SiteId,
    Zone,
)
from auditor.statement import PROFILES


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


class RuleSettings(BaseModel):
    """`{ id = "region", off = true, reason = "…" }`, or with `impact` in place of `off`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: RuleId
    off: Literal[True] | None = None
    impact: Level | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]

    @model_validator(mode="after")
    def _one_of_both(self) -> RuleSettings:
        if bool(self.off) == bool(self.impact):
            raise ValueError("needs either `off = true` or another `impact`")
        return self


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
    schedule: Cron = False
    spread: int = Field(0, ge=0, le=1440)
    block_trackers: bool = False
    block_posts: bool = False
    headers: list[Header] = []
    rules: list[RuleSettings] = []
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


class SiteEntry(Settings):
    """What may stand in a `[[site]]`."""

    id: SiteId
    name: str | None = None
    gss: Annotated[str, StringConstraints(pattern=r"^[EWSN]\d{8}$")] | None = None
    gate: GateSettings | None = None
    people: list[BesidePath] = []
    views: str | None = None
    owner: list[OwnerSettings] = []
    journey: list[dict[str, Any]] = []
    sign_in: list[dict[str, Any]] = []
    crawl_as: str = ""
    test_system: bool = False
    url: Address | None = None
    urls: list[Address] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> SiteEntry:
        if bool(self.url) == bool(self.urls):
            raise ValueError("needs either `url` (one start URL) or `urls` (a list of them)")
        return self

    @field_validator("owner")
    @classmethod
    def _one_contact_each(cls, owners: list[OwnerSettings]) -> list[OwnerSettings]:
        contacts: dict[str, str] = {}
        for each in owners:
            if each.contact and contacts.setdefault(each.name, each.contact) != each.contact:
                raise ValueError(f"{each.name} has two contacts: {contacts[each.name]!r}, {each.contact!r}")
        return owners


def site_of(entry: SiteEntry, user_limits: frozenset[str], folder: Path) -> Site:
    """The site, but for its journeys and sign-ins. `folder`: where sites.toml is."""
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
