"""How much of what was in scope was audited, from the ledger's counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.models import Coverage, Site, UrlOutcome

IN_SCOPE = (UrlOutcome.AUDITED, UrlOutcome.BLOCKED, UrlOutcome.FAILED)


def coverage(
    site: Site,
    *,
    by_outcome: Mapping[UrlOutcome, int],
    broken_links: int,
    over_user_limit: int,
    endless: int,
    start_failed: Sequence[str],
    limits: Sequence[str],
    stopped: bool,
    journeys_incomplete: int = 0,
    sign_in_failed: bool = False,
) -> Coverage:
    """The figures of one run.

    In scope are the HTML pages that the user's settings let the audit visit: audited, blocked and failed
    ones, and those that a limit of the program's own cut off. Broken links (404, 410) are no pages, what
    the user's own limits cut off he knows, and what looks endless has no number; all are listed, and count
    no further. Where a start URL was not audited, a journey was not gone to its end, signing in failed, the
    site was left before its end, or the share is below `site.min_coverage`, the audit is incomplete.
    """
    audited = by_outcome.get(UrlOutcome.AUDITED, 0)
    in_scope = sum(by_outcome.get(outcome, 0) for outcome in IN_SCOPE) - broken_links
    in_scope += by_outcome.get(UrlOutcome.OVER_BUDGET, 0) - over_user_limit - endless
    share = audited / in_scope if in_scope else 0.0
    return Coverage(
        known=sum(by_outcome.values()),
        by_outcome=dict(by_outcome),
        in_scope=in_scope,
        audited=audited,
        broken_links=broken_links,
        start_failed=tuple(start_failed),
        limits=tuple(limits),
        complete=not start_failed
        and not stopped
        and not journeys_incomplete
        and not sign_in_failed
        and audited > 0
        and share >= site.min_coverage,
        min_coverage=site.min_coverage,
    )
