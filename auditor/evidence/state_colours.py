"""The contrast of text that shows, or changes its colours, only in some states (WCAG 1.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auditor.evidence import Place
from auditor.evidence.text_pixels import Measured


@dataclass(frozen=True, kw_only=True)
class StateText:
    """A control's text in one state, or what a field shows while it is empty."""

    place: Place  # of the control
    text: str  # cut to 80 characters
    state: Literal["hover", "focus", "placeholder"]
    measured: Measured
    at_rest: Measured | None  # None: it is not to be seen then


@dataclass(frozen=True, kw_only=True)
class StateColours:
    """Controls that look alike are tried once."""

    tried: int  # controls
    left_out: int  # beyond those, of other looks
    texts: tuple[
        StateText, ...
    ]  # whose colours change, one of each colours, as far as they could be measured
