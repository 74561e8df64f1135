"""WCAG 3.2.3: lists of links that come again on each page keep their order.

Links are held against each other two by two, so one that a page adds or leaves out changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, PageFacts, Shell, ShellLink, SitePages, Structure

LINKS = 60  # of one list
SURE = 2 / 3  # of the pages with both links have them the other way round


Order: TypeAlias = tuple[int, ...]  # hashes of links


def judge(site: SitePages) -> Iterator[Verdict]:
    orders: dict[Hashable, Counter[Order]] = {}  # by list: how many pages have it in which order
    for page, structure in site.structures():
        for key, links in _lists(page, structure, site.shell).items():
            orders.setdefault((page.group, key), Counter())[_order(links)] += 1
    against = {key: _against(counts) for key, counts in orders.items()}
    for page, structure in site.structures():
        lists = _lists(page, structure, site.shell)
        found = {key: against[page.group, key].get(_order(links)) for key, links in lists.items()}
        wrong = next((key for key, conflict in found.items() if conflict), None)
        if wrong is None:
            if any(len(links) > 1 for links in lists.values()):
                yield passed(page.place, url=page.url)
            continue  # of several lists the first: the others are often copies of it for small screens
        conflict = found[wrong]
        assert conflict is not None
        a, b = lists[wrong][conflict.first], lists[wrong][conflict.second]
        message = f"“{a.text}” stands before “{b.text}” here, and after it on "
        message += f"{conflict.pages:,} of {conflict.both:,} pages that have both"
        say = failed if conflict.pages >= SURE * conflict.both else cant_tell
        yield say(a.block.place, message, url=page.url)


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two links of an order, by their place in it, that most pages have the other way round."""

    first: int
    second: int
    pages: int  # that have them so
    both: int  # pages with both


def _against(counts: Counter[Order]) -> dict[Order, Conflict]:
    """The orders that go against what most pages do, each with the pair that most pages speak against."""
    before: Counter[tuple[int, int]] = Counter()
    for order, pages in counts.items():
        for pair in combinations(order, 2):
            before[pair] += pages
    found: dict[Order, Conflict] = {}
    for order in counts:
        for (i, a), (j, b) in combinations(enumerate(order), 2):
            ours, theirs = before[a, b], before[b, a]
            if (
                theirs > max(ours, found[order].pages if order in found else 0)
                and ours + theirs >= ENOUGH_PAGES
            ):
                found[order] = Conflict(first=i, second=j, pages=theirs, both=ours + theirs)
    return found


def _lists(page: PageFacts, structure: Structure, shell: Shell) -> dict[str, list[ShellLink]]:
    """The links that the template has in each list; one that is twice in it stands nowhere in particular."""
    lists: dict[str, list[ShellLink]] = {}
    for link in structure.links:
        if shell.has_link(page, link):
            lists.setdefault(link.block.key, []).append(link)
    for key, links in lists.items():
        times = Counter((link.name, link.href) for link in links)
        lists[key] = [link for link in links if times[link.name, link.href] == 1][:LINKS]
    return lists


def _order(links: list[ShellLink]) -> Order:
    return tuple(hash((link.name, link.href)) for link in links)
