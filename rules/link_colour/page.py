"""WCAG 1.4.1: a link in running text is told from it by more than colour, or by 3 to 1 (G183, F73)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.link_looks import LinkLook, LinkLooks

NEEDED = 3.0
SAME = 1.05


def judge(looks: LinkLooks) -> Iterator[Verdict]:
    for link in looks.links:
        if link.is_seen:
            yield _verdict(link)


def _verdict(link: LinkLook) -> Verdict:
    if link.ratio is None:
        return cant_tell(link.place, "Can this link be told from the text around it without its colour?")
    if link.ratio >= NEEDED:
        return passed(link.place)
    contrast = (
        f"a contrast of {link.ratio:.1f} to 1 to the text around it; {NEEDED:g} is needed, or an underline"
    )
    if link.differs_by:
        by = " and ".join(link.differs_by)
        return cant_tell(link.place, f"Does its {by} show that this is a link? Its colour has {contrast}")
    if link.ratio < SAME:
        return cant_tell(
            link.place, "The link looks as the text around it. Does anything show that it is one?"
        )
    return failed(link.place, f"Only its colour shows that this is a link, with {contrast}")
