"""What changed since another audit, and the gate's word, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.formats import _words
from auditor.formats._safe import visible
from auditor.formats._typeset import inert
from auditor.models import Change, Comparison, GateResult, KnownIssue, Status, Tier

EACH = 20  # issues listed under one heading


def changes(comparison: Comparison) -> Iterator[str]:
    """Of confirmed problems."""
    yield inert(f"From {comparison.before} to {comparison.now}: {_words.changes(comparison)}.")
    for status, heading in _words.CHANGE_HEADINGS.items():
        if found := comparison.of(status):
            yield f"{heading}:"
            yield from _listed(found)
    known_again = [each for each in comparison.of(Status.PERSISTING) if each.tier is not Tier.EXACT]
    if known_again:
        yield "Known again though they changed:"
        yield from _listed(known_again)


def _listed(found: Iterable[Change]) -> Iterator[str]:
    found = list(found)
    for change in found[:EACH]:
        why = _words.why_so(change)
        yield from issue_lines(change.issue, f" ({why})" if why else "")
    if len(found) > EACH:
        yield f"  and {len(found) - EACH:,} more"


def issue_lines(issue: KnownIssue, note: str = "") -> Iterator[str]:
    impact = _words.IMPACTS[issue.impact][0]
    yield inert(f"  {impact}: {visible(issue.title, 150)}{note}")
    where = f"{_words.part(issue.component)}, " if issue.component else ""
    pages = _words.count(len(issue.pages), "page")
    example = f", such as {visible(issue.pages[0], 200)}" if issue.pages else ""
    yield inert(f"    {where}on {pages}{example}")


def gate(result: GateResult) -> Iterator[str]:
    """Why it failed, and what to do, on one screen."""
    for failure in result.failures:
        yield inert(f"GATE FAILED ({failure.setting}): {visible(failure.sentence, 500)}.")
        for issue in failure.issues[:5]:
            yield from issue_lines(issue)
        if len(failure.issues) > 5:
            yield f"  and {len(failure.issues) - 5:,} more"
        yield f"  What to do: {failure.remedy}"
    if result.unstable:
        count = _words.count(len(result.unstable), "new issue was", "new issues were")
        yield f"Unstable, which fails nothing: {count} not there on a second visit."
    if result.waived:
        yield f"Waived: {_words.count(len(result.waived), 'issue')}."
    for waiver in result.expired:
        yield inert(
            f"Expired: [[waiver]] {waiver.line}, on {waiver.expires}, of {visible(waiver.owner, 100)}."
        )
    for waiver in result.unused:
        yield inert(f"Not needed any more: [[waiver]] {waiver.line}, of {visible(waiver.owner, 100)}.")
