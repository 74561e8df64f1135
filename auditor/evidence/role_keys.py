"""What the keys do that a widget's role promises (WCAG 2.1.1; ARIA Authoring Practices, "Patterns")."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Widget:
    """One that was tried. `kind`: what its keys do: move among its `parts`, change its value, switch it."""

    place: Place
    role: str
    name: str  # what a person hears and sees of it, cut to 80 characters
    kind: str  # "moves", "values" or "switches"
    parts: tuple[Place, ...]  # its items that are shown and not switched off, the first 50
    by_tab: int  # of its parts, or itself: what Tab reaches
    reached: bool  # the focus could be put on it, by itself, a part, or the field that works it
    answers: str  # the first key after which it was not as before: "ArrowRight"; "" for none
    by_pointer: bool  # it is switched by a click; tried only where no key does it
    instead: bool  # a field or a carousel's buttons beside it may do the same


@dataclass(frozen=True, kw_only=True)
class RoleKeys:
    """Of widgets that look alike, two are tried."""

    page: Place
    widgets: tuple[Widget, ...]
    refused: tuple[Place, ...]  # not pressed: by their names they may send, agree to or delete something
    left_out: int  # beyond the most that are tried on a page
