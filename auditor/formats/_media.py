"""The inventory of sound and film in the HTML report: what each has beside it, of how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.formats._book import Book, Page
from auditor.formats._pager import Pager, Sheet
from auditor.formats._safe import visible
from auditor.formats._template import TITLE, URL, address_size, text_size
from auditor.formats._words import count
from auditor.models import Recording

TRANSCRIPTS = {
    "link": "a link called so",
    "text": "a text called so",
    "described": "a text tied to it by code",
}


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A recording, ready to show."""

    recording: Recording
    name: str
    player: str
    captions: str
    transcript: str
    controls: str
    page: str  # its title


def media(book: Book) -> Iterator[Page]:
    """`media.html` and its parts."""
    counts: Counter[str] = Counter()
    pages: dict[str, None] = {}
    for each in book.report.recordings():
        counts.update(_counted(each))
        pages[each.url] = None
    counts["pages"] = len(pages)
    pager: Pager[_Row] = Pager("media.html", _size)
    for each in book.report.recordings():
        for sheet in pager.add(_row(book, each)):
            yield _page(book, sheet, counts)
    for sheet in pager.end(empty=True):
        yield _page(book, sheet, counts)


def _page(book: Book, sheet: Sheet[_Row], counts: Mapping[str, int]) -> Page:
    return book.page(sheet.file, "media", sheet=sheet, counts=counts, facts=list(_facts(counts)))


def _counted(each: Recording) -> Iterator[str]:
    yield "all"
    yield each.kind
    where = "foreign" if each.player else "own"
    yield f"{each.kind} {where}"
    if each.kind == "video" and not each.player and each.captions:
        yield "captions"
    if each.transcript:
        yield f"{each.kind} transcript"
    if each.kind == "video" and each.has_described:
        yield "described"
    if each.plays_itself:
        yield "itself"
    if not (each.has_controls or each.buttons):
        yield "no controls"


def _facts(counts: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """What, of how many, of how many; nothing of what there is none of."""
    for what, key, of in (
        ("Videos in the page’s own player with a captions file", "captions", "video own"),
        (
            "Videos in players of other websites, whose captions are not seen from here",
            "video foreign",
            "video",
        ),
        ("Videos with something called a transcript beside them", "video transcript", "video"),
        ("Videos with something called audio description", "described", "video"),
        ("Sound recordings with something called a transcript beside them", "audio transcript", "audio"),
        ("Recordings that are to play by themselves", "itself", "all"),
        ("Recordings without controls or buttons close by", "no controls", "all"),
    ):
        if total := counts.get(of, 0):
            yield what, counts.get(key, 0), total


def captions(each: Recording) -> str:
    """In words: "en, cy", "subtitles: en", "none"; of another website's player, that it is not known."""
    if each.player:
        return "not seen from here"
    told = []
    if each.captions:
        told.append(", ".join(language or "language not said" for language in each.captions))
    if each.subtitles:
        told.append("subtitles: " + ", ".join(language or "language not said" for language in each.subtitles))
    return visible("; ".join(told), TITLE) or ("none" if each.kind == "video" else "")


def controls(each: Recording) -> str:
    if each.has_controls:
        return "the player’s own"
    return f"{count(each.buttons, 'button')} close by" if each.buttons else "none found"


def _row(book: Book, each: Recording) -> _Row:
    file = visible(each.address.split("?")[0].rstrip("/").rpartition("/")[2], TITLE)
    return _Row(
        recording=each,
        name=visible(each.title, TITLE) or file or "Without a name",
        player=visible(each.player, TITLE) or "The page’s own",
        captions=captions(each),
        transcript=TRANSCRIPTS.get(each.transcript, "none found"),
        controls=controls(each),
        page=visible(book.titles.get(each.url, ""), TITLE),
    )


def _size(row: _Row) -> int:
    texts = text_size(row.name, row.player, row.captions, row.transcript, row.controls, row.page)
    return texts + address_size(row.recording.url[:URL]) + 900
