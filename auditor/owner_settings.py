"""`[[site.owner]]` of sites.toml -> `OwnerRule`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic.types import StringConstraints

from auditor.models import Owner, OwnerRule
from auditor.priority import NOBODY, USUAL
from auditor.setting_types import Pattern, RuleId

Matched = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9*][A-Za-z0-9.*:-]{0,199}", value):
        raise ValueError(f"{value!r} is no pattern of hosts; write one such as *.forms.example")
    return value


class OwnerSettings(BaseModel):
    """`[[site.owner]]`: who can mend a part of the site's issues. The last that matches an issue has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    pages: list[Pattern] = []
    components: list[Matched] = []
    suppliers: list[Annotated[str, AfterValidator(_host)]] = []
    rules: list[RuleId] = []

    @model_validator(mode="after")
    def _one_of_four(self) -> OwnerSettings:
        if sum(map(bool, (self.pages, self.components, self.suppliers, self.rules))) != 1:
            raise ValueError(
                "needs one of `pages`, `components`, `suppliers` and `rules`; give the same name a second "
                "[[site.owner]] for another"
            )
        return self


def owner_rules(told: Sequence[OwnerSettings]) -> tuple[OwnerRule, ...]:
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
