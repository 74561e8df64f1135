"""Which settings of a device or browser a page heeds: what tells in which variants it could differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Heeds:
    """Frames in a process of their own are not looked into."""

    media: Mapping[str, bool]  # media queries of its style sheets and pictures: whether they hold as it is
    scripts: frozenset[str]  # of `probes.heeds.WORDS`: those that a script of it has
    has_viewport: bool  # a viewport meta element: else phones show it as a desktop does, only smaller
    has_dark: bool  # its root says that it has dark colours (`color-scheme`)
    grows: bool  # some text of it follows the browser's font size
    forced: (
        int  # what forced colours may hide: elements that adjust to them, controls that show an icon alone
    )
