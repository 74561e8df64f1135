"""The inventory of sound and film on a site, from what browser/facts/media.js told of each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.evidence.site import PageFacts
from auditor.models import Recording
from auditor.tools import players


def recordings(pages: Iterable[PageFacts]) -> Iterator[Recording]:
    """In the order of the pages. A page of which nothing was told has none."""
    names = {each["id"]: each["name"] for each in players()}
    for page in pages:
        told = page.facts.get("media")
        for each in told if isinstance(told, list) else ():
            yield Recording(
                url=page.url,
                kind=each["kind"],
                player=names.get(each["player"], each["player"]),
                title=each["title"],
                address=each["address"],
                has_controls=each["controls"],
                buttons=each["buttons"],
                plays_itself=each["autoplay"],
                is_muted=each["muted"],
                is_shown=each["shown"],
                captions=_languages(each["tracks"], "captions"),
                subtitles=_languages(each["tracks"], "subtitles"),
                transcript=each["transcript"],
                has_described=each["described"] or any(kind == "descriptions" for kind, _ in each["tracks"]),
            )


def _languages(tracks: Iterable[Any], wanted: str) -> tuple[str, ...]:
    return tuple(str(language) for kind, language in tracks if kind == wanted)
