"""The inventory of sound and video, and what the rules on words and recordings count by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auditor.evidence import Place
from auditor.evidence.image_text import PictureText
from auditor.evidence.media import PLENTY, Medium
from auditor.evidence.site import PageFacts
from auditor.media import recordings
from auditor.tools import picture_words, players, recordings_given

HERE = Place(selector="video", excerpt="<video>")
FILM = Medium(
    place=HERE, kind="video", player="", player_name="", has_controls=True, buttons=(), has_play=False,
    plays_itself=False,
    is_muted=False, loops=False, is_shown=True, is_read=True, is_live=False, seconds=60.0, loud=40.0,
    sounds=True,
    shows=True, tracks=(), made_by_machine=False, transcript="", transcript_name="", transcript_words=0,
    has_described=False, words=0, tells=False, is_same=True, beside=(),
)  # fmt: skip
POSTER = PictureText(
    place=HERE, kind="img", name="", is_decorative=True, is_control=False, is_mark=False, is_sight=False,
    lines=("Jumble saIe on Saturday", "Village hall, 10 till 2"), ground=0.9, others=0.01, lettering=0.3,
    beside="",
)  # fmt: skip


@pytest.mark.parametrize(("words", "is_alternative"), [(79, False), (80, True)])
def test_silence_needs_no_words(words: int, is_alternative: bool) -> None:
    film = replace(FILM, words=words)
    assert film.is_alternative is is_alternative
    assert film.has_text_for(PLENTY) is is_alternative


def test_words_that_were_misread_by_a_letter_count() -> None:
    assert POSTER.share_in("A jumble sale is held on Saturday in the village hall from 10 till 2") == 1
    assert POSTER.share_in("Bins are emptied on Monday") < 0.2


def test_recordings_of_all_pages_and_of_none() -> None:
    told: dict[str, Any] = {
        "kind": "video", "player": "youtube", "title": "Bins", "address": "https://www.youtube.com/embed/x",
        "controls": True, "buttons": 0, "autoplay": False, "muted": False, "shown": True, "described": False,
        "tracks": [["captions", "en"], ["descriptions", "en"], ["subtitles", "cy"]], "transcript": "link",
    }  # fmt: skip
    pages = [
        PageFacts(url="https://a.example/", title="A", lang="en", place=HERE, facts={"media": [told, told]}),
        PageFacts(
            url="https://a.example/b", title="B", lang="en", place=HERE, facts={"media": {"fault": "x"}}
        ),
        PageFacts(url="https://a.example/c", title="C", lang="en", place=HERE),
    ]
    first, second = recordings(pages)
    assert first == second
    assert (first.player, first.captions, first.subtitles) == ("YouTube", ("en",), ("cy",))
    assert first.has_described
    assert first.url == "https://a.example/"


def test_data_files_hold_small_letters_and_their_sources() -> None:
    phrases = [each for words in recordings_given()["words"].values() for each in words]
    assert phrases
    assert all(each == each.casefold() and each.strip() == each for each in phrases)
    assert all(
        each["source"].startswith("https://") and each["kind"] in ("audio", "video") for each in players()
    )
    assert picture_words("mark").search("Our partner’s Logo")
    assert not picture_words("sight").search("Mapping the future")
