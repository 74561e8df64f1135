"""WCAG 2.5.2: nothing is to be carried out by the down-event alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.listeners import Heard, Listeners

DOWN = {"mousedown", "pointerdown", "touchstart"}
UP = {"click", "mouseup", "pointerup", "touchend"}
CARRIES = re.compile(  # something out, and not back; a toggle or a look may be what the press itself shows
    r"\blocation(?:\.href)? ?= ?[^=]|\blocation\.(?:assign|replace)\(|\.submit\(|\.requestSubmit\(|\.remove\("
    r"|\b(?:textContent|innerHTML|innerText) ?= ?[^=]"
)
IN_MARKUP = tuple(f"function on{name}(" for name in DOWN)


def judge(listeners: Listeners) -> Iterator[Verdict]:
    for each in listeners.elements:
        if not each.visible or each.disabled or not any(one.type in DOWN for one in each.own):
            continue
        down = [one for one in each.does(DOWN) if one.code.startswith(IN_MARKUP) or _is_pressed(each)]
        if not down:
            yield passed(each.place)
            continue
        if any(CARRIES.search(one.code) for one in down) and _is_pressed(each):
            yield failed(
                each.place,
                f"It acts when the pointer goes down (“{each.name}”), and hears nothing after that: "
                "who slides away cannot call it off",
            )
            continue
        names = ", ".join(sorted({one.type for one in down}))
        yield cant_tell(
            each.place,
            f"Code runs when the pointer goes down ({names}; “{each.name}”). "
            "Does it carry something out, and can that be called off by sliding away?",
        )


def _is_pressed(each: Heard) -> bool:
    """A thing to press that hears the press and nothing after it; not what is drawn aside, as a carousel."""
    hears = {one.type for one in each.own} | each.above
    is_pressed = each.pointing or each.tag == "button" or each.role in ("button", "link")
    return not hears & UP and is_pressed and not each.holds_control
