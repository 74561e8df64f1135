"""Instructions by look, place and colour: what counts as one, and what a sentence about the world is."""

from __future__ import annotations

import pytest

from auditor.cues import answered, colour_codes, cues
from auditor.evidence.words import Named

INSTRUCTIONS = {
    "Press the circular button to go on.": ("en", "shape", "circular"),
    "Then tap the star-shaped icon.": ("en", "shape", "star-shaped"),
    "Click the big blue button.": ("en", "size", "big"),
    "Use the search box at the top right to look for a school.": ("en", "place", "top right"),
    "Choose a date from the list on your left.": ("en", "place", "on your left"),
    "More can be found in the links to the right.": ("en", "place", "to the right"),
    "Select the red tab.": ("en", "colour", "red"),
    "Choose how to pay from the box on the right.": ("en", "place", "on the right"),
    "When you hear the beep, enter the code.": ("en", "sound", "when you hear"),
    "Courses in bold are full.": ("en", "type", "in bold"),
    "Pwyswch y botwm crwn i barhau.": ("cy", "shape", "crwn"),
    "Dewiswch o'r ddewislen ar y chwith.": ("cy", "place", "ar y chwith"),
}
NO_INSTRUCTIONS = [
    "The round tower stands on the left of the river.",
    "Turn left at the church and follow the road to the right.",
    "Use the form below, or one of the links above.",
    "See the list for information on the right to buy.",
    "We want to find the right people for the small team.",
    "Go round the table and choose a chair.",
    "Use your green bin for garden waste.",
    "Look at the big picture.",
    "When you hear the fire bell, leave by the nearest door.",
    "When you hear the beep, the word Ready appears.",
    "Important words are in bold.",
]


@pytest.mark.parametrize("sentence", INSTRUCTIONS)
def test_instructions(sentence: str) -> None:
    lang, by, word = INSTRUCTIONS[sentence]
    assert (by, word) in [(cue.by, cue.word) for cue in cues(sentence, lang)]


@pytest.mark.parametrize("sentence", NO_INSTRUCTIONS)
def test_sentences_that_are_none(sentence: str) -> None:
    assert list(cues(sentence, "en")) == []


def test_two_looks_of_one_kind_need_no_instruction() -> None:
    assert [cue.word for cue in cues("The tall picture is older. The narrow picture is newer.", "en")] == [
        "tall",
        "narrow",
    ]
    assert list(cues("The tall picture is older.", "en")) == []


def test_what_answers_an_instruction() -> None:
    save, send = Named(kind="button", name="Save"), Named(kind="button", name="Send it")
    (cue,) = cues("Press the round button.", "en")
    assert answered(cue, ()) is None
    assert answered(cue, (save, send)) is False
    assert answered(cue, (save,)) is None  # there is no other: is it round?
    (cue,) = cues("Press Send it, the round button.", "en")
    assert answered(cue, (save, send)) is True
    (cue,) = cues("Press the round button “Go”.", "en")
    assert answered(cue, (save, send)) is True


@pytest.mark.parametrize(
    ("sentence", "is_needed"),
    [
        ("Required fields are shown in red.", True),
        ("Red fields are mandatory.", True),
        ("Mae meysydd mewn coch yn ofynnol.", True),
        ("Dates highlighted in green are available.", False),
    ],
)
def test_colours_that_stand_for_something(sentence: str, is_needed: bool) -> None:
    lang = "cy" if sentence.startswith("Mae") else "en"
    assert [code.is_needed for code in colour_codes(sentence, lang)] == [is_needed]


@pytest.mark.parametrize(
    "sentence",
    [
        "Required fields are red and marked with an asterisk.",
        "Required fields are in red (*).",
        "The red book is required reading.",
        "A green paper is open for comment.",
    ],
)
def test_colours_that_stand_for_nothing_or_not_alone(sentence: str) -> None:
    assert list(colour_codes(sentence, "en")) == []


def test_hostile_text_takes_no_time() -> None:
    for text in ("on the right " * 5000, "“" * 60_000, "red " * 15_000, ("a" * 50 + ". ") * 1000):
        list(cues(text, "en"))
        list(colour_codes(text, "en"))
