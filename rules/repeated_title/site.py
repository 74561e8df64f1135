"""WCAG 2.4.2, technique G88: a title tells its page from the others. Advice: titles need not be unique."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import SitePages
from auditor.site_titles import by_name_alone


def judge(site: SitePages) -> Iterator[Verdict]:
    told = by_name_alone(site)  # site-name-title tells those
    first: dict[str, str] = {}
    for page in site.pages:
        title = " ".join(page.title.casefold().split())
        if not title or page.url in told:
            continue  # that has a rule of its own
        address = page.url.partition("?")[0]
        other = first.setdefault(title, address)
        if other == address:
            yield passed(page.place, url=page.url)
        else:
            yield failed(page.place, f"“{page.title[:150]}” is also the title of {other}", url=page.url)
