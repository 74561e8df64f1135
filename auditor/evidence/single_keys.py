"""What single keys do, pressed while nothing has the focus (WCAG 2.1.4)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Pressed:
    key: str  # the character
    place: Place | None  # the <kbd> that names it, where one does
    went: tuple[str, ...]  # addresses the page wanted to go to, or "a new window"
    moved_to: Place | None  # what has the focus since
    scrolled: float  # CSS pixels
    changed: bool  # other text is shown, each time it is pressed


@dataclass(frozen=True, kw_only=True)
class SingleKeys:
    page: Place
    listening: bool  # something hears the keys of the whole page: only then keys were pressed
    pressed: tuple[Pressed, ...]
    compared: tuple[str, ...]  # what code that asks for no Ctrl or the like compares a key with
    setting: str  # text of a control that may turn them off, "" where there is none
