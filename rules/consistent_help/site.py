"""WCAG 3.2.6: help that is on several pages stands in the same order among what else comes again.

Where a page has the same help twice, either place may be the one that others have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, PageFacts, Shell, ShellLink, SitePages, Structure

LINKS = 80  # of a page's shell, that help is held against
MOVED_PAST = 2  # links at least: past one alone, that one may be what has moved
SURE = 2 / 3  # of the pages with both have them the other way round
WHERE = {"banner": "in the header", "contentinfo": "in the footer", "navigation": "in the menu"}


def judge(site: SitePages) -> Iterator[Verdict]:
    sides: Counter[int] = Counter()  # pages where help stands before, or after, something
    both: Counter[int] = Counter()  # pages with help and something
    places: Counter[tuple[tuple[str, str], str, str]] = Counter()  # pages with help in a part of the page
    for page, structure in site.structures():
        for (group, href, other), found in _order(page, structure, site.shell).items():
            both[hash((group, href, other))] += 1
            sides.update(hash((group, href, other, side)) for side in found)
        places.update({(page.group, link.href, _where(link)) for link in structure.links if link.help})
    for page, structure in site.structures():
        order = _order(page, structure, site.shell)
        past: Counter[str] = Counter()
        most: dict[str, tuple[int, int]] = {}
        for (group, href, other), found in order.items():
            pages = both[hash((group, href, other))]
            norm = {side: sides[hash((group, href, other, side))] for side in ("before", "after")}
            if pages >= ENOUGH_PAGES and not any(norm[side] * 2 >= pages for side in found):
                past[href] += 1
                most[href] = max(most.get(href, (0, 0)), (max(norm.values()), pages))
        moved = [href for href, count in past.items() if count >= MOVED_PAST]
        for href in moved:
            link = next(each for each in structure.links if each.help and each.href == href)
            pages, of = most[href]
            usual = max(
                (count, where) for (group, to, where), count in places.items()
                if group == page.group and to == href
            )[1]  # fmt: skip
            told = (
                f"“{link.text}” ({link.help}) stands {_where(link)} here, before or after other links than "
            )
            told += f"on {pages:,} of {of:,} pages with both"
            if usual != _where(link):
                told = f"“{link.text}” ({link.help}) stands {_where(link)} here and {usual} on most pages: "
                told += f"{pages:,} of {of:,} have it in another order"
            yield (failed if pages >= SURE * of else cant_tell)(link.place, told, url=page.url)
        if order and not moved:
            yield passed(page.place, url=page.url)


def _order(
    page: PageFacts, structure: Structure, shell: Shell
) -> dict[tuple[tuple[str, str], str, tuple[str, str, str]], set[str]]:
    """For help and each other link of the template: on which sides of it help stands."""
    helps = [(at, link) for at, link in enumerate(structure.links) if link.help]
    if not helps:
        return {}
    where: dict[tuple[str, str, str], int] = {}
    twice = set()
    for at, link in enumerate(structure.links):
        if not link.help and shell.has_link(page, link):
            key = (link.block.key, link.name, link.href)
            if key in where:
                twice.add(key)
            where[key] = at
    found: dict[tuple[tuple[str, str], str, tuple[str, str, str]], set[str]] = {}
    for key, other in list(where.items())[:LINKS]:
        if key not in twice:
            for at, link in helps:
                sides = found.setdefault((page.group, link.href, key), set())
                sides.add("before" if at < other else "after")
    return found


def _where(link: ShellLink) -> str:
    landmarks = link.place.component.landmarks if link.place.component else ()
    return next((WHERE[each] for each in landmarks if each in WHERE), "outside header and footer")
