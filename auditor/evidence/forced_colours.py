"""Controls that show an icon and no words, as the page is and in forced colours."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class ForcedIcon:
    """Contrasts with what is drawn behind it, of the icon's middle pixel; None: nothing of it is drawn."""

    place: Place  # of the control
    ratio: float  # as the page is
    forced: float | None


@dataclass(frozen=True, kw_only=True)
class ForcedColours:
    """Icons that look alike, as far as styles tell, are measured once."""

    page: Place
    icons: tuple[ForcedIcon, ...]  # that can be seen as the page is
    left_out: int  # beyond those, of other looks
