"""What a report says about what it does not cover: where the audit was stopped, and what it left aside."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from auditor.formats._figures import sentence
from auditor.models import QUIET_HOURS, SLOWER, TURNED_AWAY, Report, UrlOutcome, Visit

ENDLESS = (
    "These addresses look endless, such as a calendar that always has a next month. "
    "The audit stopped following them."
)
LET_IN = (
    "Ask whoever runs the website’s protection (its firewall, content delivery network or robot filter) to "
    "let this audit in: by a secret header that the audit sends to this website alone (headers in "
    "sites.toml), or by its user agent. Then audit again. The audit does not disguise itself."
)
_AGAIN = (
    "Find out whether the website was down or overloaded at that time: the addresses that could not be "
    "opened are listed with the reason. Audit again once it answers; if the audit was too much for it, with "
    "a longer delay."
)
_LATER = "Nothing is wrong with the website. Go on outside these hours: --resume starts where this ended."
_SLOWER = (
    "The website allows fewer requests than the audit made. Audit again with a longer delay (delay in "
    "sites.toml), or ask whoever runs its protection to let this audit in."
)
_ADVICE = {QUIET_HOURS: _LATER, TURNED_AWAY: LET_IN, SLOWER: _SLOWER}

# What names a document in a ledger's reason or in a media type, and what it then is.
_DOCUMENTS = {
    "pdf": "PDF document",
    "word document": "Word document",
    "msword": "Word document",
    "wordprocessingml": "Word document",
    "text document": "Text document",
    "opendocument.text": "Text document",
    "/rtf": "Text document",
    "spreadsheet": "Spreadsheet",
    "ms-excel": "Spreadsheet",
    "slides": "Slides",
    "presentation": "Slides",
    "ms-powerpoint": "Slides",
    "e-book": "E-book",
    "epub": "E-book",
    "data file": "Data file",
    "/csv": "Data file",
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why the audit left the website before its end, and what the web team can do; full sentences."""

    reason: str
    advice: str


def stop(report: Report) -> Stop | None:
    """None where the audit was not stopped early."""
    why = report.run.stopped
    if why is None:
        return None
    said = why.partition(" Last: ")[0]  # what follows may be a page's own words
    advice = next((advice for words, advice in _ADVICE.items() if words in said), _AGAIN)
    return Stop(reason=sentence(why) or "No reason was recorded.", advice=advice)


def left_out(report: Report) -> int:
    """Addresses that were not followed because they look endless; no part of what is in scope."""
    return sum(endless.left_out for endless in report.endless)


def document_kind(visit: Visit) -> str | None:
    """Which kind of document an address holds; None for a page, a picture or another file."""
    if visit.outcome is not UrlOutcome.NOT_HTML:
        return None
    told = f"{visit.reason[:500]} {(visit.content_type or '')[:100]}".lower()
    return next((kind for name, kind in _DOCUMENTS.items() if name in told), None)


def refusal(visit: Visit) -> tuple[str, str]:
    """What turned the audit away, and what to do about it: the first sentence of the reason, and the rest."""
    why = sentence(visit.reason)
    quoted = False  # a page's own title, which may hold a full stop, stands in quotation marks
    for place, mark in enumerate(why):
        quoted ^= mark == '"'
        if mark == "." and not quoted and why[place + 1 : place + 2] == " ":
            return why[: place + 1], why[place + 2 :]
    return why or "No reason was recorded.", LET_IN


def by_advice(refused: Counter[tuple[str, str]], most: int) -> dict[str, list[tuple[str, int]]]:
    """The `most` frequent of such refusals, counted, under what to do about them."""
    found: dict[str, list[tuple[str, int]]] = {}
    for (what, advice), n in refused.most_common(most):
        found.setdefault(advice, []).append((what, n))
    return found


def refusals(report: Report) -> tuple[tuple[tuple[str, int], ...], int]:
    """Requests the network guard refused, by reason and most first; and those to known trackers."""
    guard: Counter[str] = Counter()
    trackers = 0
    for why, n in report.refused.items():
        if re.search("tracker", why, re.IGNORECASE):
            trackers += n
        else:
            guard[sentence(why)] += n
    return tuple(guard.most_common()), trackers
