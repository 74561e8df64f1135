"""Waivers: what the gate lets pass for a while, in a file beside the baseline. They silence no report."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from auditor.errors import ConfigError
from auditor.models import KnownIssue, Waiver

FILE = Path("auditor-waivers.toml")

# The grounds of the Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations
# 2018, regulations 4 (exempt content, third parties) and 7 (disproportionate burden); and a repair under way.
GROUNDS = ("disproportionate burden", "third party", "exempt", "being repaired")
Words = Annotated[str, Field(min_length=10, max_length=1000)]


class _Waiver(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rule: str | None = None
    component: str | None = None
    url: str | None = None
    reason: Words
    owner: Annotated[str, Field(min_length=2, max_length=200)]
    expires: date
    ground: Literal["disproportionate burden", "third party", "exempt", "being repaired"]
    assessment: str = ""
    statement: str = ""

    @model_validator(mode="after")
    def _says_what(self) -> _Waiver:
        if not (self.rule or self.component or self.url):
            raise ValueError(
                "names neither a `rule` nor a `component` nor a `url`: it would let everything pass"
            )
        if self.ground == "disproportionate burden":
            if not re.search(r"\b\d{4}-\d\d(-\d\d)?\b", self.assessment):
                raise ValueError(
                    "a disproportionate burden needs `assessment`: where it is and its date, such as "
                    "“Assessment 2026-03, https://…”"
                )
            if not self.statement:
                raise ValueError(
                    "a disproportionate burden needs `statement`: the words under which the accessibility "
                    "statement lists it"
                )
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    waiver: list[_Waiver] = []


def load(file: Path) -> tuple[Waiver, ...]:
    """Raises `ConfigError`, whose text lists every fault."""
    try:
        told = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    except ValidationError as error:
        raise ConfigError("\n".join(_fault(file, each) for each in error.errors())) from error
    return tuple(
        Waiver(
            reason=each.reason,
            owner=each.owner,
            expires=each.expires,
            ground=each.ground,
            rule=each.rule,
            shape=each.component,
            url=each.url,
            assessment=each.assessment,
            statement=each.statement,
            line=number,
        )
        for number, each in enumerate(told.waiver, start=1)
    )


def _fault(file: Path, fault: object) -> str:
    assert isinstance(fault, dict)
    _, *where = fault["loc"]
    number, key = (where[0] + 1, ".".join(map(str, where[1:]))) if where else ("", "")
    return f"{file}, [[waiver]] {number} {key}: {fault['msg'].removeprefix('Value error, ')}.".replace(
        " :", ":"
    )


def covers(waiver: Waiver, issue: KnownIssue) -> bool:
    """Whether all of an issue is waived: its rule, its component, every page it is on."""
    if waiver.rule and waiver.rule != issue.rule:
        return False
    if waiver.shape and not (issue.component and _has(issue.component.shape, waiver.shape)):
        return False
    if waiver.url is None:
        return True
    pattern = re.compile(".*".join(map(re.escape, waiver.url.split("*"))))
    return all(pattern.fullmatch(page) for page in issue.pages)


def _has(shape: str, wanted: str) -> bool:
    """ "a.card-link" has "a", ".card-link" and itself."""
    parts = re.findall(r"[.\[]?[^.\[]+", shape)
    return set(re.findall(r"[.\[]?[^.\[]+", wanted)) <= set(parts)
