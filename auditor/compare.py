"""What changed between two audits: new, persisting, fixed, and what nobody can say.

An issue is known again by its id; failing that by tiers, each with less in common.
A repair never hides a regression: what is one issue has enough in common, on a page that both audits saw.
Why so: docs/decisions/0016-issues.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from auditor.identity import is_alone, near, says
from auditor.models import Change, Comparison, Component, Known, KnownIssue, Outcome, Status, Tier

AROUND = 0.6  # of the elements around it
WORDS = 0.8  # of what it says; fewer may be another's words
LETTERS = 0.9  # a slip of the pen was mended


def compare(before: Known, now: Known) -> Comparison:
    """Each issue of both audits once."""
    known = {issue.id: issue for issue in before.issues}
    matched: dict[str, tuple[KnownIssue, Tier]] = {
        issue.id: (known.pop(issue.id), Tier.EXACT) for issue in now.issues if issue.id in known
    }
    for tier, is_same in _TIERS:
        left = [issue for issue in now.issues if issue.id not in matched]
        for issue, old in _pairs(left, known.values(), is_same):
            if issue.id not in matched and old.id in known:
                matched[issue.id] = known.pop(old.id), tier
    changes = []
    for issue in now.issues:
        if found := matched.get(issue.id):
            old, how = found
            changes.append(Change(status=Status.PERSISTING, now=issue, before=old, tier=how))
        else:
            changes.append(_new(issue, before, now))
    asked = [each.now for each in changes if each.status is not Status.PERSISTING and each.now]
    changes += [_gone(issue, now, asked) for issue in known.values()]
    return Comparison(before=before.name, now=now.name, changes=tuple(changes))


def _pairs(
    issues: Iterable[KnownIssue],
    others: Iterable[KnownIssue],
    is_same: Callable[[Component, Component], bool],
) -> list[tuple[KnownIssue, KnownIssue]]:
    """Those that may be the same: of one rule and outcome, on a page of the same address. Likest first."""
    alike: dict[tuple[str, Outcome, str], list[KnownIssue]] = defaultdict(list)
    for other in others:
        alike[other.rule, other.outcome, other.said].append(other)
    found: list[tuple[float, str, str, KnownIssue, KnownIssue]] = []
    for issue in issues:
        for old in alike[issue.rule, issue.outcome, issue.said]:
            if not (old.component and issue.component) or set(old.pages).isdisjoint(issue.pages):
                continue
            if is_same(old.component, issue.component):
                found.append((-_likeness(old.component, issue.component), issue.id, old.id, issue, old))
    return [(issue, old) for *_, issue, old in sorted(found, key=lambda each: each[:3])]


def _likeness(one: Component, other: Component) -> float:
    around = SequenceMatcher(None, (*one.landmarks, *one.path), (*other.landmarks, *other.path)).ratio()
    return around + SequenceMatcher(None, says(one)[1].split(), says(other)[1].split()).ratio()


def _new(issue: KnownIssue, before: Known, now: Known) -> Change:
    status, cause = Status.NEW, ""
    if issue.rule not in before.rules:
        cause = "rule"
    elif before.rules[issue.rule] != now.rules[issue.rule]:
        cause = "version"
    elif before.judged(issue.rule).isdisjoint(issue.pages):
        cause = "page"
        if issue.rule in now.document_rules:  # a sample may have left out what was there
            is_known = not all(before.gone(page) for page in issue.pages)
        else:
            is_known = not before.complete or not before.pages.isdisjoint(issue.pages)
        if is_known:
            status = Status.FIRST_JUDGED
    return Change(status=status, now=issue, before=None, cause=cause)


def _gone(issue: KnownIssue, now: Known, asked: Iterable[KnownIssue]) -> Change:
    judged = now.judged(issue.rule)
    is_judged = issue.rule in now.rules and all(page in judged or now.gone(page) for page in issue.pages)
    if is_judged and not any(_is_open(issue, each) for each in asked):
        return Change(status=Status.FIXED, now=None, before=issue)
    return Change(status=Status.UNSEEN, now=None, before=issue)


def _is_open(issue: KnownIssue, other: KnownIssue) -> bool:
    """Whether what failed is now a question for a person: something lies over it, perhaps."""
    if (issue.outcome, other.outcome) != (Outcome.FAILED, Outcome.CANT_TELL) or issue.rule != other.rule:
        return False
    one, two = issue.component, other.component
    if not (one and two) or set(issue.pages).isdisjoint(other.pages):
        return False
    return (one.landmarks, near(one), one.shape) == (two.landmarks, near(two), two.shape)


def _moved(one: Component, other: Component) -> bool:
    return one.shape == other.shape and _is_the_one(one, other)


def _reworded(one: Component, other: Component) -> bool:
    if (one.landmarks, near(one), one.shape) != (other.landmarks, near(other), other.shape):
        return False
    (target, text), (other_target, other_text) = says(one), says(other)
    if target or other_target or not (text and other_text):
        return bool(target) and target == other_target
    words = SequenceMatcher(None, text.split(), other_text.split()).ratio()
    return words >= WORDS or SequenceMatcher(None, text, other_text).ratio() >= LETTERS


def _component(one: Component, other: Component) -> bool:
    """A wrapper with a class came or went, or classes were renamed."""
    if one.landmarks != other.landmarks or _element(one.shape) != _element(other.shape):
        return False
    is_wrapped = one.shape == other.shape and says(one) == says(other) and _is_wrapped(one, other)
    return is_wrapped or _is_the_one(one, other)


def _is_the_one(one: Component, other: Component) -> bool:
    """Whether both lead and say the same, and nothing else on their pages does: else it may be another."""
    return says(one) == says(other) and is_alone(one) and is_alone(other)


def _is_wrapped(one: Component, other: Component) -> bool:
    """Whether what is around them differs by elements that came, or that went, but by none that changed."""
    same = SequenceMatcher(None, one.path, other.path)
    return same.ratio() >= AROUND and {tag for tag, *_ in same.get_opcodes()} in (
        {"equal"},
        {"equal", "insert"},
        {"equal", "delete"},
    )


def _element(shape: str) -> str:
    return re.split(r"[.\[]", shape)[0]


_TIERS = ((Tier.MOVED, _moved), (Tier.REWORDED, _reworded), (Tier.COMPONENT, _component))
