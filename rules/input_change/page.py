"""WCAG 3.2.2, failures F36 and F37: choosing or typing a value takes nobody elsewhere unwarned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.input_change import Changed, InputChange

WARNS = re.compile(
    r"automatic|straight ?away|immediately|as soon as|on selection|new (?:window|tab|page)"
    r"|\bwill (?:open|load|reload|refresh|update|submit|take|go to|move|jump|leave)"
    r"|when you (?:choose|select|change|pick|tick)"
    r"|(?:choosing|selecting|changing|picking|ticking) \w"
    r"|awtomatig|ar unwaith|ffenestr newydd|tudalen newydd",
    re.I,
)
ACTION = {
    "select": "Choosing from the list",
    "radio": "Choosing the option",
    "checkbox": "Ticking or unticking the box",
    "text": "Typing into the field",
}


def judge(change: InputChange) -> Iterator[Verdict]:
    for each in change.fields:
        if (not each.went and each.moved_to is None) or WARNS.search(each.around):
            yield passed(each.place)
        else:
            yield _verdict(each)
    if change.left_out:
        yield untested(change.page, f"{change.left_out} more fields were not tried")


def _verdict(each: Changed) -> Verdict:
    action = f"{ACTION[each.kind]} (“{each.name}”)"
    if "a new window" in each.went:
        return failed(each.place, f"{action} opens a new window at once, and no text before it says so")
    if each.went:
        return failed(
            each.place, f"{action} leaves the page at once, for {each.went[0]}, and no text says so"
        )
    if each.kind == "text":
        return cant_tell(each.place, f"{action} moves the focus to another element. Is that said before?")
    return failed(each.place, f"{action} moves the focus to another element, and no text before it says so")
