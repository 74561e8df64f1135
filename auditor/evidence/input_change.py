"""What happens as soon as a field gets another value (WCAG 3.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A field whose value was changed by keyboard, and set back."""

    place: Place
    kind: str  # "select", "radio", "checkbox" or "text"
    name: str
    around: str  # its label, description and the text before it: where a warning would stand
    went: tuple[str, ...]  # addresses the page wanted to go to, or "a new window"
    moved_to: Place | None  # what has the focus since, where that is another element


@dataclass(frozen=True, kw_only=True)
class InputChange:
    page: Place
    fields: tuple[Changed, ...]
    left_out: int  # fields beyond the most
