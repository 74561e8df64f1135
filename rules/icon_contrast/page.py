"""WCAG 1.4.11: an icon that is all a link or button shows stands out from what lies behind it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.icon_pixels import NEEDED, Icon, IconPixels
from auditor.evidence.text_pixels import UNSEEN

ENOUGH = 0.15  # of an icon's pixels: the outline of one that is filled palely has so many
HARDLY_ANY = 0.02


def judge(pixels: IconPixels) -> Iterator[Verdict]:
    for icon in pixels.icons:
        yield _verdict(icon)
    for place in pixels.moving:
        yield untested(place, "Its icon moves, so its contrast was not measured")
    if pixels.left_out:
        yield untested(pixels.page, f"{pixels.left_out} more links or buttons show an icon of another look")


def _verdict(icon: Icon) -> Verdict:
    if icon.share >= ENOUGH:
        return passed(icon.place)
    has = f"a contrast of {icon.ratio:.2f} to 1 against what lies behind it; {NEEDED:g} is needed"
    if icon.share >= HARDLY_ANY:
        return cant_tell(
            icon.place,
            f"Only {icon.share:.0%} of the icon stands out enough; most of it has {has}. "
            "Can you tell what it shows by that part alone?",
        )
    if icon.may_be_mark:
        return cant_tell(
            icon.place, f"The icon has {has}. Is it a logo in its owner's colours, which is exempt?"
        )
    if icon.ratio < UNSEEN:
        return cant_tell(icon.place, f"The icon has {has}. Is it meant to be seen?")
    return failed(icon.place, f"The icon or sign, which is all that this shows, has {has}")
