"""WCAG 2.1.2: a keyboard alone leads out of everything that it leads into."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.tab_walk import TabWalk, Trap


def judge(walk: TabWalk) -> Iterator[Verdict]:
    for trap in walk.traps:
        yield _of(trap)
    if not walk.traps and walk.is_whole and walk.stops:
        yield passed(walk.page)
    elif not walk.is_whole:
        yield untested(walk.page, f"{walk.left} more places that Tab leads to were not tried")


def _of(trap: Trap) -> Verdict:
    names = ", ".join(f"“{name}”" for name in trap.names if name)
    if trap.leaves_by == "Shift+Tab":
        return cant_tell(
            trap.place, "Tab does not lead on from here, only back (Shift+Tab). Can what follows be reached?"
        )
    if trap.leaves_by:
        return passed(trap.place)
    if trap.is_dialog:
        return untested(trap.place, "It is like a dialog: whether its own buttons close it was not tried")
    if trap.says_how and not trap.names_keys:
        return cant_tell(trap.place, f"Tab does not lead out. Does what it says help: “{trap.says_how}”?")
    if not trap.others and trap.stops > 1:
        return cant_tell(
            trap.place,
            "Tab goes round and round in the page. Can a keyboard reach the browser’s own bar from here?",
        )
    where = f"goes round and round between {names}" if trap.stops > 1 and names else "stays here"
    named = f", nor do the keys it names: “{trap.says_how}”" if trap.says_how else ""
    return failed(trap.place, f"Tab {where}; Shift+Tab, Escape and the arrow keys do not lead out{named}")
