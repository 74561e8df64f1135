"""WCAG 2.3.1: nothing large flashes more than three times in a second."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.motion import Motion


def judge(motion: Motion) -> Iterator[Verdict]:
    for each in motion.flashes:
        how = f"It turns light and dark {each.times} times in a second, over {each.area:.0f} square pixels"
        if each.as_one:
            yield failed(each.place, f"{how}; three times are allowed")
        else:
            yield cant_tell(
                each.place, f"{how}, in parts. Does it flash? Look away if you are sensitive to it"
            )
    if motion.moving and not motion.flashes:
        yield passed(motion.page)
