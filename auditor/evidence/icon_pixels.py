"""Controls that show an icon and no words: how the icon stands out from what lies behind it (WCAG 1.4.11)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place

NEEDED = 3.0


@dataclass(frozen=True, kw_only=True)
class Icon:
    """Its pixels are those that change when it is not drawn, without the mixed ones at its edges."""

    place: Place  # of the control
    may_be_mark: bool  # it may be a logo: its link goes home or to another site, or it names a social network
    share: float  # of its pixels, 0 to 1, that have a contrast of `NEEDED` or more
    ratio: float  # the contrast of the middle one


@dataclass(frozen=True, kw_only=True)
class IconPixels:
    """Icons that look alike, as far as styles tell, are measured once."""

    page: Place
    icons: tuple[Icon, ...]  # as far as something is drawn, and it is no picture
    moving: tuple[Place, ...]  # controls whose icons do not keep still
    left_out: int  # beyond those, of other looks
