"""Advice: a link that the template has on most pages, under one name, leads to one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, PageFacts, Shell, ShellLink, SitePages, Structure

MOST = 0.75  # of the pages with it: else it leads elsewhere by design, as "Next" does
TARGETS = 50  # of one link


def judge(site: SitePages) -> Iterator[Verdict]:
    targets: dict[Hashable, Counter[str]] = {}
    for page, structure in site.structures():
        for link in _links(page, structure, site.shell):
            known = targets.setdefault(_key(page, link), Counter())
            if len(known) < TARGETS or link.path in known:
                known[link.path] += 1
    for page, structure in site.structures():
        links = _links(page, structure, site.shell)
        sound = False
        for link in links:
            known = targets[_key(page, link)]
            usual, count = known.most_common(1)[0]
            pages = known.total()
            if pages < ENOUGH_PAGES or count < MOST * pages or len(known) >= TARGETS:
                continue
            sound = sound or link.path == usual
            if link.path != usual:
                message = (
                    f"“{link.text}” leads to {link.path} here, and to {usual} on {count:,} of {pages:,} pages"
                )
                yield failed(link.place, message, url=page.url)
        if sound:
            yield passed(page.place, url=page.url)


def _links(page: PageFacts, structure: Structure, shell: Shell) -> list[ShellLink]:
    """Those that a list has once on the page."""
    times = Counter((link.block.key, link.name) for link in structure.links)
    return [
        link
        for link in structure.links
        if link.name
        and not link.hreflang
        and times[link.block.key, link.name] == 1
        and shell.has_name(page, link)
    ]


def _key(page: PageFacts, link: ShellLink) -> Hashable:
    return page.group, link.block.key, link.name
