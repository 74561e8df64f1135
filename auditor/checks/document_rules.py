"""Rules in Python that judge one document: a PDF or an office file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.checks.page_rules import PythonRule, told_of, verdicts_of
from auditor.evidence.document import Document
from auditor.models import Finding, Outcome, Rule, RuleResult

SECONDS = 60.0  # for one rule on one document


def judge_document(
    document_rules: Sequence[PythonRule], document: Document, rules: Mapping[str, Rule]
) -> tuple[list[RuleResult], list[Finding]]:
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
