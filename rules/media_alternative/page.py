"""WCAG 1.2.8 (AAA): all that a video says and shows is there as a text (G69, G159)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.media import SHOWN, Media, Medium


def judge(media: Media) -> Iterator[Verdict]:
    for each in media.to_judge():
        if each.kind == "video" and each.shows is not False and not each.player and not each.decorates:
            yield _of(each)


def _of(each: Medium) -> Verdict:
    if each.is_alternative:
        return passed(each.place)
    if each.transcript == "link":
        return cant_tell(each.place, f"Does “{each.transcript_name}” tell all that is said and shown?")
    if each.transcript or each.has_text_for(SHOWN):
        return cant_tell(each.place, "Does the text on this page tell all that the video says and shows?")
    return failed(each.place, "Nothing on the page is a text of what the video says and shows")
