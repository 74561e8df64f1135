"""What moves, changes, sounds or vanishes while nobody touches the page (WCAG 1.4.2, 2.2.1, 2.2.2, 2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from auditor.evidence import Box, Place

Kind = Literal["content", "picture", "video", "drawing", "frame"]


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something to press."""

    name: str  # in words, "" where it has none
    kind: str  # its classes and id
    is_link: bool  # to another place

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        return cls(name=told["name"], kind=told["kind"], is_link=told["link"])


@dataclass(frozen=True, kw_only=True)
class Moving:
    """Something that moves or changes by itself. Seconds are since the page began."""

    place: Place
    kind: Kind  # "content": what code changes; "drawing": a canvas or plug-in; "frame": of another origin
    box: Box
    text: str  # that it shows, cut to 200 characters
    texts: tuple[str, ...]  # one after another, where only words change
    changes: int  # seen, those close together as one; 0 where it moves all the time
    first: float
    last: float
    longest: float  # seconds, of one change
    lasts: (
        float | None
    )  # seconds of a video or animated picture with all its rounds, or `inf`; None: not known
    is_alone: bool  # nothing else is on the page
    waits: bool  # looks like a sign that something is being loaded
    has_controls: bool  # the browser's own, of a video
    near: tuple[Control, ...]  # in it, or close around it
    far: tuple[str, ...]  # names of controls anywhere that speak of stopping or hiding


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A video or an audio that plays by itself: what code starts with sound, and what axe left undecided."""

    place: Place
    lasts: float  # seconds, or `inf`
    is_heard: bool | None  # None: it does not play
    is_declared: bool  # by its `autoplay`
    has_controls: bool
    near: tuple[Control, ...]


@dataclass(frozen=True, kw_only=True)
class Flash:
    """Something that turns light and dark more than three times in a second."""

    place: Place
    times: int  # in its worst second
    area: float  # square CSS pixels that do, at most, in a part of 341 by 256
    as_one: bool  # all of it together


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A message that was there and vanished."""

    place: Place
    text: str
    at: float  # seconds since the page began


@dataclass(frozen=True, kw_only=True)
class Motion:
    page: Place
    seconds: float  # it was watched
    moving: tuple[Moving, ...]
    sounds: tuple[Sound, ...]
    flashes: tuple[Flash, ...]
    gone: tuple[Gone, ...]
