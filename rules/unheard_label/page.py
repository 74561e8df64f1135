"""WAI-ARIA 1.2: a name or description of the role on an element whose role takes none. WCAG 1.3.1, 4.1.2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.aria import Aria, Unheard

WORD = re.compile(r"\w+")
PLAIN = ("div", "span")  # browsers differ in what they make of a name there


def judge(aria: Aria) -> Iterator[Verdict]:
    for each in aria.unheard:
        yield _verdict(each)


def _verdict(each: Unheard) -> Verdict:
    words = set(WORD.findall(each.says.lower()))
    if words and words <= set(WORD.findall(each.text.lower())):
        return passed(each.place)  # nothing is lost
    what = " and ".join(each.attributes)
    on = f"role {each.role}" if each.role else f"<{each.tag}>"
    says = f"“{each.says[:100]}”" if words else "it, which names nothing"
    if not each.role and each.tag in PLAIN:
        return cant_tell(
            each.place,
            f"Screen readers may leave out {says}: {what} is not for a {on} without a role. Is it needed?",
        )
    return failed(each.place, f"{what} is not allowed on {on}: screen readers leave out {says}")
