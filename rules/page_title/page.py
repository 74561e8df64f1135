"""WCAG 2.4.2, techniques G88, H25 and F25: the title says what the page is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Words
from auditor.wordlists import has_no_spaces, in_any, plain, stems

NO_TITLE = re.compile(  # a web address, or the name of a file
    r"(?:https?:/|www\.)\S+|\S{1,200}\.(?:html?|xhtml|php\d?|aspx?|jspx?|cfm|cgi|pdf|docx?|xlsx?|pptx?|odt|rtf|txt|jpe?g|png|gif|svg)(?:\?\S*)?",
    re.IGNORECASE,
)
PARTS = re.compile(r"\s+[-–—|•·»›>:/]+\s+|\s*[|»›•·]\s*|:\s+")
ENOUGH = 0.5  # of the words of one part of the title are on the page
FEWEST = 4  # words that a page has, for its title to be held against


def judge(words: Words) -> Iterator[Verdict]:
    title = words.titles[0] if words.titles else ""
    if not title:
        return  # axe's document-title tells that
    told = plain(title)
    if not told or told in in_any("titles", "placeholder") or NO_TITLE.fullmatch(title):
        yield failed(words.page, f"The title “{title[:80]}” does not say what the page is about")
        return
    if told in in_any("titles", "start"):
        yield cant_tell(
            words.page, f"Does the title “{title[:80]}” say whose page it is, and what it is about?"
        )
        return
    content = " ".join([*(each.text for each in words.texts), *(each.name for each in words.named)])
    page = stems(content)
    share = _share(title, page | stems(words.address.replace("_", " ")))
    if share is None or share >= ENOUGH or len(page) < FEWEST:
        yield passed(words.page)
        return
    later = next((each for each in words.titles[1:] if (_share(each, page) or 0) >= ENOUGH), "")
    if later and share == 0:
        yield failed(
            words.page,
            f"Browsers show the first of {len(words.titles)} titles, “{title[:80]}”, which shares no word "
            f"with the page; a later one, “{later[:80]}”, does",
        )
        return
    few = "none" if share == 0 else "few"
    yield cant_tell(
        words.page,
        f"Does the title “{title[:80]}” say what the page is about? Its text has {few} of these words",
    )


def _share(title: str, page: frozenset[str]) -> float | None:
    """Of the words of that part of the title which the page shares most; None where nothing can be told."""
    if has_no_spaces(title):
        return None
    parts = [told for part in PARTS.split(title) if (told := stems(part))]
    return max((len(part & page) / len(part) for part in parts), default=None)
