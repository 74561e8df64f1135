"""Titles of a site's pages held against what the site is called (WCAG 2.4.2, technique G88, failure F25)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

from auditor.evidence.site import ENOUGH_PAGES, SHARED, PageFacts, SitePages, Structure, plain
from auditor.wordlists import in_any, stems

HOME = re.compile(
    r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{1,5})?)?/?", re.IGNORECASE
)
PARTS = re.compile(r"\s+[-–—|•·»›>:/]+\s+|\s*[|»›•·]\s*|:\s+")
Group = tuple[str, str]


def by_name_alone(site: SitePages) -> Mapping[str, str]:
    """Pages by their URL, each with its heading: their title is the site's name, as that of others is.

    Only where the heading has no word of the title: else the title may say what the page is about.
    """
    roots = _roots(site)
    names = _names(site, roots)
    found: dict[tuple[Group, str], dict[str, str]] = defaultdict(dict)
    for page, structure in site.structures():
        title = plain(page.title)
        heading = next((each.text for each in structure.headings if not each.in_shell), "")
        if title in names[page.group] and heading and not _is_home(page, roots):
            found[page.group, title][page.url] = heading
    return {
        url: heading
        for (_, title), pages in found.items()
        if len({plain(heading) for heading in pages.values()}) > 1
        for url, heading in pages.items()
        if not stems(heading) & stems(title)
    }


def _roots(site: SitePages) -> Mapping[Group, str]:
    """The folder that all pages of each group are in, with a slash at its end."""
    roots: dict[Group, str] = {}
    for page in site.pages:
        here = urlsplit(page.url).path.rpartition("/")[0] + "/"
        before = roots.get(page.group, here)
        while not here.startswith(before):
            before = before.rstrip("/").rpartition("/")[0] + "/"
        roots[page.group] = before
    return roots


def _names(site: SitePages, roots: Mapping[Group, str]) -> Mapping[Group, frozenset[str]]:
    """What a group is called: by links to its home page, that page's title, and an end of most titles."""
    pages: Counter[Group] = Counter()
    with_parts: Counter[Group] = Counter()
    links: Counter[tuple[Group, str]] = Counter()
    ends: Counter[tuple[Group, str]] = Counter()
    names: dict[Group, set[str]] = defaultdict(set)
    for page, structure in site.structures():
        group, parts = page.group, [plain(part) for part in PARTS.split(page.title)]
        pages[group] += 1
        links.update((group, name) for name in _home_links(structure))
        if _is_home(page, roots):
            names[group].update({plain(page.title), *parts})
        elif len(parts) > 1:
            with_parts[group] += 1
            ends.update((group, end) for end in {parts[0], parts[-1]})
    for counts, of in ((links, pages), (ends, with_parts)):
        for (group, name), count in counts.items():
            if count >= max(ENOUGH_PAGES, SHARED * of[group]):
                names[group].add(name)
    no_name = in_any("titles", "start") | {""}
    return defaultdict(
        frozenset,
        {group: frozenset(names[group] - no_name) for group, count in pages.items() if count >= ENOUGH_PAGES},
    )


def _home_links(structure: Structure) -> set[str]:
    return {link.name for link in structure.links if HOME.fullmatch(link.path)}


def _is_home(page: PageFacts, roots: Mapping[Group, str]) -> bool:
    return HOME.fullmatch(urlsplit(page.url).path.removeprefix(roots[page.group])) is not None
