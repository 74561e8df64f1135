"""What pages, letters and data of the overview have in common."""

from __future__ import annotations

from math import sqrt

from auditor.models import Authority

SHARED = 200  # components that have a page and a letter: those on most sites
Z = 1.959964  # of the normal distribution, for 95%


def interval(authority: Authority) -> tuple[float, float] | None:
    """Wilson's 95% interval of the share of pages with a problem; None where no page was left out.

    It takes the audited pages for a random sample of those known. They are none: a crawl meets the pages near
    the home page first. https://doi.org/10.1080/01621459.1927.10502953
    """
    if authority.audit is None or not authority.is_sample or not authority.audit.coverage.audited:
        return None
    pages = authority.audit.coverage.audited
    share = authority.failure_pages / pages
    middle = (share + Z * Z / (2 * pages)) / (1 + Z * Z / pages)
    half = Z / (1 + Z * Z / pages) * sqrt(share * (1 - share) / pages + Z * Z / (4 * pages * pages))
    return max(0.0, middle - half), min(1.0, middle + half)
