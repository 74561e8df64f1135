"""Advice: a page and its other language name each other, and each is in the language that the other says.

By hreflang, as search engines read it: in <link rel="alternate"> of the head, or a link with rel="alternate".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, PageFacts, SitePages, Structure, known_as

MOST = 0.75  # of the pages in a language: where so many have a pair, all are meant to


def judge(site: SitePages) -> Iterator[Verdict]:
    pages: dict[tuple[str, int], str] = {}  # the language of each audited page
    links: set[tuple[str, int, int]] = set()  # which page names which
    counts: Counter[tuple[str, str]] = Counter()
    paired: Counter[tuple[tuple[str, str], str]] = Counter()
    for page, structure in site.structures():
        host, lang = page.group
        here = known_as(page.url)
        pages[host, here] = lang
        counts[page.group] += 1
        for other, at in _others(page, structure):
            links.add((host, here, at))
            paired[page.group, other] += 1
    if len(pages) < ENOUGH_PAGES or not links:
        return
    for page, structure in site.structures():
        host, lang = page.group
        here = known_as(page.url)
        others = _others(page, structure)
        wrong = []
        for other, at in others:
            found = pages.get((host, at))
            if found is None:
                continue  # not audited: nothing is known of it
            if found and found != other:
                wrong.append(f"The page named as its version in “{other}” says that it is in “{found}”")
            elif (host, at, here) not in links:
                wrong.append(f"Its version in “{other}” does not name this page in return")
        for (group, other), count in paired.items():
            most = count >= MOST * counts[group] and count >= ENOUGH_PAGES
            if (
                group == page.group
                and most
                and other not in {each for each, _ in others}
                and "?" not in page.url
            ):
                of = f"{count:,} of {counts[group]:,} pages in “{lang}” have one"
                wrong.append(f"It names no version in “{other}”; {of}")
        for message in wrong:
            yield failed(page.place, message, url=page.url)
        if others and not wrong:
            yield passed(page.place, url=page.url)


def _others(page: PageFacts, structure: Structure) -> list[tuple[str, int]]:
    """Language and number of each version of the page on its host in another language."""
    host, lang = page.group
    found = {}
    for each in structure.alternates:
        other = each.hreflang.partition("-")[0]
        url = urljoin(page.url, each.href)
        if other not in ("x", "", lang) and urlsplit(url).netloc == host:
            found[other] = known_as(url)
    return list(found.items())
