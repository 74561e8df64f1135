"""Rules that judge a whole site, when its crawl is done, and rules that judge one document.

They are loaded as page rules are, and run within the same bounds; only what they are given differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.checks.page_rules import PageRule, told_of, verdicts_of
from auditor.evidence import Verdict
from auditor.evidence.document import Document
from auditor.evidence.site import SitePages
from auditor.models import Finding, Outcome, Rule, RuleResult

SECONDS = 60.0  # for one rule on one site or document
Told = tuple[list[RuleResult], list[Finding]]


def judge_site(
    site_rules: Iterable[PageRule], pages: SitePages, rules: Mapping[str, Rule]
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


def judge_document(document_rules: Sequence[PageRule], document: Document, rules: Mapping[str, Rule]) -> Told:
    """Results and findings of all document rules on one document."""
    results: list[RuleResult] = []
    findings: list[Finding] = []
    for rule in document_rules:
        try:
            told = told_of(
                rules[rule.id], document.url, "loaded", verdicts_of(rule, [document], seconds=SECONDS)
            )
        except Exception as error:  # a user's code may raise anything
            told = ([RuleResult(rule=rule.id, outcome=Outcome.ERROR, error=f"{error!r}"[:500])], [])
        results += told[0]
        findings += told[1]
    return results, findings
