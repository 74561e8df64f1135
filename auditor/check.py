"""`auditor.check(page)`: the engine of an audit on a page that a test of yours has open in Playwright.

The page is judged as it stands, and not driven: rules that press keys or look at the pixels do not run here.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from auditor import wcag
from auditor.browser.engine import Engine
from auditor.browser.shown import Shown, is_asynchronous, judge_shown, on_sync
from auditor.checks.axe_adapter import MalformedResult, adapt
from auditor.checks.folders import RuleFolder, elements, find, texts
from auditor.checks.registry import registry, runs, tags_to_run
from auditor.errors import UsageError
from auditor.formats._safe import visible
from auditor.formats._typeset import inert
from auditor.issues import group
from auditor.limits import PLACES_PER_RULE
from auditor.models import (
    Finding,
    Issue,
    IssueCounts,
    Kind,
    Outcome,
    Rule,
    RuleResult,
    Snapshot,
    Untested,
)
from auditor.resources import folder

if TYPE_CHECKING:
    from auditor.browser.shown import AsyncPage, SyncPage

EXCERPT = 300  # characters of an element in the message
LISTED = 20  # issues in it


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the rules said of one page. `str()` tells the failures, ready for the message of an `assert`."""

    url: str
    title: str
    issues: tuple[Issue, ...]  # failures, open questions and advice, worst first
    rules: Mapping[str, Rule]  # those that were asked, by id
    results: tuple[RuleResult, ...]
    untested: tuple[Untested, ...]  # frames that could not be judged

    @property
    def failures(self) -> tuple[Issue, ...]:
        """What certainly fails WCAG, worst first."""
        return tuple(
            each for each in self.issues if each.outcome is Outcome.FAILED and each.kind is Kind.FAILURE
        )

    @property
    def not_judged(self) -> tuple[str, ...]:
        """In words: frames that could not be judged, and rules that broke down. Of these nothing is known."""
        frames = [f"the frame {visible(each.where, 200)}: {each.reason}" for each in self.untested]
        broken = [f"the rule {each.rule}: {each.error}" for each in self.results if each.error]
        return tuple(visible(text, 500) for text in (*frames, *broken))

    def told(self, issues: Iterable[Issue]) -> str:
        """These issues in plain words: what, where, which element, what to do. No terminal or CI obeys it."""
        return "\n".join(map(inert, self._lines(tuple(issues))))

    def __str__(self) -> str:
        return self.told(self.failures)

    def _lines(self, issues: tuple[Issue, ...]) -> Iterator[str]:
        count = "1 accessibility issue" if len(issues) == 1 else f"{len(issues)} accessibility issues"
        yield f"{count} on {visible(self.url, 200)}"
        for issue in issues[:LISTED]:
            rule, first = self.rules[issue.rule], issue.examples[0]
            criteria = f"WCAG {', '.join(issue.wcag)}" if issue.wcag else "advice"
            impact = issue.impact.value if issue.impact else "not rated"
            more = f"  and {issue.places - 1} more" if issue.places > 1 else ""
            yield ""
            yield f"{rule.title} ({impact}, {criteria}; {issue.id})"
            yield f"  where:   {visible(' > '.join((*first.frame, first.selector)), EXCERPT)}{more}"
            yield f"  element: {visible(first.excerpt, EXCERPT)}"
            yield f"  found:   {visible(first.message, EXCERPT)}"
            yield f"  remedy:  {rule.fix}"
        if issues[LISTED:]:
            yield f"and {len(issues[LISTED:])} more"


@overload
def check(page: AsyncPage, *, standard: str = ...) -> Awaitable[Checked]: ...
@overload
def check(page: SyncPage, *, standard: str = ...) -> Checked: ...
def check(page: AsyncPage | SyncPage, *, standard: str = "wcag22aa") -> Checked | Awaitable[Checked]:
    """Judge what a page of Playwright's shows now; of its asynchronous interface, `await` the answer.

    `standard` as in sites.toml. The page stays as it is: nothing is clicked, scrolled, waited for or added.
    In Chromium alone. Raises `UsageError` where it is no page that can be judged, `BrowserError` where
    judging fails: what was not judged is never taken for clean.
    """
    if standard not in wcag.STANDARDS:
        raise UsageError(f"standard={standard!r} is none of: {', '.join(wcag.STANDARDS)}.")

    async def work(page: AsyncPage) -> Checked:
        engine, own = _engine(standard)
        return _checked(await judge_shown(page, engine), engine, own)

    return work(page) if is_asynchronous(page) else on_sync(page, work)  # type: ignore[arg-type]


@functools.cache
def _engine(standard: str) -> tuple[Engine, Mapping[str, RuleFolder]]:
    own = find([folder("rules")], standard)
    return Engine.load(tags_to_run(standard), elements=elements(own)), own


def _checked(shown: Shown, engine: Engine, own: Mapping[str, RuleFolder]) -> Checked:
    asked = [each for each in shown.rules if runs(each, engine.tags)]
    rules = registry(asked, own=texts(own))
    snapshot = Snapshot(url=shown.url, title=shown.title, lang=shown.lang, engine=shown.judged.result)
    try:
        results, findings = adapt(snapshot, rules, list(rules))
    except MalformedResult as fault:
        raise UsageError(f"{shown.url} could not be judged: {fault}. Check that it has loaded.") from fault
    return Checked(
        url=shown.url,
        title=shown.title,
        issues=_issues(findings, results, rules),
        rules=rules,
        results=tuple(results),
        untested=tuple(
            Untested(url=shown.url, what="frame", where=frame.source or frame.where, reason=frame.reason)
            for frame in shown.judged.frames_untested
        ),
    )


def _issues(
    findings: list[Finding], results: list[RuleResult], rules: Mapping[str, Rule]
) -> tuple[Issue, ...]:
    by_issue: dict[str, list[Finding]] = {}
    for finding in findings:
        by_issue.setdefault(finding.issue, []).append(finding)
    counts = [
        IssueCounts(
            id=key,
            rule=found[0].rule,
            outcome=found[0].outcome,
            pages=1,
            places=len(found),
            faults=len({each.fault for each in found}),
        )
        for key, found in by_issue.items()
    ]
    capped = {(each.rule, each.outcome) for each in results if each.places > PLACES_PER_RULE}
    return group(counts, rules, itertools.chain.from_iterable(by_issue.values()), capped)
