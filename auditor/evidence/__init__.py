"""What the probes saw, as page rules read it, and what a rule says of it: frozen, plain data.

One module a kind of evidence, named as the probe that gathers it (`auditor/browser/probes/`). A page rule
names the evidence it needs by the types of its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from auditor.models import Component, Outcome


@dataclass(frozen=True, kw_only=True)
class Place:
    """An element, as it was when it was seen."""

    selector: str  # CSS; " >>> " where a shadow root is entered
    excerpt: str  # its HTML, capped
    frame: tuple[str, ...] = ()  # selectors of the frames around it, outermost first
    component: Component | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From what `place()` of probes/common.js tells."""
        return cls(
            selector=told["selector"],
            excerpt=told["excerpt"],
            frame=tuple(told["frame"]),
            component=Component.of(told["component"]),
        )


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in CSS pixels, from the top left of the document."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, told: Mapping[str, float]) -> Self:
        """From what `box()` of probes/common.js tells."""
        return cls(x=told["x"], y=told["y"], width=told["width"], height=told["height"])


@dataclass(frozen=True, kw_only=True)
class ProbeFault:
    """Why a probe brought nothing on this page."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a rule says of an element, or of the page by its <html>. `message`: what is wrong, or to see."""

    outcome: Outcome  # PASSED, FAILED, CANT_TELL or UNTESTED
    place: Place
    message: str = ""
    url: str = ""  # the page it is on, where a rule judges a whole site


def passed(place: Place, *, url: str = "") -> Verdict:
    return Verdict(outcome=Outcome.PASSED, place=place, url=url)


def failed(place: Place, message: str, *, url: str = "") -> Verdict:
    return Verdict(outcome=Outcome.FAILED, place=place, message=message, url=url)


def cant_tell(place: Place, message: str, *, url: str = "") -> Verdict:
    return Verdict(outcome=Outcome.CANT_TELL, place=place, message=message, url=url)


def untested(place: Place, message: str) -> Verdict:
    return Verdict(outcome=Outcome.UNTESTED, place=place, message=message)
