"""WCAG 2.1.1: tabs, options and sliders that no arrow key works; switches that only a click switches.

https://www.w3.org/WAI/ARIA/apg/patterns/ lists the keys of each role.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.listeners import Listeners
from auditor.evidence.role_keys import RoleKeys, Widget

KEYS = {"keydown", "keyup", "keypress"}
PARTS = {"tablist": "tabs", "radiogroup": "choices", "listbox": "options", "tree": "items"}


def judge(keys: RoleKeys, listeners: Listeners) -> Iterator[Verdict]:
    heard = {each.place: {one.type for one in each.own} | each.above for each in listeners.elements}
    native = {each.place for each in listeners.elements if each.native}
    for each in keys.widgets:
        types = listeners.types.union(*(heard.get(place, ()) for place in (each.place, *each.parts)))
        # Where nothing hears a key, missing-keys says so, but for native buttons out of the Tab order.
        are_native = each.by_tab > 0 and native.issuperset(each.parts)
        if types & KEYS or each.answers or (each.parts and (are_native or each.by_tab == len(each.parts))):
            yield from _judge(each)
    for place in keys.refused:
        yield untested(place, "It was not pressed: by its name it may agree to, send or delete something")
    if keys.left_out:
        yield untested(keys.page, f"{keys.left_out} more controls were not tried")


def _judge(each: Widget) -> Iterator[Verdict]:
    if each.answers or (each.parts and each.by_tab == len(each.parts)):
        yield passed(each.place)
    elif each.kind == "switches":
        if each.by_pointer:
            yield failed(each.place, f"A click switches it; neither Space nor Enter does (“{each.name}”)")
    elif not each.reached:
        if each.parts:
            yield cant_tell(each.place, f"The focus gets to none of {_parts(each)}. Can a key work them?")
    elif each.parts:
        said = f"Tab gets to {each.by_tab} of {_parts(each)}, and no arrow key to the others"
        yield _unless_instead(each, said)
    else:
        yield _unless_instead(each, f"No arrow key changes its value (“{each.name}”)")


def _unless_instead(each: Widget, said: str) -> Verdict:
    if each.instead:
        return cant_tell(each.place, f"{said}. Do the controls beside it do the same?")
    return failed(each.place, said)


def _parts(each: Widget) -> str:
    return f"its {len(each.parts)} {PARTS.get(each.role, 'entries')}"
