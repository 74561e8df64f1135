"""Advice, once a site: somewhere it says how to reach a person."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import ENOUGH_PAGES, SitePages


def judge(site: SitePages) -> Iterator[Verdict]:
    first = None
    pages = 0
    for page, structure in site.structures():
        first = first or page
        pages += 1
        if structure.has_contact:
            yield passed(page.place, url=page.url)
            return
    if first and pages >= ENOUGH_PAGES:
        message = f"No phone number, email address or way to get in touch was found on any of {pages:,} pages"
        yield failed(first.place, message, url=first.url)
