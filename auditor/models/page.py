"""A page: where it is linked from, what it showed, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.models.words import Discovery, UrlOutcome


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link found in a rendered page: absolute URL, accessible text cut to 200 characters, source."""

    url: str
    text: str = ""
    discovery: Discovery = Discovery.LINK


@dataclass(frozen=True, kw_only=True)
class NewUrl:
    """A URL to enter in the ledger; with an outcome, it is settled without a visit."""

    url: str
    identity: str
    depth: int
    discovery: Discovery
    found_on: str | None = None
    outcome: UrlOutcome | None = None
    reason: str = ""
    chain: int = 0  # addresses of its own form that led to it, one from another
    cost: int | None = None  # place in the queue; None: its depth
    document: str | None = None  # the link's text, where by its address it may lead to a document


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One element of an issue, outlined, with what is around it; what stood in fields is painted over."""

    issue: str
    url: str  # of the page, in the ledger
    taken: datetime  # UTC
    media_type: str
    width: int  # pixels, of CSS and of the picture alike
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Untested:
    """A part of a page that could not be judged: a frame, a state or a variant, with the reason."""

    url: str
    what: str  # "frame", "state", "variant" or another of docs/report-json.md
    where: str  # the frame's URL or selector, or the name of the state or variant
    reason: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What one state of one page showed, as the browser brought it."""

    url: str
    state: str = "loaded"
    journey: str = ""  # id of the journey that it is a state of
    step: int = 0
    variant: str = ""  # "dark"; "": the page as it is
    title: str = ""
    lang: str = ""
    engine: Mapping[str, Any] = field(default_factory=dict)  # axe's result, slim; {} if it did not run
    evidence: Mapping[type, Any] = field(default_factory=dict)  # what probes brought, by its type
    driven: tuple[int, ...] | None = None  # kinds of element on it, where it was driven as a representative
    links: tuple[Link, ...] = ()
    links_total: int = 0  # the true count; `links` is capped in each frame
    links_too_long: int = 0  # longer than any page's address may be; in no other count
    features: Mapping[str, int] = field(
        default_factory=dict
    )  # by the names of `checklist.features()`, counted
    facts: Mapping[str, Any] = field(default_factory=dict)  # by kind (browser/facts/): of the page as loaded
    untested: tuple[Untested, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageShown:
    """A page that was audited, as far as others are held against it to tell copies and traps."""

    identity: str
    signature: str  # equal for two copies of one page
    sketch: frozenset[int]  # hashes of its words, the smallest
    found_on: str | None = None  # an identity
    chain: int = 0


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One attempt at one URL: what came of it, or why it was not audited."""

    url: str
    outcome: UrlOutcome
    reason: str = ""
    final_url: str | None = None
    status: int | None = None  # HTTP status of the document
    content_type: str | None = None
    title: str | None = None
    depth: int = 0
    discovery: Discovery = Discovery.LINK
    found_on: str | None = None  # the first page that linked here
    started: datetime | None = None  # UTC
    seconds: float | None = None  # wall time of the visit
    signature: str | None = None  # of what it showed; equal for two copies of one page
    sketch: tuple[int, ...] = ()  # hashes of its words, the smallest
    lang: str = ""  # what an audited page says its language is, as "cy"; a page may say anything
    unchanged_since: datetime | None = None  # when it was audited, where this audit took that over; UTC


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Sound or film on a page, as the page tells of it."""

    url: str  # of the page
    kind: str  # "audio" or "video"
    player: str  # the name of another website's player; "" for the browser's own
    title: str
    address: str  # of the file, or of the player with it
    has_controls: bool  # the browser's or the player's own
    buttons: int  # close to it
    plays_itself: bool
    is_muted: bool
    is_shown: bool
    captions: tuple[str, ...] = ()  # languages of its captions' files, "" where one does not say
    subtitles: tuple[str, ...] = ()
    transcript: str = ""  # "link", "text" or "described": how something called its text is there
    has_described: bool = False  # something called its version with audio description is there
