"""WCAG 2.4.5: there is more than one way to each page, unless it is a step or the result of a process.

A search, a site map or an A to Z is a second way to all pages. Where a site has none, a page that one page
alone links to may have one way only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.site import ENOUGH_PAGES, SitePages, known_as

SECOND_WAY = (
    0.5  # of the pages: where so many have a search, or a link to an index, all pages are reached by it
)


def judge(site: SitePages) -> Iterator[Verdict]:
    wanted: dict[str, dict[int, int]] = {}  # by host: pages, as they are known by
    seen: dict[str, Counter[str]] = {}  # by host: pages with a search, with an index, with too many links
    for page, structure in site.structures():
        host = page.group[0]
        wanted.setdefault(host, {})[known_as(page.url)] = 0
        told = {"search": structure.searches, "index": structure.has_index, "capped": structure.leads_capped}
        seen.setdefault(host, Counter()).update(key for key, value in told.items() if value)
    second = {
        host: max(has["search"], has["index"]) >= SECOND_WAY * len(wanted[host]) or has["capped"] > 0
        for host, has in seen.items()
    }
    for page, structure in site.structures():
        host = page.group[0]
        pages = wanted[host]
        for lead in structure.leads - {known_as(page.url)}:
            if lead in pages:
                pages[lead] += 1
    starts: set[str] = set()
    for page, structure in site.structures():
        host = page.group[0]
        if host not in starts:
            starts.add(host)  # its first page has its address
            continue
        if len(wanted[host]) < ENOUGH_PAGES or structure.is_step or "?" in page.url:
            continue
        if not any(wanted[host].values()):
            continue  # a list of pages, not a site that was crawled
        ways = wanted[host][known_as(page.url)]
        if ways > 1 or second[host]:
            yield passed(page.place, url=page.url)
        else:
            by = "One page alone links to it" if ways else "No audited page links to it"
            message = (
                f"{by}, of {len(wanted[host]):,}; and no search, site map or A to Z was found on most of them"
            )
            yield cant_tell(page.place, message, url=page.url)
