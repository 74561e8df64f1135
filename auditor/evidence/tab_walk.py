"""What a person meets who goes through a page by the Tab key (WCAG 2.1.2, 2.4.3, 2.4.7, 2.4.11, 3.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.evidence import Box, Place


class Kind(StrEnum):
    """What has the focus."""

    CONTROL = "control"
    AREA = "area"  # of a picture; Chromium draws its own ring there, and no outline of the page's
    FIELD = "field"  # text is written there
    FRAME = "frame"  # its inside is not seen: of another origin, or nothing in it takes the focus
    MEDIA = "media"  # the browser's own player: each of its buttons is a stop
    SCROLLER = "scroller"  # a region that the browser lets be scrolled by keys; its author may not know


class Hidden(StrEnum):
    """Why an element that has the focus cannot be seen, though nothing covers it."""

    NOT = ""
    OUTSIDE = "outside"  # of the window, after the browser has scrolled to it
    TINY = "tiny"  # under two pixels wide or high, or clipped to that
    TRANSPARENT = "transparent"


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What lies before an element and hides all of it that is in the window."""

    place: Place
    is_stuck: bool  # to the window: position fixed or sticky


@dataclass(frozen=True, kw_only=True)
class Look:
    """Two pictures of the window, with the focus and without."""

    near: int  # pixels that differ in and around the element, its label and its parent
    elsewhere: int  # pixels that differ outside of that and do not move by themselves; 0 if not looked for
    contrast: float  # the highest between a pixel near it and the same pixel without focus, 1 to 21
    difference: int  # the greatest of a colour channel there, 0 to 255
    around: bool  # what differs lies around the element and nothing in it, as an outline does


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where Tab led. An element is listed once, the first time."""

    place: Place
    name: str  # for assistive technology, at most 80 characters
    role: str
    kind: Kind
    box: Box
    scroll_y: float  # how far the page was scrolled
    tabindex: int
    position: int  # in the order of the document, counted from 0
    hidden: Hidden
    cover: Cover | None
    behind: Place | None  # the open dialog whose backdrop lies before it
    has_caret: bool  # a text cursor shows that it has the focus
    look: Look | None  # None: not looked at, as one of its kind was


class Effect(StrEnum):
    """What a page did only because something received the focus."""

    NAVIGATION = "navigation"  # it wanted to go to another page, or to send a form
    WINDOW = "window"  # it wanted to open a window
    MOVED = "moved"  # it moved the focus to something else
    DROPPED = "dropped"  # it took the focus away


@dataclass(frozen=True, kw_only=True)
class OnFocus:
    """A change that focus alone caused, seen twice."""

    place: Place  # of what received the focus
    name: str
    effect: Effect
    what: str  # where to, in words or as an address


@dataclass(frozen=True, kw_only=True)
class Trap:
    """Stops that Tab goes round and round in while others exist."""

    place: Place  # the element around them
    names: tuple[str, ...]  # of its first stops
    stops: int
    others: bool  # there are stops outside of it
    leaves_by: str  # the key that led out all the same: "Shift+Tab", "Escape", …; "" for none
    is_dialog: bool  # it is, or is in, what looks like a dialog
    says_how: str  # text in it that names keys, "" for none
    names_keys: bool  # some could be made out in it, and were pressed


@dataclass(frozen=True, kw_only=True)
class TabWalk:
    page: Place
    stops: tuple[Stop, ...]  # in the order of the walk
    effects: tuple[OnFocus, ...]
    traps: tuple[Trap, ...]
    is_whole: bool  # the walk came to the end of the page
    missed: tuple[Place, ...]  # should be stops and were none, where it is whole; some of them
    unlooked: int  # stops of which neither they nor any like them were looked at
    left: int  # how many more stops there should be where it is not
