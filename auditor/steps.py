"""Steps of journeys in words, the values they make up, and which of them are final: docs/journeys.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.models import (
    Barrier,
    Journey,
    JourneyResult,
    JourneyState,
    Permission,
    Sent,
    SignIn,
    Step,
    StepResult,
    Target,
)

PART = "journeys"  # name of the run's part that holds what became of them
KEYS = {  # what a press may be, so that a slip of the pen is told before the audit
    "Enter", "Space", "Tab", "Shift+Tab", "Escape", "Backspace", "Delete", "Home", "End", "PageUp",
    "PageDown", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight",
}  # fmt: skip


@cache
def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def made_up() -> Mapping[str, str]:
    """The made-up values by their kind; visibly fictitious."""
    return {kind: each["value"] for kind, each in _data("made-up").items()}


@cache
def skills() -> Mapping[str, str]:
    """Names of the Essential Digital Skills areas by id."""
    return {each["id"]: each["name"] for each in _data("digital-skills")["area"]}


def is_final(name: str) -> bool:
    """Whether a button of this accessible name sends something for good."""
    words = " ".join(re.findall(r"[^\W_]+", name[:300].lower()))
    told = _data("final-steps")
    if any(_begins(words, each) for each in told["but"]):
        return False
    return any(_begins(words, each) for each in told["begins"])


def _begins(words: str, with_: str) -> bool:
    return words == with_ or words.startswith(f"{with_} ")


def words(step: Step) -> str:
    """A step in words, without the value that it fills in."""
    about = step.target.shown if step.target else ""
    match step.action:
        case "go":
            return f"Go to {step.value}"
        case "press":
            return f"Press {step.value}"
        case "choose":
            return f"Choose {about}" + (f" in {step.within.shown}" if step.within else "")
        case "wait_for" | "expect":
            verb = "Wait for" if step.action == "wait_for" else "Expect"
            return f"{verb} the address {step.url}" if step.url else f"{verb} {about}"
        case "audit":
            return f"Audit: {step.value}"
        case _:
            return f"{step.action.capitalize()} {about}"


def from_settings(kept: Iterable[Mapping[str, Any]]) -> tuple[Journey, ...]:
    """The journeys that a run was started with, from what the store kept of them."""
    return tuple(
        Journey(
            **{
                **each,
                "skills": tuple(each["skills"]),
                "steps": tuple(_step(step) for step in each["steps"]),
                "permission": _permission(each["permission"]),
            }
        )
        for each in kept
    )


def sign_ins_from_settings(kept: Iterable[Mapping[str, Any]]) -> tuple[SignIn, ...]:
    """The sign-ins that a run was started with."""
    return tuple(
        SignIn(
            **{
                **each,
                "steps": tuple(_step(step) for step in each["steps"]),
                "command": tuple(each["command"]),
            }
        )
        for each in kept
    )


def _step(kept: Mapping[str, Any]) -> Step:
    targets = {key: Target(**kept[key]) if kept[key] else None for key in ("target", "within")}
    return Step(**{**kept, **targets})


def _permission(kept: Mapping[str, Any] | None) -> Permission | None:
    return Permission(by=kept["by"], on=date.fromisoformat(kept["on"])) if kept else None


def results(kept: Iterable[Mapping[str, Any]] | None) -> tuple[JourneyResult, ...]:
    """What became of the journeys of a run, from its part `PART`."""
    return tuple(
        JourneyResult(
            **{
                **each,
                "state": JourneyState(each["state"]),
                "skills": tuple(each["skills"]),
                "kept": tuple(each["kept"]),
                "steps": tuple(StepResult(**step) for step in each["steps"]),
                "sent": tuple(Sent(**sent) for sent in each["sent"]),
                "barriers": tuple(Barrier(**barrier) for barrier in each["barriers"]),
            }
        )
        for each in kept or ()
    )
