"""WCAG 2.4.2, technique G88 and failure F25: a title says more than whose website the page is on."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.site import SitePages
from auditor.site_titles import by_name_alone


def judge(site: SitePages) -> Iterator[Verdict]:
    found = by_name_alone(site)
    for page in site.pages:
        if heading := found.get(page.url):
            yield failed(
                page.place,
                f"“{page.title[:100]}”, the website’s name, is all the title of {len(found)} pages; "
                f"this one is about “{heading[:100]}”",
                url=page.url,
            )
        elif page.title.strip():
            yield passed(page.place, url=page.url)
