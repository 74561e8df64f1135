"""WCAG 2.1.4: no single character acts by itself, unless it can be turned off or changed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.single_keys import Pressed, SingleKeys


def judge(keys: SingleKeys) -> Iterator[Verdict]:
    for each in keys.pressed:
        place = each.place or keys.page
        does = f"The key “{each.key}” by itself {_does(each)}"
        if keys.setting:
            yield cant_tell(place, f"{does}. Can it be turned off or changed? See “{keys.setting}”")
        elif each.went or each.moved_to:
            yield failed(
                place, f"{does}, wherever one is on the page, and nothing here offers to turn it off"
            )
        else:
            yield cant_tell(place, f"{does}. Is that a shortcut, and can it be turned off?")
    if keys.listening and not keys.pressed:
        yield passed(keys.page)


def _does(pressed: Pressed) -> str:
    if pressed.went:
        return f"leads to {pressed.went[0]}"
    if pressed.moved_to:
        return "moves the focus"
    if pressed.scrolled:
        return "scrolls the page"
    return "changes what is shown"
