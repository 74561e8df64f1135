"""Which elements listen for the pointer and for keys, and what else could do the same (WCAG 2.1.1, 2.5)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from auditor.evidence import Box, Place

MOTION = frozenset({"devicemotion", "deviceorientation", "deviceorientationabsolute"})
IDLE = re.compile(
    r"\breturn\b|\b(?:true|false|undefined|null|void 0)\b|[;,\s]"
    r"|\b\w+\.(?:stopPropagation|stopImmediatePropagation|preventDefault)\(\)"
)


@dataclass(frozen=True, kw_only=True)
class Listener:
    type: str  # of the event: "click"
    code: str  # of the function, cut to 5000 characters

    @property
    def idle(self) -> bool:
        """It does nothing, or only keeps the event from what is around."""
        _, brace, body = self.code.partition("{")
        body = body.rpartition("}")[0] if brace else self.code.partition("=>")[2]
        return bool(self.code) and IDLE.sub("", body) == ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An element that listens for itself, or a custom control."""

    place: Place
    box: Box
    tag: str
    role: str  # as written in its role attribute, "" where none is
    name: str  # what a person hears and sees of it, cut to 80 characters
    own: tuple[Listener, ...]
    above: frozenset[str]  # types that elements around it listen for, below <body>
    many_above: bool  # one around it listens for dozens of types, as React's root does
    visible: bool
    focusable: bool
    native: bool  # a control by its element: a link, button, field, video, or editable text
    untabbed: (
        bool  # a button that is out of Tab's order, with no sign that other keys or controls do its work
    )
    disabled: bool
    within_control: str  # "label", "control" or "": what around it hears keys by nature
    holds_control: bool  # something within can have the focus
    beside_control: bool  # so has its neighbour: both may do the same
    pointing: bool  # a pointer over it is drawn as a hand, and not over what is around it
    points_within: bool  # so is one over something within
    descendants: int
    cover: float  # how much of the window it covers, 0 to 1
    draggable: bool

    def does(self, types: Collection[str]) -> list[Listener]:
        """Its own listeners of these types that are not idle."""
        return [each for each in self.own if each.type in types and not each.idle]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What came of tilting and shaking the device, as far as events tell a page of it."""

    changes: (
        bool | None
    )  # text or a field's value; None: the page does not keep still, or cannot be told of it
    setting: str  # name of a control that may turn it off, "" for none
    stops: bool  # with that control pressed nothing changes any more


@dataclass(frozen=True, kw_only=True)
class Listeners:
    page: Place
    elements: tuple[Heard, ...]
    everywhere: tuple[Listener, ...]  # of the document, its window and <body>
    moved: Moved | None  # None: nothing listens for how the device is moved
    left_out: int  # elements that listen and were not looked at, beyond the most

    @property
    def types(self) -> frozenset[str]:
        """What the whole page listens for."""
        return frozenset(each.type for each in self.everywhere)
