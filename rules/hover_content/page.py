"""WCAG 1.4.13: what shows on hover can be sent away with Escape, and stays when the pointer moves onto it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.hover import Hover, Hovered


def judge(hover: Hover) -> Iterator[Verdict]:
    for each in hover.revealed:
        yield _verdict(each)
    if hover.left_out:
        yield untested(hover.page, f"{hover.left_out} more places may show something under the pointer")


def _verdict(each: Hovered) -> Verdict:
    stays = each.covers and not each.dismissed
    flees = each.hoverable is False
    shown = f"What shows when the pointer is over it (“{each.text[:60]}”)"
    if flees:
        also = ", and Escape does not send it away though it covers other text" if stays else ""
        return failed(each.trigger, f"{shown} vanishes as soon as the pointer moves onto it{also}")
    if stays and each.toggles:
        return cant_tell(
            each.trigger, f"{shown} covers other text, and Escape does not send it away. Can a key?"
        )
    if stays:
        return failed(each.trigger, f"{shown} covers other text, and Escape does not send it away")
    return passed(each.trigger)
