"""WCAG 2.1.4: no single character acts by itself, unless it can be turned off or changed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.single_keys import Pressed, SingleKeys

ANY = 3  # of the keys change what is shown: the page may show whatever is typed


def judge(keys: SingleKeys) -> Iterator[Verdict]:
    slight = [each for each in keys.pressed if not (each.went or each.moved_to)]
    if len(slight) >= ANY:
        yield cant_tell(keys.page, "Many keys change what is shown. Are they shortcuts, or shown as typed?")
    for each in keys.pressed:
        if each in slight and len(slight) >= ANY:
            continue
        place = each.place or keys.page
        does = f"The key “{each.key}” by itself {_does(each)}"
        if keys.setting:
            yield cant_tell(place, f"{does}. Can it be turned off or changed? See “{keys.setting}”")
        elif each.went or each.moved_to or each.changed:
            yield failed(
                place, f"{does}, wherever one is on the page, and nothing here offers to turn it off"
            )
        else:
            yield cant_tell(place, f"{does}. Is that a shortcut, and can it be turned off?")
    if keys.compared and not keys.pressed:
        named = ", ".join(f"“{key}”" for key in keys.compared[:4])
        yield cant_tell(
            keys.page, f"A script of the whole page waits for {named}. Can that be turned off or changed?"
        )
    elif keys.listening and not keys.pressed:
        yield passed(keys.page)


def _does(pressed: Pressed) -> str:
    if pressed.went:
        return f"leads to {pressed.went[0]}"
    if pressed.moved_to:
        return "moves the focus"
    if pressed.scrolled:
        return "scrolls the page"
    return "changes what is shown"
