"""WCAG 3.2.4: what does the same on several pages has the same name.

Names that share a word are taken for consistent: "Search" and "Search this site" are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from auditor.evidence import Place, Verdict, cant_tell, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, PageFacts, Shell, SitePages, Structure, plain

SURE = 2 / 3  # of the pages with it call it by one name
NAMES = 50  # of one thing; one that has more is named after something else


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What has a name: known on other pages by `key`."""

    key: Hashable
    what: str
    name: str
    place: Place
    is_certain: bool  # that it does the same everywhere


def judge(site: SitePages) -> Iterator[Verdict]:
    names: dict[Hashable, Counter[str]] = {}
    written: dict[str, str] = {}  # a name as it was met first
    for page, structure in site.structures():
        for thing in _things(page, structure, site.shell):
            known = names.setdefault(thing.key, Counter())
            if len(known) < NAMES or plain(thing.name) in known:
                known[plain(thing.name)] += 1
                written.setdefault(plain(thing.name), thing.name)
    for page, structure in site.structures():
        things = _things(page, structure, site.shell)
        for thing in things:
            known = names[thing.key]
            usual, count = known.most_common(1)[0]
            pages = known.total()
            name = plain(thing.name)
            if len(known) >= NAMES or pages < ENOUGH_PAGES or count * 2 <= pages:
                continue
            if name == usual or set(name.split()) & set(usual.split()):
                continue
            message = f"The {thing.what} is called “{thing.name}” here, "
            message += f"and “{written[usual]}” on {count:,} of {pages:,} pages with it"
            sure = thing.is_certain and count >= SURE * pages
            yield (failed if sure else cant_tell)(thing.place, message, url=page.url)
        if any(names[thing.key].total() >= ENOUGH_PAGES for thing in things):
            yield passed(page.place, url=page.url)


def _things(page: PageFacts, structure: Structure, shell: Shell) -> list[Thing]:
    """What of a page's shell has a name and comes again; what is on it twice in one place is left out."""
    found: list[Thing] = []

    def add(what: str, key: Hashable, name: str, place: Place | None, *, is_certain: bool = False) -> None:
        if place is not None and plain(name):
            at = (page.group, what, key)
            found.append(Thing(key=at, what=what, name=name, place=place, is_certain=is_certain))

    for search in structure.searches:
        if search.in_shell:
            add("search button", search.key, search.button, search.button_place, is_certain=True)
            add("search field", search.key, search.field, search.field_place)
    searching = {each.button_place.selector for each in structure.searches if each.button_place}
    for button in structure.buttons:
        if button.place.selector not in searching:
            add("button", button.key, button.name, button.place)
    for link in structure.links:
        if shell.has_target(page, link):
            add(f"link to {link.href}", (link.block.key, link.href), link.text, link.place)
    times = Counter(thing.key for thing in found)
    return [thing for thing in found if times[thing.key] == 1]
