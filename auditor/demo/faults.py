"""The list of faults planted in the demo site: what a good auditor finds there, and nothing else."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FAULTS_FILE = Path(__file__).parent / "faults.toml"

Area = Literal[
    "images",
    "forms",
    "colour",
    "names",
    "structure",
    "language",
    "keyboard",
    "focus",
    "layout",
    "media",
    "timing",
    "documents",
    "statement",
    "consistency",
    "frames",
    "components",
    "text",
]
Kind = Literal["failure", "advice"]
Outcome = Literal["failed", "cant_tell"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One planted fault. faults.toml explains each field."""

    id: str
    url: str
    area: Area
    wcag: tuple[str, ...]
    kind: Kind
    selector: str
    rules: tuple[str, ...]
    report: str
    statement: tuple[str, ...] = ()
    outcome: Outcome | None = None
    frame: str | None = None
    state: str | None = None
    variant: str | None = None
    rendered: bool = False
    origin: str = ""


def load_faults() -> tuple[Fault, ...]:
    """Read every planted fault, in the order of the file."""
    with FAULTS_FILE.open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["fault"]
    return tuple(_fault(**entry) for entry in entries)


def _fault(*, wcag: list[str], rules: list[str], statement: Sequence[str] = (), **rest: Any) -> Fault:
    return Fault(wcag=tuple(wcag), rules=tuple(rules), statement=tuple(statement), **rest)
