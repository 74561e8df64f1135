"""WCAG 1.3.1: words that only the style sheet puts on the page.

A question, never a failure: the W3C took its failure F87 away in 2024, as browsers now read such words out;
they are still lost to whoever uses other styles (https://github.com/w3c/wcag/pull/3818).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.markup import Markup, Text


def judge(markup: Markup) -> Iterator[Verdict]:
    told: dict[str, list[Text]] = {}
    for each in markup.generated:
        told.setdefault(each.text, []).append(each)
    for text, places in told.items():
        first = places[0]
        if first.is_named or text.casefold() in first.beside.casefold():
            yield passed(first.place)
            continue
        times = f" at {len(places):,} places" if len(places) > 1 else ""
        message = f"The style sheet adds “{text[:80]}”{times}; it is not in the page itself"
        yield cant_tell(first.place, f"{message}. Does it tell something?")
