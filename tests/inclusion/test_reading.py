# ruff: noqa: E501 - texts as they are read
"""How hard a text is to read: counts that another source, and people, made of the same texts."""

from __future__ import annotations

import time

import pytest

from auditor.inclusion.reading import digested, reading, sentences, syllables

# Our own texts: sentences and words counted by hand; syllables looked up, word by word, in the pronouncing
# dictionary of Carnegie Mellon University (http://www.speech.cs.cmu.edu/cgi-bin/cmudict), the least where it has
# several. No part of it is kept here.
KNOWN = [
    (
        "The cat sat on the mat. It was a warm day. The dog came in and lay down by the door.",
        3,
        21,
        21,
    ),
    (
        "Put your bins out by seven in the morning. We collect them on the same day each week. If we miss your bin, tell us within two days.",
        3,
        28,
        32,
    ),
    (
        "You can pay your council tax by card, by phone or at a post office. Most people pay in ten equal parts. You will get a bill in March each year.",
        3,
        31,
        35,
    ),
    (
        "Apply for a school place before the end of January. You need proof of your address and the birth certificate of your child. We will write to you in April with an offer.",
        3,
        33,
        44,
    ),
    (
        "Housing benefit can help you pay your rent if you are on a low income. How much you receive depends on your rent, your income and the people who live with you.",
        2,
        32,
        40,
    ),
    (
        "We will consider every application against the policies of the local plan. Neighbours may comment for three weeks after the application is published. The committee decides the larger applications in public.",
        3,
        31,
        56,
    ),
    (
        "The assessment examines your circumstances and identifies the support that you are eligible to receive. An officer will contact you to arrange a suitable time. You may invite a relative or an advocate to attend the meeting.",
        3,
        37,
        65,
    ),
    (
        "Applicants must provide satisfactory evidence of their identity, nationality and current accommodation before the authority can determine eligibility for assistance under the homelessness legislation.",
        1,
        24,
        62,
    ),
    (
        "Notwithstanding any previous determination, the authority reserves the right to reconsider an application where additional information becomes available or where circumstances have materially altered since the original decision.",
        1,
        28,
        70,
    ),
    (
        "The consultation considers alternative arrangements for the administration of discretionary expenditure, including the consolidation of existing community organisations and the evaluation of proportionate governance requirements.",
        1,
        25,
        72,
    ),
    (
        "Swimming is free for children under sixteen during the summer holidays. Bring a towel and a coin for the locker. Lessons begin every Monday at half past four, and everybody is welcome to join.",
        3,
        34,
        51,
    ),
    (
        "Report a broken street light, a blocked drain or a hole in the road. Tell us where it is and what you can see. We repair dangerous holes within a day and the others within a month.",
        3,
        37,
        45,
    ),
]


def grade(sentences: int, words: int, syllables: int) -> float:
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


@pytest.mark.parametrize(("text", "ends", "words", "spoken"), KNOWN)
def test_texts_with_known_counts(text: str, ends: int, words: int, spoken: int) -> None:
    found = sentences(text)
    assert (len(found), sum(map(len, found))) == (ends, words)
    ours = sum(syllables(word) for sentence in found for word in sentence)
    assert abs(grade(ends, words, ours) - grade(ends, words, spoken)) < 1.0


def test_over_all_texts_the_formula_is_right_to_a_fifth_of_a_year() -> None:
    off = [
        grade(n, words, sum(syllables(w) for s in sentences(text) for w in s)) - grade(n, words, spoken)
        for text, n, words, spoken in KNOWN
    ]
    assert abs(sum(off) / len(off)) < 0.2


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("the", 1), ("bins", 1), ("table", 2), ("recycling", 3), ("asked", 1), ("wanted", 2), ("places", 2),
        ("houses", 2), ("statement", 2), ("people", 2), ("being", 2), ("application", 4), ("council", 2),
        ("area", 3), ("fire", 1), ("queue", 1), ("I", 1), ("Harrowmere", 3), ("something", 2), ("a" * 90, 1),
    ],
)  # fmt: skip
def test_syllables(word: str, spoken: int) -> None:
    assert abs(syllables(word) - spoken) <= (word in ("area", "fire"))


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("Ask Mr. Smith at St. Mary's. He knows.", [6, 2]),
        ("Bring a form, e.g. a bill. Then wait.", [7, 2]),
        ("It costs 3.50 a day. Pay here!", [4, 2]),
        ("Write to a.b@example.org or see https://example.org/x.y?z today.", [5]),
        ("No end at all", [4]),
        ("Really? “Yes.” Good.", [1, 1, 1]),
        ("...", []),
    ],
)
def test_where_sentences_end(text: str, lengths: list[int]) -> None:
    assert [len(words) for words in sentences(text)] == lengths


EASY = ["You can tell us when you move to the area. We will send you a new bill for the house."] * 8


def test_a_page_is_measured() -> None:
    told = reading(EASY, "en-GB")
    assert (told["words"], told["sentences"], told["long"], told["longest"]) == (160, 16, 0, 10)
    assert told["age"] < 9


def test_labels_are_no_sentences() -> None:
    assert reading([*EASY, "Council tax", "Home", "Pay"], "en") == reading(EASY, "en")


@pytest.mark.parametrize(
    ("blocks", "lang", "why"),
    [
        (EASY, "cy", "other language"),
        (EASY, "enm", "other language"),
        (EASY[:2], "en", "too short"),
        (["Mae'r cyngor yn gofalu am y ffyrdd ac am yr ysgolion yn yr ardal bob dydd."] * 12, "en-GB", "not English, whatever the page says"),
        (["Le conseil municipal gère les écoles et les routes de la ville pour tous les habitants."] * 12, "", "not English, whatever the page says"),
    ],
)  # fmt: skip
def test_what_is_not_measured_says_why(blocks: list[str], lang: str, why: str) -> None:
    assert reading(blocks, lang)["why"] == why


def test_no_text_of_the_page_is_stored() -> None:
    facts = {"measures": {"prose": EASY, "cut": False, "words": 9}, "weight": {"bytes": 1, "requests": 1}}
    kept = digested(facts, "en")
    assert "prose" not in str(kept)
    assert kept["measures"]["reading"]["words"] == 160
    assert kept["weight"] == facts["weight"]
    assert digested({"measures": {"fault": "x"}}, "en") == {"measures": {"fault": "x"}}


@pytest.mark.parametrize(
    "text",
    ["a." * 30_000, "A. " * 20_000, "e" * 60_000, "!" * 60_000, '."' * 30_000, "Mr." * 20_000, "io" * 30_000],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    reading([text], "en")
    assert time.process_time() - began < 1
