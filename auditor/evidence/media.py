"""Sound and film on a page, and what stands beside them (WCAG 1.2.1 to 1.2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from auditor.evidence import Place

LEAST_SECONDS = 1.0  # what is shorter is a signal
FEWEST = 1.2  # words a second of sound: fewer is no text of a speech, slow as it may be
PLENTY = 2.0  # so many most speakers say, and more
SHOWN = 0.5  # words a second that a text on what is shown has at least

TrackState = Literal["read", "broken", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Track:
    """A <track>. "broken": its address brings no captions; "unknown": it may not be looked into."""

    kind: str  # "captions", "subtitles", "descriptions", "chapters", "metadata"
    language: str
    label: str
    state: TrackState
    cues: int  # lines
    words: int  # in all of them
    ends: float  # seconds, of the last


@dataclass(frozen=True, kw_only=True)
class Medium:
    """One recording. `sounds`, `shows`, `seconds`: None where it is not known."""

    place: Place
    kind: Literal["audio", "video"]  # of the element, or of what the player plays
    player: str  # another website's, by its id in data/players.toml; "" for <audio> and <video>
    player_name: str
    has_controls: bool  # the browser's or the player's own
    buttons: tuple[str, ...]  # names of those close to it
    has_play: bool  # one of them is called "play" or the like
    plays_itself: bool
    is_muted: bool
    loops: bool
    is_shown: bool
    is_read: bool  # the browser knows what its file holds
    is_live: bool
    seconds: float | None
    loud: float | None  # seconds in which it is not silent, as far as its file was read
    sounds: bool | None
    shows: bool | None
    tracks: tuple[Track, ...]
    made_by_machine: bool  # a track's label says so
    transcript: Literal["", "link", "text", "described"]  # how something named as its text is there
    transcript_name: str
    transcript_words: int  # of it; -1 where it is among `words`, 0 where it is on another page
    has_described: bool  # something named as its version with audio description is there
    words: int  # of the content around it that can be read
    tells: bool  # they say that they tell what is said or shown
    is_same: bool  # they say that the recording gives the same as the text
    beside: tuple[str, ...]  # names of the <audio> and <video> elements that are its neighbours
    captions_drawn: bool | None = None  # words in its pictures that change; None: not looked for

    @property
    def can_play(self) -> bool:
        return self.plays_itself or self.has_play or (self.is_shown and self.has_controls)

    @property
    def decorates(self) -> bool:
        """A silent film that runs for ever behind or beside the content."""
        return self.plays_itself and self.loops and not self.has_controls and not self.buttons

    @property
    def is_short(self) -> bool:
        return self.seconds is not None and self.seconds < LEAST_SECONDS

    def of_kind(self, *kinds: str) -> tuple[Track, ...]:
        return tuple(each for each in self.tracks if each.kind in kinds)

    def has_text_for(self, rate: float) -> bool:
        """Whether there are words enough, beside it or in what is named as its text, for all its seconds."""
        return max(self.words, self.transcript_words) >= max(8.0, rate * (self.loud or self.seconds or 0))

    @property
    def is_alternative(self) -> bool:
        """It gives again what the text says, and that says so (WCAG, "media alternative for text")."""
        return self.is_same and self.is_shown and self.has_text_for(PLENTY)


@dataclass(frozen=True, kw_only=True)
class Media:
    recordings: tuple[Medium, ...]

    def to_judge(self) -> Iterator[Medium]:
        """What can be played, lasts, and is no live broadcast: what the rules on recordings are about."""
        for each in self.recordings:
            if each.can_play and not each.is_short and not each.is_live and (each.player or each.is_read):
                yield each
