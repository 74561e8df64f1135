"""What became of a journey, and of the states that a page was judged in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JourneyState(StrEnum):
    """How far a journey came."""

    COMPLETE = "complete"  # to its end, or to the final step, before which it is to stop
    INCOMPLETE = "incomplete"  # a step failed, or was never reached
    NOT_PERMITTED = "not_permitted"  # the next step would send something, and nobody gave permission


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Requests of one kind that a step sent, or that were stopped. What was in them is not kept."""

    step: int  # 0: on the way to the start
    method: str
    host: str
    path: str
    count: int
    stopped: bool  # it was not let out


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """A confirmed failure on a control that a step needs, or a keyboard trap on its page."""

    step: int
    issue: str


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What became of one step."""

    number: int  # from 1; 0: going to the start
    words: str  # the step in words, without values
    state: str  # "done", "failed", "not permitted", "final", "not reached"
    reason: str = ""
    url: str = ""  # where it led to, if it was audited there
    snapshot: str = ""  # state under which it was audited; "": it was not
    audited: bool = False
    supplier: str = ""  # whose host it is, where that is not the site's own


@dataclass(frozen=True, kw_only=True)
class JourneyResult:
    """What became of one journey in one audit."""

    id: str
    name: str
    state: JourneyState
    reason: str  # a sentence; "" where it came to its end
    weight: float = 2.0
    lgsl: int | None = None
    lgil: int | None = None
    task: str = ""
    skills: tuple[str, ...] = ()
    stopped_at: int | None = None  # number of the step that was not done
    steps: tuple[StepResult, ...] = ()
    sent: tuple[Sent, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    states: int = 0  # states met that were to be audited
    audited: int = 0  # states that were, of `states`
    pages: int = 0  # different addresses among them
    permission: str = ""  # who gave it and when, in words
    kept: tuple[str, ...] = ()  # files beside the store: screenshot, trace


@dataclass(frozen=True, kw_only=True)
class ConsentBanner:
    """A cookie banner that an audit met, and what it did about it. What was sent is not kept."""

    origin: str  # of the pages that show it
    tool: str  # id in data/consent-tools.toml; "": none that is known
    name: str  # the tool's, else what the banner calls itself; "": nothing
    page: str  # URL of the page that was audited with it in place
    done: str  # "refused", "accepted", "hidden", "left", or "nothing": there was no way to
    reason: str = ""  # why nothing, or not what was asked for
    stood: int = 0  # pages that were audited later and showed it all the same
    hidden: int = 0  # pages on which it was hidden
    sent: tuple[Sent, ...] = ()  # by the answer


@dataclass(frozen=True, kw_only=True)
class VariantCount:
    """What became of one variant on the pages that were driven. Counts are of pages."""

    variant: str
    judged: int = 0
    same: int = 0  # could not differ, so they were not loaded in it
    missed: int = 0  # could not be judged in it; why stands with the parts that were not judged
    new: int = 0  # of `judged`: with a problem or question that the page as it is has not

    @property
    def pages(self) -> int:
        """Those that it was meant for."""
        return self.judged + self.same + self.missed


@dataclass(frozen=True, kw_only=True)
class PageState:
    """A state of a page beside `LOADED` that was judged, and is none of a journey."""

    url: str
    state: str
    variant: str  # that it is; "": it was opened, or shows a banner
    failed: int  # confirmed failures of rules that are no advice, by element
