"""What the page says, and the languages its texts are in beside those that it states."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.words import Field, Foreign, Named, Text, Words
from auditor.language import foreign, foreign_part, is_in

LEAST = 30  # letters of a text that states no language itself
LEAST_STATED = 6  # of one that does
WHOLE = 25  # letters of all text together
STATED = 0.2  # of a page's letters may be in the language it states, and it is still in another
STATED_TEXTS = 0.5  # of its texts must not be: one long guest between the lines is a part, not the page


async def run(drive: Drive) -> Words:
    told = await drive.call("words.find")
    return await asyncio.to_thread(_words, told)


def _words(told: Mapping[str, Any]) -> Words:
    return Words(
        page=Place.of(told["page"]),
        titles=tuple(told["titles"]),
        lang=told["lang"],
        address=told["address"],
        texts=tuple(_text(each) for each in told["texts"]),
        empty_headings=tuple(map(Place.of, told["empty"])),
        expanded=tuple(told["expanded"]),
        fields=tuple(_field(each, _heading(told["texts"], each["after"])) for each in told["fields"]),
        named=tuple(Named(kind=each["kind"], name=each["name"]) for each in told["named"]),
        foreign=_of_page(told["lang"], told["texts"]),
    )


def _of_page(lang: str, texts: Sequence[Mapping[str, Any]]) -> Foreign | None:
    """Of the text that has no language but the page's."""
    own = [each["prose"] for each in texts if not each["own"] and not each["place"]["frame"]]
    if not own:
        return None
    found = foreign(" \n".join(own), lang, least=WHOLE)
    if found is None:
        return None
    told = [each for each in own if len(each) >= LEAST]
    as_stated = [each for each in told if is_in(each, lang)]
    is_part = len(as_stated) >= STATED_TEXTS * max(1, len(told))
    return None if is_part or _letters(as_stated) > STATED * _letters(own) else found


def _letters(texts: Sequence[str]) -> int:
    return sum(map(len, texts))


def _text(told: Mapping[str, Any]) -> Text:
    least = LEAST_STATED if told["own"] else LEAST
    found = foreign_part(told["prose"], told["lang"], least=least, is_own=told["own"])
    return Text(
        place=Place.of(told["place"]),
        kind=told["kind"],
        text=told["text"],
        prose=told["prose"],
        lang=told["lang"],
        is_own=told["own"],
        outer=told["outer"],
        is_rtl=told["rtl"],
        linked=told["linked"],
        level=told["level"],
        foreign=found,
    )


def _heading(texts: Sequence[Mapping[str, Any]], before: int) -> str:
    """The last heading before so many texts."""
    return next((each["text"] for each in reversed(texts[:before]) if each["kind"] == "heading"), "")


def _field(told: Mapping[str, Any], heading: str) -> Field:
    keys = ("name", "kind", "type", "code", "autocomplete", "has_label", "group", "form", "in_row")
    return Field(place=Place.of(told["place"]), heading=heading, **{key: told[key] for key in keys})


PROBE = Probe(gives=Words, run=run, seconds=15, only_looks=True)
