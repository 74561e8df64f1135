"""What the words of forms are taken to mean, in English and Welsh."""

from __future__ import annotations

import time

import pytest

from auditor.evidence import form_words


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Invalid", "Town"),
        ("Error: incorrect value entered for rooms", "Rooms"),
        ("Something went wrong. Please try again.", "Rooms"),
        ("There is a problem with your entry", ""),
        ("That isn’t valid!", "Rooms"),
        ("Gwerth annilys", "Nifer"),
        ("Mae rhywbeth wedi mynd o’i le: gwall", ""),
    ],
)
def test_words_that_explain_nothing(text: str, label: str) -> None:
    assert form_words.is_vague(text, label)


@pytest.mark.parametrize(
    "text",
    [
        "Enter your town",
        "Rooms must be 1 or more",
        "Error: choose a date in the future",
        "This field is required",
        "Invalid: use digits only",
        "We could not find that postcode",
        "Your session ends soon",
        "Gwall: rhowch eich cod post",
        "",
    ],
)
def test_words_that_explain_something_or_are_no_error(text: str) -> None:
    assert not form_words.is_vague(text, "Rooms")


@pytest.mark.parametrize(
    ("label", "token"),
    [
        ("Email address *", "email"),
        ("First name (required)", "given-name"),
        ("Cod post:", "postal-code"),
        ("Eich cyfeiriad e‑bost".replace("‑", "-"), "email"),
        ("Name of your dog", ""),
        ("Email us", ""),
        ("", ""),
    ],
)
def test_what_a_label_asks_for(label: str, token: str) -> None:
    assert form_words.purpose(label) == token


def test_parts_of_secrets_and_puzzles() -> None:
    assert form_words.matches("letters", "Characters 1, 4 and 6 of your memorable word")
    assert form_words.matches("letters", "the 3rd digit of your PIN")
    assert not form_words.matches("letters", "Your password must have 8 letters or more")
    assert form_words.matches("puzzles", "Type the characters shown in the image")
    assert not form_words.matches("puzzles", "Enter the code that we sent you")


def test_a_long_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    for text in ("letters 1 " * 50_000, "(" * 500_000, "invalid " * 100_000, "enter the " * 100_000):
        form_words.is_vague(text)
        form_words.matches("letters", text)
        form_words.matches("puzzles", text)
        form_words.tells_format(text)
        form_words.purpose(text)
    assert time.process_time() - began < 2
