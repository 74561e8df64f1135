"""Forced colours (CSS Color Adjustment Module Level 1): an icon that is all a control shows is still seen."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.forced_colours import ForcedColours, ForcedIcon
from auditor.evidence.icon_pixels import NEEDED
from auditor.evidence.text_pixels import UNSEEN


def judge(forced: ForcedColours) -> Iterator[Verdict]:
    for icon in forced.icons:
        yield _verdict(icon)
    if forced.left_out:
        yield untested(forced.page, f"{forced.left_out} more links or buttons show an icon of another look")


def _verdict(icon: ForcedIcon) -> Verdict:
    if icon.forced is None:
        return failed(
            icon.place, "In forced colours nothing is drawn of the icon or sign, which is all that this shows"
        )
    has = (
        f"In forced colours, white on black, the icon, which is all that this shows, has a contrast of "
        f"{icon.forced:.2f} to 1 against what lies behind it"
    )
    if icon.forced < UNSEEN:
        return failed(icon.place, has)
    if icon.forced < NEEDED:
        return cant_tell(icon.place, f"{has}. Can it be told what it is?")
    return passed(icon.place)
