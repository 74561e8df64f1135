"""What shows while the pointer rests on something, and whether keys show it too (WCAG 1.4.13, 2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Hovered:
    """An element under the pointer, and what showed then."""

    trigger: Place
    content: Place
    name: str  # of the trigger
    text: str  # that showed, cut to 200 characters
    controls: bool  # what showed holds links or other controls
    elsewhere: bool  # all of these are links that also stand elsewhere on the page, shown
    said: bool  # the page shows the same words elsewhere
    told: bool  # the text is part of the trigger's name or description
    leads: bool  # the trigger is, or holds, a link to another page
    toggles: bool  # a button at it says that it opens something
    covers: bool  # it lies over other text
    dismissed: bool  # by Escape, with the pointer where it was
    hoverable: bool | None  # stays while the pointer moves onto it; None: not tried
    on_focus: bool  # it shows too when something at it has the focus
    on_keys: bool  # Enter or an arrow key shows it too, or Tab reaches what it holds


@dataclass(frozen=True, kw_only=True)
class Hover:
    page: Place
    revealed: tuple[Hovered, ...]
    tried: int
    left_out: int  # places that may show something, beyond the most
