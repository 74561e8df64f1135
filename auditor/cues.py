"""Instructions by shape, size, place or colour, found in text. data/words/cues.toml lists the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.evidence.words import Named
from auditor.language import subtag
from auditor.wordlists import words

NEAR = 2  # words that may stand between the word for a look and its thing
LONGEST = 60  # words of a sentence
OF = {  # of what each look is said in instructions; "the big picture" and "a round table" are none
    "shape": ("button", "icon", "image", "navigation", "field", "box", "link"),
    "size": ("button", "icon"),
    "colour": ("button", "icon", "image", "navigation", "field", "box", "link", "region"),
}
MAY_BE = {  # what a thing in an instruction may be on the page
    "button": ("button", "link"),
    "link": ("link",),
    "icon": ("button", "link", "image"),
    "image": ("image",),
    "navigation": ("navigation",),
    "field": ("field",),
    "region": ("region", "navigation"),
    "box": ("field", "region", "navigation"),  # to fill in, or drawn around a part of the page
}
_END = re.compile(r"(?<=[.!?;])\s+|\s[-–—]\s")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|\*")
_QUOTED = re.compile(r"[“\"‘«]([^“”\"‘’«»]{1,80})[”\"’»]")


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One instruction."""

    by: str  # "shape", "size", "place", "colour", "sound", "type": how letters look
    word: str  # the word or phrase for it: "round", "on the right"
    thing: str  # what it speaks of, as a kind of `Named`, or "icon", "box"; "" for a sound and for type
    sentence: str
    is_quoted: bool  # it quotes a name, or says that one follows


@dataclass(frozen=True, kw_only=True)
class ColourCode:
    """A sentence that says what a colour stands for."""

    colour: str
    sentence: str
    is_needed: bool  # it stands for what must be filled in, or for errors


def _told(lang: str) -> Mapping[str, Any]:
    told = words("cues")
    return told.get(subtag(lang)) or told["en"]


def _sentences(text: str) -> Iterator[tuple[str, list[str]]]:
    for sentence in _END.split(text):
        found = _WORD.findall(sentence.casefold().replace("’", "'"))
        if 2 <= len(found) <= LONGEST:
            yield sentence.strip(), found


def cues(text: str, lang: str) -> Iterator[Cue]:
    """Every instruction by a look or a place in a text, one of a kind a sentence.

    A sentence instructs by its words; two looks of one kind of thing in a text, such as a wide and a narrow
    picture, need none: they tell things apart.
    """
    told = _told(lang)
    things = {word: kind for kind, listed in told["thing"].items() for word in listed}
    apart: dict[str, list[Cue]] = {}
    for sentence, found in _sentences(text):
        spoken = f" {' '.join(found)} "
        yield from _by_sound_or_type(sentence, spoken, told)
        if any(f" {word} " in spoken for word in told["elsewhere"]):
            continue
        quoted = _QUOTED.search(sentence) is not None or any(f" {word} " in spoken for word in told["named"])
        instructs = not set(found).isdisjoint(told["do"])
        for by in ("shape", "size", "colour"):
            beside = _beside(found, told[by], things, told["between"])
            if beside is None:
                continue
            cue = Cue(by=by, word=beside[0], thing=beside[1], sentence=sentence, is_quoted=quoted)
            if instructs and cue.thing in OF[by]:
                yield cue
            elif cue.thing in ("image", "button", "icon"):
                apart.setdefault(cue.thing, []).append(cue)
        place = _place(spoken, told)
        thing = next((things[word] for word in found if word in things), "")
        if place and thing and (instructs or not set(found).isdisjoint(told["do_place"])):
            yield Cue(by="place", word=place, thing=thing, sentence=sentence, is_quoted=quoted)
    for each in apart.values():
        if len({cue.word for cue in each}) > 1:
            yield from each


def _by_sound_or_type(sentence: str, spoken: str, told: Mapping[str, Any]) -> Iterator[Cue]:
    """What waits for a sound that nothing shows, and what the look of letters alone says."""
    hears = next((phrase for phrase in told["hear"] if f" {phrase} " in spoken), "")
    if hears and _has(spoken, told["sound"]) and not _has(spoken, told["seen"]):
        yield Cue(by="sound", word=hears, thing="", sentence=sentence, is_quoted=False)
    for phrase in told["by_type"]:
        _, at, after = spoken.partition(f" {phrase} ")
        if at and _has(f" {after}", told["state"]):
            yield Cue(by="type", word=phrase, thing="", sentence=sentence, is_quoted=False)
            return


def _has(spoken: str, listed: Sequence[str]) -> bool:
    return any(f" {word} " in spoken for word in listed)


def _place(spoken: str, told: Mapping[str, Any]) -> str:
    """The first phrase for a place in a sentence, "" where there is none."""
    for phrase in told["side"]:
        _, at, after = spoken.partition(f" {phrase} ")
        if at and not any(after.startswith(f"{word} ") for word in told["not_place"]):
            return str(phrase)
    return next((phrase for phrase in told["place"] if f" {phrase} " in spoken), "")


def answered(cue: Cue, named: Sequence[Named]) -> bool | None:
    """Whether an instruction has what names its thing: quoted, or one thing of the kind, or its name.

    None: a person must tell. There is nothing of that kind on the page, or one button alone, which its look
    may be meant to show; or the instruction is by a sound or by type.
    """
    if not cue.thing:
        return None
    if cue.thing == "box" and [each.kind for each in named].count("field") == 1 and not cue.is_quoted:
        field = next(_said(each.name) for each in named if each.kind == "field")
        return True if field in _said(cue.sentence) else None  # it, or another box
    names = [_said(each.name) for each in named if each.kind in MAY_BE[cue.thing]]
    spoken = _said(cue.sentence)
    is_named = any((len(name) > 4 and name in spoken) or f" {cue.word} " in name for name in names)
    if cue.is_quoted or is_named:
        return True
    if len(names) == 1:
        return None if cue.by != "place" and cue.thing == "button" else True
    return False if names else None


def _said(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold().replace('’', chr(39))))} "


def _beside(
    found: Sequence[str], looks: Sequence[str], things: Mapping[str, str], between: Sequence[str]
) -> tuple[str, str] | None:
    """A word for a look and the kind of thing that it is said of, on either side as the language has it."""
    for at, word in enumerate(found):
        if word not in looks:
            continue
        for way in (found[at + 1 : at + 2 + NEAR], found[max(0, at - 1) : at]):
            for other in way:
                if other in between:
                    break
                if other in things:
                    return word, things[other]
    return None


def colour_codes(text: str, lang: str) -> Iterator[ColourCode]:
    """Every sentence that gives a colour a meaning and names no other sign for it."""
    told = _told(lang)
    for sentence, found in _sentences(text):
        spoken = f" {' '.join(found)} "
        at = next((at for at, word in enumerate(found) if word in told["colour"]), None)
        if at is None or "*" in sentence or any(f" {word} " in spoken for word in told["also"]):
            continue
        before = " ".join(found[max(0, at - 3) : at])
        leads = any(f" {word} " in f" {before} " for word in told["in_colour"])
        heads = found[at + 1 : at + 2] and found[at + 1] in told["about"]
        means = set(found) & set(told["state"])
        about = set(found) & set(told["about"])
        if (
            (leads or heads)
            and means
            and about
            and not any(f" {word} " in spoken for word in told["elsewhere"])
        ):
            yield ColourCode(
                colour=found[at], sentence=sentence, is_needed=bool(set(found) & set(told["needed"]))
            )
