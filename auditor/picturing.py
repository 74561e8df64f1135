"""Which issues of a run still want a picture, and which pictures are kept: one an issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence

from auditor.browser.visit import Result
from auditor.checks.axe_adapter import MalformedResult
from auditor.checks.page_rules import PythonRule, Told
from auditor.limits import PICTURE_TRIES
from auditor.models import Finding, Kind, Outcome, Picture, Snapshot


class Picturing:
    """What has a picture in one run."""

    def __init__(self, rules: Sequence[PythonRule], *, is_driven: bool) -> None:
        """`is_driven`: whether the run drives pages at all, which settles what axe could not decide."""
        self.pictured: set[str] = set()  # ids of issues
        self._missed: Counter[str] = Counter()  # issue -> pages on which no picture came of it
        self._is_driven = is_driven
        self._decides = {each.decides for each in rules}

    async def wanted(self, snapshot: Snapshot, judge: Callable[[Snapshot], Awaitable[Told]]) -> list[Finding]:
        """The findings whose issues have no picture yet: failures first, advice last, the worst first."""
        try:
            _, findings, _ = await judge(snapshot)
        except MalformedResult:
            return []
        early = self._decides if self._is_driven and not snapshot.evidence else set()
        wanted = [
            each
            for each in findings
            if each.issue not in self.pictured
            and self._missed[each.issue] < PICTURE_TRIES
            and not (each.outcome is Outcome.CANT_TELL and each.rule in early)  # a rule settles it soon
        ]
        return sorted(wanted, key=_by_weight)

    def of_page(self, result: Result, findings: Iterable[Finding]) -> list[Picture]:
        """As `kept`, of a page that was visited."""
        self._missed.update(result.missed)
        return self.kept(result.pictures, findings)

    def kept(self, taken: Iterable[Picture], findings: Iterable[Finding]) -> list[Picture]:
        """The pictures that a page brought, but for issues that it turned out not to have."""
        issues = {each.issue for each in findings}
        pictures = [each for each in taken if each.issue in issues]
        self.pictured.update(each.issue for each in pictures)
        return pictures


def _by_weight(finding: Finding) -> tuple[bool, bool, int]:
    rank = finding.impact.rank if finding.impact else 0
    return finding.kind is Kind.ADVICE, finding.outcome is not Outcome.FAILED, -rank
