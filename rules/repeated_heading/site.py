"""Advice: the main heading says what a page is about, so it is not the same on page after page."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, SitePages, Structure, Tally

SHARE = 0.5  # of the pages of a template


def judge(site: SitePages) -> Iterator[Verdict]:
    templates = Tally()
    headings = Tally()
    for page, structure in site.structures():
        if mains := _mains(structure):
            templates.add([(page.group, structure.template)])
            headings.add({(page.group, structure.template, each) for each in mains})
    for page, structure in site.structures():
        if not (mains := _mains(structure)):
            continue
        pages = templates[page.group, structure.template]
        same = min(headings[page.group, structure.template, each] for each in mains)
        if pages < ENOUGH_PAGES:
            continue
        if same < ENOUGH_PAGES or same <= SHARE * pages:
            yield passed(page.place, url=page.url)
            continue
        text = next(each.text for each in structure.headings if each.level == 1)
        message = f"“{text}” is the main heading of {same:,} of {pages:,} pages made like this one"
        yield failed(page.place, message, url=page.url)


def _mains(structure: Structure) -> set[str]:
    return {each.text.casefold() for each in structure.headings if each.level == 1} - {""}
