"""WCAG 1.4.1, techniques G14, G205 and F81: what text says by a colour, it says in another way too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.cues import answered, colour_codes, cues
from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Words
from auditor.wordlists import in_any


def judge(words: Words) -> Iterator[Verdict]:
    for text in words.texts:
        if text.kind == "alt" or text.foreign:
            continue
        lang = text.lang or words.lang
        code = next(colour_codes(text.text, lang), None)
        if code is not None:
            told = f"“{code.sentence[:120]}” names a colour ({code.colour}) as the only sign"
            if code.is_needed and words.fields and not _say_so(words):
                yield failed(
                    text.place, f"{told}; none of the {len(words.fields)} fields' labels says it in words"
                )
            elif code.is_needed and words.fields:
                yield passed(text.place)
            else:
                yield cant_tell(text.place, f"{told}. Is it told in another way too?")
            continue
        cue = next((each for each in cues(text.text, lang) if each.by == "colour"), None)
        if cue is None:
            continue
        told = f"“{cue.sentence[:120]}” goes by colour (“{cue.word}”)"
        is_answered = answered(cue, words.named)
        if is_answered:
            yield passed(text.place)
        elif is_answered is None:
            yield cant_tell(text.place, f"{told}. Does it also name what it speaks of?")
        else:
            yield failed(text.place, f"{told} and names nothing on this page that it may mean")


def _say_so(words: Words) -> bool:
    """Whether some label marks its field as needed, or as not needed."""
    signs = in_any("cues", "needed") | in_any("cues", "spared")
    labels = [each.name.casefold() for each in words.fields]
    return any("*" in label or signs & set(re.findall(r"\w+", label)) for label in labels)
