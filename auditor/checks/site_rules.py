"""Rules in Python that judge a whole site, when its crawl is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.checks.page_rules import PythonRule, told_of, verdicts_of
from auditor.evidence import Verdict
from auditor.evidence.site import SitePages
from auditor.models import Finding, Outcome, Rule, RuleResult

SECONDS = 600.0  # for one rule on one site; ours take 10 on 5,000 pages, more where the machine is busy
Told = tuple[list[RuleResult], list[Finding]]


def judge_site(
    site_rules: Iterable[PythonRule], pages: SitePages, rules: Mapping[str, Rule]
) -> dict[str, Told]:
    """Results and findings by the URL of the page that they are on.

    A rule that says nothing of a page has no result there; one that raises, or takes too long, is an `error`
    on the first page, with the cause.
    """
    told: dict[str, Told] = {}
    for rule in site_rules:
        try:
            by_url: dict[str, list[Verdict]] = {}
            for verdict in verdicts_of(rule, [pages], seconds=SECONDS):
                if not verdict.url:
                    raise ValueError("a verdict on a site names the page that it is on: its `url` is empty")
                by_url.setdefault(verdict.url, []).append(verdict)
            here = {url: told_of(rules[rule.id], url, "loaded", found) for url, found in by_url.items()}
        except Exception as error:  # a user's code may raise anything
            first = next((page.url for page in pages.pages), "")
            failed = RuleResult(rule=rule.id, outcome=Outcome.ERROR, error=f"{error!r}"[:500])
            here = {first: ([failed], [])} if first else {}
        for url, (results, findings) in here.items():
            at = told.setdefault(url, ([], []))
            at[0].extend(results)
            at[1].extend(findings)
    return told
