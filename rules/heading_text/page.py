"""WCAG 2.4.6, technique G130: a heading says what the text under it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Text, Words
from auditor.wordlists import has_no_spaces, in_any, plain, stems

FILE = re.compile(r"\S{1,200}\.(?:html?|php\d?|aspx?|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif)", re.IGNORECASE)
FEWEST = 4  # words of a section that say what it is about
LONGEST = 2  # words of a heading that promises one thing
MOST = 2  # headings of a page of which to ask: on longer pages, many good ones share no word with their text
UNLIKE = re.compile(r"[?()_#<>=/\\]|\w\.\w")  # a question, or code
NUMBERED = re.compile(r"\s+(?:\d+|[a-z]|[ivx]+)$")  # “Section 1”
NUMBER = re.compile(r"^(?:[\d.]+|[a-z]\))\s+")


def judge(words: Words) -> Iterator[Verdict]:
    questions: list[Verdict] = []
    for place in words.empty_headings:
        yield cant_tell(
            place, "This heading has no words, and screen readers list it. What does it stand for?"
        )
    for at, heading in enumerate(words.texts):
        if heading.kind != "heading":
            continue
        told = NUMBER.sub("", plain(heading.text))
        if told in in_any("headings", "placeholder") or FILE.fullmatch(heading.text):
            yield failed(heading.place, f"The heading “{heading.text[:80]}” does not say what follows it")
        elif not told or NUMBERED.sub("", told) in in_any("headings", "placeholder"):
            yield cant_tell(heading.place, f"Does the heading “{heading.text[:80]}” say what follows it?")
        elif not _is_title(heading, words) and _strays(heading, told, words.texts[at + 1 :]):
            questions.append(
                cant_tell(
                    heading.place,
                    f"Does the heading “{heading.text[:80]}” say what follows it? "
                    "The text under it shares no word with it",
                )
            )
        else:
            yield passed(heading.place)
    if sum(each.kind == "heading" for each in words.texts) <= MOST and not words.fields:
        yield from questions


def _is_title(heading: Text, words: Words) -> bool:
    """Whether the main heading says what the page's title says: two places that agree are seldom wrong."""
    return heading.level == 1 and stems(heading.text) <= stems(" ".join(words.titles))


def _strays(heading: Text, told: str, after: tuple[Text, ...]) -> bool:
    """Whether a plain heading shares no word with the text of its section, its sub-sections with it."""
    mine = stems(told)
    is_plain = 0 < len(mine) <= LONGEST and not UNLIKE.search(heading.text)
    asks = told.split(" ", 1)[0] in in_any("headings", "asks")
    if (
        not is_plain
        or has_no_spaces(told)
        or asks
        or told in in_any("headings", "general")
        or heading.foreign
    ):
        return False
    section: set[str] = set()
    size = linked = 0
    for text in after:
        if text.kind == "heading" and text.level <= heading.level:
            break
        section |= stems(text.text)
        size += len(text.text)
        linked += text.linked
    return linked < size / 2 and len(section) >= FEWEST and not mine & section
