"""WCAG 1.3.1, failure F87: words that only the style sheet puts on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.markup import Markup, Text

WORD = re.compile(r"[^\W\d_]{2,}")


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
        if len(WORD.findall(text)) > 1:
            yield failed(first.place, message)
        else:
            yield cant_tell(first.place, f"{message}. Does it tell something?")
