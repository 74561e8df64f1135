"""How a page stands in a window 320 CSS pixels wide, which is 1280 at 400% (WCAG 1.4.10)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Box, Place


@dataclass(frozen=True, kw_only=True)
class Wide:
    """An element that reaches beyond the right edge, and so makes the page scroll sideways."""

    place: Place
    box: Box
    text: str  # that it holds, cut to 80 characters
    exempt: bool  # holds what needs two dimensions: a table, a map, a picture, code, a video


@dataclass(frozen=True, kw_only=True)
class Reflow:
    page: Place
    width: float  # of the window, in CSS pixels
    scroll_width: float  # of the whole page
    wide: tuple[Wide, ...]  # the outermost at fault
