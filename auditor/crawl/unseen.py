"""How many issues the pages have that were not visited: estimated from those that were drawn by chance.

The structured pages say nothing of the rest: they were chosen because they differ from it. So only what the
drawn pages show beyond them is counted. The estimator is Chao2 for samples without replacement (Chao and
Lin 2012, https://doi.org/10.1111/j.1541-0420.2011.01739.x), with half an issue more, as Jeffreys' prior has:
that ten pages showed nothing new does not prove that there is nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from auditor.models import Unseen

_Z = 1.96  # standard deviations on either side, for 95 of 100


def unseen(
    structured: AbstractSet[str], drawn: Sequence[AbstractSet[str]], *, visited: int, pages: int
) -> Unseen | None:
    """`structured`: issues of the structured pages; `drawn`: those of each page drawn from the others.

    `visited` and `pages`: pages that were audited, and those there are. None where nothing was drawn.

    The interval takes the new issues of a page together: a page that has one new issue may have ten. Its
    lower end is Chao's estimate of fewer issues met once and more met twice; its upper end takes every
    unvisited page to bring as much that is new as a drawn one did (Good and Turing's rate). Fewer and more
    are Byar's approximation of Poisson's limits (Breslow and Day 1987, page 69).
    """
    if not drawn:
        return None
    on = Counter(issue for page in drawn for issue in page - structured)
    once = [sum(on[issue] == 1 for issue in page - structured) for page in drawn]
    new, twice = sum(once), sum(count == 2 for count in on.values())
    found = len(frozenset(structured).union(*drawn))
    size, rest = len(drawn), max(0, pages - visited)
    low = expected = high = 0.0
    if rest:
        rate = rest / size
        again = size / max(1, size - 1) * 2  # by Chao's formula, for each issue that was met twice
        expected = _chao(new + 0.5, again * twice, rate)
        together = max(1.0, sum(count**2 for count in once) / new) if new else 1.0
        events = new / together
        low = _chao(together * _lower(events), again * _upper(twice), rate)
        high = rate * together * _upper(events)
    return Unseen(
        pages=pages,
        visited=visited,
        drawn=size,
        new=new,
        found=found,
        expected=expected,
        low=math.floor(low),  # there are no half issues
        high=math.ceil(high),
    )


def _chao(once: float, twice: float, rate: float) -> float:
    return once**2 / (twice + once / rate) if once else 0.0


def _upper(events: float) -> float:
    events += 1
    return events * (1 - 1 / (9 * events) + _Z / (3 * math.sqrt(events))) ** 3


def _lower(events: float) -> float:
    return max(0.0, events * (1 - 1 / (9 * events) - _Z / (3 * math.sqrt(events))) ** 3) if events else 0.0
