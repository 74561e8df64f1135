"""WCAG 1.3.3 (G96, F14, F26): an instruction names what it speaks of, not its shape or place alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.cues import Cue, answered, cues
from auditor.evidence import Place, Verdict, cant_tell, failed, passed
from auditor.evidence.words import Words


def judge(words: Words) -> Iterator[Verdict]:
    for text in words.texts:
        if text.kind == "alt" or text.foreign:
            continue
        found = [cue for cue in cues(text.text, text.lang or words.lang) if cue.by != "colour"]
        if found:  # the worst speaks for the text
            verdicts = [_verdict(text.place, cue, words) for cue in found]
            yield min(verdicts, key=lambda each: ("failed", "cant_tell", "passed").index(each.outcome.value))


def _verdict(place: Place, cue: Cue, words: Words) -> Verdict:
    told = f"“{cue.sentence[:120]}” goes by {cue.by} (“{cue.word}”)"
    is_answered = answered(cue, words.named)
    if is_answered:
        return passed(place)
    if is_answered is None:
        return cant_tell(place, f"{told}. Does it also name what it speaks of, or say it in another way?")
    return failed(place, f"{told} and names nothing on this page that it may mean")
