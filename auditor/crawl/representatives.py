"""Which pages stand for the others: driving a page costs as much as judging many.

A page is driven where it shows kinds of element that few driven pages have shown: so each template and each
component is driven on some pages, and most pages not at all. Why so:
docs/decisions/0015-pages-are-driven-without-harm.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

SHOWN_ON = 2  # driven pages, before a kind of element has been driven enough
NEW_SHARE = 0.1  # of a page's kinds: so many must be new
FREELY = 20  # pages driven before the share below counts
SHARE = 0.1  # of the audited pages: more are never driven as representatives

# Pages that every audit must look at closely, as the regulator does: the statement, and how to get in touch.
_ALWAYS = re.compile(r"accessibilit|hygyrchedd|contact|cysylltu", re.IGNORECASE)


class Representatives:
    """What driven pages have shown so far. Kinds are those of `browser.content.kinds`."""

    def __init__(self) -> None:
        self._shown: Counter[int] = Counter()
        self._driven = 0
        self._seen = 0

    def take_up(self, driven: Iterable[Iterable[int]], audited: int) -> None:
        """Go on where a run was cut off: the kinds on each driven page, and how many pages were audited."""
        for kinds in driven:
            self._count(kinds)
        self._seen = max(self._driven, audited)

    def chosen(self, url: str, kinds: Iterable[int]) -> bool:
        """Whether this page is driven; if so, it counts from now on."""
        self._seen += 1
        here = set(kinds)
        new = sum(self._shown[kind] < SHOWN_ON for kind in here)
        enough = self._driven >= max(FREELY, SHARE * self._seen)
        if not is_key_page(url) and (enough or new < NEW_SHARE * len(here)):
            return False
        self._count(here)
        return True

    def give_back(self, kinds: Iterable[int]) -> None:
        """A chosen page was not driven after all: another stands in for it."""
        self._shown.subtract(set(kinds))
        self._driven -= 1

    def _count(self, kinds: Iterable[int]) -> None:
        self._shown.update(set(kinds))
        self._driven += 1


def is_key_page(url: str) -> bool:
    """The home page, the accessibility statement or a contact page, as far as an address tells."""
    path = unquote(urlsplit(url).path)
    return path in ("", "/") or bool(_ALWAYS.search(path))
