"""WCAG 2.4.1: what a template repeats before the content can be passed over.

A link to the content or a main landmark does it. Headings may: whether they are enough, a person decides.
Pages that have no headings either are told by bypass_blocks, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.evidence import Place, Verdict, cant_tell, passed
from auditor.evidence.site import ENOUGH_PAGES, SHARED, SitePages, Tally

LINKS = 5  # before the content, on each of the pages: fewer are soon passed


@dataclass(kw_only=True)
class Template:
    """Pages with the same shell that have no way past it."""

    url: str  # of the first
    place: Place
    pages: int = 0
    headed: int = 0  # with a heading in the content
    links: int = 0  # at least, before the content


def judge(site: SitePages) -> Iterator[Verdict]:
    pages, headings = Tally(), Tally()  # by template
    for page, structure in site.structures():
        key = (page.group[0], structure.template)
        pages.add([key])
        headings.add({(key, each.text) for each in structure.headings})
    found: dict[tuple[str, int], Template] = {}
    for page, structure in site.structures():
        key = (page.group[0], structure.template)
        own = [
            each
            for each in structure.headings
            if not each.in_shell and headings[key, each.text] <= SHARED * pages[key]
        ]
        links = own[0].links_before if own and not structure.mains else structure.links_before
        if links < LINKS:
            continue
        if structure.mains or any(structure.skips):
            yield passed(page.place, url=page.url)
            continue
        at = found.setdefault(key, Template(url=page.url, place=page.place, links=links))
        at.pages += 1
        at.headed += bool(own)
        at.links = min(at.links, links)
    for template in found.values():
        if template.pages >= ENOUGH_PAGES and template.headed:
            message = (
                f"On {template.pages:,} pages like this one, {template.links:,} links or more stand before "
            )
            message += "the content, with no link past them and no main landmark; "
            message += f"{template.headed:,} of the pages have headings of their own in the content"
            yield cant_tell(template.place, message, url=template.url)
