"""Variants of a page: the same page as other settings of a device or browser show it, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from auditor.models import VariantCount

PART = "variants"  # name of the run's part that holds what became of them
NAMES = {
    "phone": "at phone width",
    "dark": "in dark colours",
    "forced-colours": "in forced colours",
    "reduced-motion": "with reduced motion",
    "text-200": "with text twice as large",
}
LANGUAGE = re.compile(r"language-([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})")
KNOWN = f"{', '.join(NAMES)}, or language- and a language’s code, such as language-cy"


def is_known(variant: str) -> bool:
    return variant in NAMES or LANGUAGE.fullmatch(variant) is not None


def language(variant: str) -> str:
    """The language that a variant asks for, "" where it asks for none."""
    told = LANGUAGE.fullmatch(variant)
    return told[1] if told else ""


def words(variant: str) -> str:
    """How a page is in a variant: "in dark colours". It is the state's name, too."""
    return NAMES.get(variant) or f"in the language {language(variant) or variant}"


def only(variants: Iterable[str]) -> str:
    """Where a problem shows that the page as it is has not; "" where that has it, too."""
    told = " and ".join(map(words, variants))
    return f"only {told}" if told else ""


def summary(counted: Iterable[VariantCount]) -> list[str]:
    """What became of each variant, in a sentence with of how many pages."""
    return [
        f"{words(each.variant).capitalize()}: {each.judged:,} of {each.pages:,} driven pages judged, "
        f"{each.new:,} of them with something new; {each.same:,} could not differ"
        f"{f'; {each.missed:,} could not be judged' if each.missed else ''}."
        for each in counted
    ]


def counts(kept: Mapping[str, Mapping[str, Any]] | None) -> tuple[VariantCount, ...]:
    """What became of the variants of a run, from its part `PART`."""
    return tuple(VariantCount(**each) for each in (kept or {}).values())


def kept(told: Iterable[VariantCount]) -> dict[str, dict[str, Any]]:
    """As `counts` reads it."""
    return {each.variant: asdict(each) for each in told}
