"""What a click on an element does, by the code that hears it."""

from __future__ import annotations

import re

from auditor.evidence.listeners import Heard, Listener

ACTS = {"click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"}
CLICKS = ACTS - {"touchstart", "touchend"}
KEYS = {"keydown", "keyup", "keypress"}
COUNTS = re.compile(r"dataLayer|\bgtag\b|\bga\(|_gaq|_paq|analytics|track(Event|Click)|fbq\(|clarity\(", re.I)
DOES = re.compile(
    r"\blocation\b|\.open\(|\balert\(|toggle|class(List|Name)|\.show|\.hide|style\.|submit"
    r"|innerHTML|textContent ?=",
    re.I,
)
SCROLLS = re.compile(r"scroll(?:To|By|Top|IntoView)\b")  # keys scroll as well
MANY = 30


def acts(each: Heard) -> bool:
    """Whether a click or a touch does something here, as far as is known."""
    heard = each.does(ACTS)
    if not heard:  # React marks with an idle listener what it hears at its root
        return each.many_above and each.pointing and any(one.type == "click" for one in each.own)
    is_root = len({one.type for one in each.own}) >= MANY  # a framework's: it hears for all that it holds
    return not is_root and not all(_is_slight(one) for one in heard)


def _is_slight(listener: Listener) -> bool:
    """It counts the click, or scrolls, and does nothing else that is known."""
    slight = COUNTS.search(listener.code) or SCROLLS.search(listener.code)
    return slight is not None and DOES.search(listener.code) is None
