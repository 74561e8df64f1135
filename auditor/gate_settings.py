"""`[gate]` and `[site.gate]` of sites.toml -> `Gate`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from auditor import wcag
from auditor.models import Gate, Impact
from auditor.setting_types import Level, RuleId, Share
from auditor.statement import MISSING, item_ids


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


class GateSettings(BaseModel):
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

    def gate(self) -> Gate:
        values = self.model_dump()
        for key in ("new", "any"):
            values[key] = Impact(values[key]) if values[key] else None
        for key in ("rules", "criteria", "statement"):
            values[key] = tuple(values[key])
        return Gate(**values)
