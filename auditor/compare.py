"""What changed between two audits: new, persisting, fixed, and what nobody can say.

An issue is known again by its id; failing that by tiers, each with less in common.
A repair never hides a regression: what is one issue has enough in common, on a page that both audits saw.
Why so: docs/decisions/0016-issues.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from auditor.identity import near
from auditor.models import Change, Comparison, Component, Known, KnownIssue, Status, Tier

ALIKE = 0.6  # of words, or of the elements around it


def compare(before: Known, now: Known) -> Comparison:
    """Each issue of both audits once."""
    known = {issue.id: issue for issue in before.issues}
    matched: dict[str, tuple[KnownIssue, Tier]] = {
        issue.id: (known.pop(issue.id), Tier.EXACT) for issue in now.issues if issue.id in known
    }
    for tier, is_same in _TIERS:
        for issue in now.issues:
            if issue.id not in matched and (old := _first(issue, known.values(), is_same)):
                matched[issue.id] = known.pop(old.id), tier
    changes = []
    for issue in now.issues:
        if found := matched.get(issue.id):
            old, how = found
            changes.append(Change(status=Status.PERSISTING, now=issue, before=old, tier=how))
        else:
            changes.append(_new(issue, before, now))
    changes += [_gone(issue, now) for issue in known.values()]
    return Comparison(before=before.name, now=now.name, changes=tuple(changes))


def _new(issue: KnownIssue, before: Known, now: Known) -> Change:
    status, cause = Status.NEW, ""
    if issue.rule not in before.rules:
        cause = "rule"
    elif before.rules[issue.rule] != now.rules[issue.rule]:
        cause = "version"
    elif before.judged(issue.rule).isdisjoint(issue.pages):
        cause = "page"
        if not before.complete or not before.pages.isdisjoint(issue.pages):
            status = Status.FIRST_JUDGED
    return Change(status=status, now=issue, before=None, cause=cause)


def _gone(issue: KnownIssue, now: Known) -> Change:
    judged = now.judged(issue.rule)
    if issue.rule in now.rules and all(page in judged or now.gone(page) for page in issue.pages):
        return Change(status=Status.FIXED, now=None, before=issue)
    return Change(status=Status.UNSEEN, now=None, before=issue)


def _first(
    issue: KnownIssue, others: Iterable[KnownIssue], is_same: Callable[[Component, Component, bool], bool]
) -> KnownIssue | None:
    """The first that may be the same, of the same rule and outcome, on a page of the same address."""
    for other in others:
        if (
            (other.rule, other.outcome, other.said) == (issue.rule, issue.outcome, issue.said)
            and other.component
            and issue.component
            and not set(other.pages).isdisjoint(issue.pages)
            and is_same(other.component, issue.component, issue.is_written or other.is_written)
        ):
            return other
    return None


def _moved(one: Component, other: Component, is_written: bool) -> bool:
    says = one.target or one.text
    return bool(says) and (one.shape, one.target, one.text) == (other.shape, other.target, other.text)


def _reworded(one: Component, other: Component, is_written: bool) -> bool:
    if (one.landmarks, near(one), one.shape) != (other.landmarks, near(other), other.shape):
        return False
    if one.target or other.target:
        return one.target == other.target
    return SequenceMatcher(None, one.text.split(), other.text.split()).ratio() >= ALIKE


def _component(one: Component, other: Component, is_written: bool) -> bool:
    """A wrapper with a class came or went, or classes were renamed: what it says and where it leads stays."""
    if one.landmarks != other.landmarks or _element(one.shape) != _element(other.shape):
        return False
    if (one.target, one.text) == (other.target, other.text) and (one.target or one.text):
        return True
    is_around = SequenceMatcher(None, one.path, other.path).ratio() >= ALIKE
    return not is_written and is_around and one.shape == other.shape


def _element(shape: str) -> str:
    return re.split(r"[.\[]", shape)[0]


_TIERS = ((Tier.MOVED, _moved), (Tier.REWORDED, _reworded), (Tier.COMPONENT, _component))
