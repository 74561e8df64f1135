"""What ARIA says that axe could not decide: names where none may be, and hidden parts that Tab may enter."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Unheard:
    """An element whose role takes no name or description of its own, and that is given one."""

    place: Place
    tag: str
    role: str  # as its role attribute has it, "" where none is valid
    attributes: tuple[str, ...]  # that its role prohibits
    says: str  # what they say, at most 200 characters; "" where nothing is
    text: str  # what it holds, at most 2000 characters


@dataclass(frozen=True, kw_only=True)
class HiddenPart:
    """A part with aria-hidden that holds what can take the focus; something may keep Tab from it."""

    place: Place
    entered: bool | None  # Tab or Shift+Tab leads into it and stays; None: it could not be found out
    name: str  # of what has the focus then


@dataclass(frozen=True, kw_only=True)
class Aria:
    unheard: tuple[Unheard, ...]  # of axe's undecided, and of attributes that axe does not look at
    hidden: tuple[HiddenPart, ...]  # all that axe left undecided under aria-hidden-focus
