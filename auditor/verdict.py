"""An audit compared with what was known before, and the gate's word on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from auditor.compare import compare
from auditor.gate import judge, new_issues
from auditor.known import of_report
from auditor.models import Gate, Known, KnownIssue, Report, Waiver
from auditor.waivers import covers

AGAIN = 20  # pages visited again at most


def verdict(
    report: Report,
    gate: Gate,
    *,
    before: Known | None,
    waivers: Sequence[Waiver] = (),
    today: date,
    coverage_before: float | None = None,
    again: Callable[[Sequence[str]], Report] | None = None,
) -> Report:
    """The report with its comparison, and the gate's word.

    `again` audits exactly these pages once more, before what is new fails anything: what is not there then is
    unstable, and fails nothing. `coverage_before`: share of the pages in scope that was audited before.
    """
    now = of_report(report)
    comparison = compare(before, now) if before else None
    unstable: set[str] = set()
    if comparison and again:
        valid = [waiver for waiver in waivers if waiver.expires >= today]
        new = [i for i in new_issues(comparison, gate, today) if not any(covers(w, i) for w in valid)]
        unstable = _not_again(report, new, again)
    result = judge(
        report,
        now,
        gate,
        comparison=comparison,
        waivers=waivers,
        today=today,
        coverage_before=coverage_before,
        unstable=unstable,
    )
    return replace(report, comparison=comparison, gate=result)


def _not_again(
    report: Report, new: Sequence[KnownIssue], again: Callable[[Sequence[str]], Report]
) -> set[str]:
    """Ids of those that were not there on a second visit of one of their pages."""
    examples = {issue.id: issue.examples[0].url for issue in report.issues if issue.examples}
    pages = list(dict.fromkeys(examples[issue.id] for issue in new))[:AGAIN]
    if not pages:
        return set()
    second = again(pages)
    seen = {issue.id for issue in second.issues}
    audited = {visit.url for visit in second.visits() if visit.outcome == "audited"}
    return {issue.id for issue in new if examples[issue.id] in audited and issue.id not in seen}
