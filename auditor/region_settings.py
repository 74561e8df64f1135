"""`[region]` of sites.toml -> `Region`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from auditor.models import Region
from auditor.setting_types import Words
from auditor.suppliers import suppliers


def _ids(value: Any) -> Any:
    if value is not True and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        raise ValueError("must be a list of ids, or true for all")
    return value


Named = Annotated[Any, AfterValidator(_ids)]


class RegionSettings(BaseModel):
    """`[region]`: what the sites are together, and whom open data may name, as a person confirmed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Words = "All sites"
    publish_authorities: Named = []
    publish_suppliers: Named = []
    confirmed_by: Words | None = None
    confirmed_on: date | None = None

    @model_validator(mode="after")
    def _confirmed(self) -> RegionSettings:
        if (self.publish_authorities or self.publish_suppliers) and not (
            self.confirmed_by and self.confirmed_on
        ):
            raise ValueError(
                "whom open data names a person must confirm: `confirmed_by` (who) and `confirmed_on` (a date)"
            )
        return self

    def faults(self, sites: Iterable[str]) -> Iterator[str]:
        """What is wrong with whom it names, among sites of these ids."""
        for key, told, ids in (
            ("publish_authorities", self.publish_authorities, set(sites)),
            ("publish_suppliers", self.publish_suppliers, set(suppliers())),
        ):
            if unknown := sorted(_named(told, ids) - ids):
                known = ", ".join(sorted(ids))
                yield f"[region] {key}: there is no {', '.join(unknown)}. Known: {known}"

    def region(self, sites: Iterable[str]) -> Region:
        """`sites`: the ids of all."""
        return Region(
            name=self.name,
            authorities=_named(self.publish_authorities, sites),
            suppliers=_named(self.publish_suppliers, suppliers()),
            confirmed_by=self.confirmed_by or "",
            confirmed_on=self.confirmed_on,
        )


def _named(told: Any, ids: Iterable[str]) -> frozenset[str]:
    """The ids that are told: a list, or true for all."""
    return frozenset(ids if told is True else told)
