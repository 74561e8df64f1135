"""In which order pages are visited until they stand for the website, and when they do.

Most come in the order in which they show what no page before them showed: components, and what looks wrong
(inventory.py). In between, pages are drawn by chance, since only these tell what is left (unseen.py). The
order is made before the first visit and never changed. Why so: docs/decisions/0048-representative-samples.md.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from auditor.crawl.sample import CHANCE, Choice, KnownPage, Structured, random_order
from auditor.crawl.unseen import unseen
from auditor.limits import DRAWN_AT_LEAST, UNSEEN_ISSUES, UNSEEN_SHARE
from auditor.models import Unseen

FIRST = 0.03  # of the pages, before the first is drawn by chance
EVERY = 4  # of those after is
WRONG = 3  # times as much is a thing worth that may be wrong


@dataclass(frozen=True, kw_only=True)
class Turn:
    """When a page has its turn. Pages with the same `template` have one structure; None: not told."""

    url: str
    by_chance: bool
    place: int  # among all pages, in the order by what they show
    template: int | None


def in_turn(known: Sequence[KnownPage], seed: int) -> tuple[Structured, list[Turn]]:
    """All pages that were read, in the order in which they are to be visited, with the reasons why then."""
    choice = Choice("representative", known)
    choice.common()
    starts = [page.url for page in choice.starts]
    shows = {page.url: _shows(page) for page in (*choice.starts, *choice.pages)}
    template = {url: number for number, group in enumerate(choice.groups) for url in group}
    worth = _worth((*choice.starts, *choice.pages), shows)
    order = list(_by_what_is_new(starts, shows, worth))
    place = {url: number for number, (url, _) in enumerate(order)}
    turns = []
    drawn = [page.url for page in random_order(choice.by_url.values(), seed)]
    gains = dict(order)
    for url, by_chance in _mixed([url for url, gain in order if gain or url in starts], drawn):
        turns.append(Turn(url=url, by_chance=by_chance, place=place[url], template=template.get(url)))
        if by_chance:
            choice.reasons.setdefault(url, []).append(CHANCE)
        elif url not in starts:
            what = "component, or a thing" if gains[url] == 1 else "components, or things"
            choice.add(
                url, "new", f"It has {gains[url]:,} {what} that may be wrong, that no page before it has."
            )
    chance = {turn.url for turn in turns if turn.by_chance}
    result = choice.result()
    pages = {page.url: replace(page, part="random") if page.url in chance else page for page in result.pages}
    return replace(result, pages=tuple(pages[turn.url] for turn in turns)), turns


def _shows(page: KnownPage) -> frozenset[int]:
    read = page.read
    return frozenset((*read.components, *read.suspicions)) if read else frozenset()


def _worth(pages: Iterable[KnownPage], shows: Mapping[str, frozenset[int]]) -> Mapping[int, float]:
    """What a page gains by what it shows: more by what is on many pages, and by what may be wrong."""
    on = Counter(thing for things in shows.values() for thing in things)
    wrong = {thing for page in pages if page.read for thing in page.read.suspicions}
    return {thing: math.sqrt(count) * (WRONG if thing in wrong else 1) for thing, count in on.items()}


def _by_what_is_new(
    starts: Sequence[str], shows: Mapping[str, frozenset[int]], worth: Mapping[int, float]
) -> Iterator[tuple[str, int]]:
    """The start pages, then always the page whose new things are worth most, and how many they are.

    What a page would add only falls as others are taken, so only the best of yesterday is weighed anew.
    """
    seen: set[int] = set()

    def gain(url: str) -> float:
        return sum(worth[thing] for thing in sorted(shows[url] - seen))

    for url in starts:
        yield url, len(shows[url] - seen)
        seen |= shows[url]
    rest = [(-gain(url), number, url) for number, url in enumerate(shows) if url not in set(starts)]
    heapq.heapify(rest)
    while rest:
        _, number, url = heapq.heappop(rest)
        new = gain(url)
        if rest and (-new, number) > rest[0][:2]:
            heapq.heappush(rest, (-new, number, url))
            continue
        yield url, len(shows[url] - seen)
        seen |= shows[url]


def _mixed(order: Sequence[str], drawn: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The first pages of the order, then the next drawn one after every few; at last the drawn ones alone."""
    first = max(1, round(FIRST * len(drawn)))
    taken: set[str] = set()
    ordered, chance = iter(order), iter(drawn)
    while len(taken) < len(drawn):
        by_chance = len(taken) >= first and (len(taken) - first) % EVERY == EVERY - 1
        url = None if by_chance else next((each for each in ordered if each not in taken), None)
        if url is None:
            by_chance = True
            url = next(each for each in chance if each not in taken)
        taken.add(url)
        yield url, by_chance


def estimate(turns: Iterable[Turn], issues: Mapping[str, AbstractSet[str]]) -> Unseen | None:
    """What is left, by the pages that were audited: `issues` of each by its URL, none for a clean one.

    A drawn page that had been visited by now in any case, for what it shows, belongs to the structured ones:
    so the others are a sample by chance of all pages whose place comes later.
    """
    turns = list(turns)
    audited = [turn for turn in turns if turn.url in issues]
    reached = max((turn.place for turn in audited if not turn.by_chance), default=-1)
    drawn = [issues[turn.url] for turn in audited if turn.by_chance and turn.place > reached]
    structured: set[str] = set()
    for turn in audited:
        if turn.place <= reached:
            structured |= issues[turn.url]
    return unseen(structured, drawn, visited=len(audited), pages=len(turns))


def is_enough(told: Unseen | None) -> bool:
    """Whether so few issues are expected to be left that the sample ends."""
    if told is None or told.drawn < DRAWN_AT_LEAST:
        return False
    return told.expected <= max(UNSEEN_ISSUES, UNSEEN_SHARE * (told.found + told.expected))
