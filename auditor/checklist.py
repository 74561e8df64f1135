"""What a person must test: each success criterion with its question, its rules, and the pages it is about.

The questions are in `data/checklist.toml`. What no audited page holds is marked as not applying, which is a
proposal for a person to confirm: the audit sees pages as they load.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import Any

from auditor import wcag
from auditor.models import ChecklistEntry, Issue, Kind, Rule
from auditor.urls import shortest_first

EXAMPLES = 5  # addresses of one entry


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("auditor") / "data" / "checklist.toml").read_text(encoding="utf-8"))


def features() -> Mapping[str, str]:
    """What pages are searched for, by the names that `page.js` counts it under, in words."""
    return dict(_data()["features"])


def questions() -> Mapping[str, Mapping[str, Any]]:
    """`question`, `steps` and perhaps `needs` by the number of the criterion."""
    return {entry["criterion"]: entry for entry in _data()["entry"]}


def everywhere(standard: str) -> tuple[str, ...]:
    """The criteria that a person must test on every page, whatever is on it."""
    asked = questions()
    return tuple(
        each.num
        for each in wcag.in_standard(standard)
        if each.num in asked and not asked[each.num].get("needs")
    )


def of_page(standard: str, counted: Mapping[str, int] | None) -> tuple[str, ...]:
    """The other criteria: those whose subject a page has; all of them where nobody counted."""
    asked = questions()
    return tuple(
        each.num
        for each in wcag.in_standard(standard)
        if (needs := asked.get(each.num, {}).get("needs"))
        and (counted is None or any(counted.get(need) for need in needs))
    )


def checklist(
    standard: str,
    rules: Iterable[Rule],
    pages: Iterable[tuple[str, Mapping[str, int] | None]] = (),
    issues: Sequence[Issue] = (),
) -> tuple[ChecklistEntry, ...]:
    """An entry for each criterion of a standard (one of `wcag.STANDARDS`), in WCAG's order.

    `pages`: address of each audited page, and how often it has which of `features()`; None where nobody
    counted: it may have any. Each is read once. What `issues` are about is there, whatever was counted.
    Raises `UsageError` for another standard.
    """
    asked = questions()
    most: dict[str, list[tuple[int, str]]] = {key: [] for key in features()}  # the pages with the most of it
    alike: Counter[frozenset[str]] = Counter()  # pages by the features they have
    for url, counted in pages:
        has = frozenset(most if counted is None else (key for key in most if counted.get(key)))
        alike[has] += 1
        for feature, best in most.items():
            if counted and (n := counted.get(feature)):
                most[feature] = sorted([*best, (-n, url)], key=_most_first)[:EXAMPLES]
    judging = sorted(
        (rule for rule in rules if rule.kind is Kind.FAILURE and not rule.of_documents),  # it is of pages
        key=lambda rule: rule.id,
    )
    entries = []
    for criterion in wcag.in_standard(standard):
        if criterion.removed_in:
            continue  # every page meets it, says the W3C
        entry = asked.get(criterion.num) or _by_its_words(criterion)
        needs = entry.get("needs", ())
        found = [issue for issue in issues if criterion.num in issue.wcag and issue.kind is Kind.FAILURE]
        found = [issue for issue in found if not issue.of_documents]
        to_test = max(
            sum(n for has, n in alike.items() if not needs or not has.isdisjoint(needs)),
            *(issue.pages for issue in found),
            0,
        )
        applies = to_test > 0 or not alike or not needs
        entries.append(
            ChecklistEntry(
                criterion=criterion.num,
                name=criterion.name,
                level=criterion.level,
                question=entry["question"],
                steps=tuple(entry["steps"]),
                who=criterion.groups,
                rules=tuple(rule for rule in judging if criterion.num in rule.wcag),
                applies=applies,
                why_not="" if applies else _why_not(needs),
                pages=to_test,
                examples=_first(
                    [
                        *([url for _, url in most[feature]] for feature in needs),
                        *([finding.url for finding in issue.examples] for issue in found if needs),
                    ]
                ),
            )
        )
    return tuple(entries)


def _by_its_words(criterion: wcag.Criterion) -> Mapping[str, Any]:
    """Of level AAA, for which no question was written."""
    return {
        "question": f"Do the pages meet “{criterion.name}”? {criterion.plain}",
        "steps": [
            f"Read what is asked for, at {criterion.url}.",
            "Look for it on each page that it is about.",
        ],
    }


def _most_first(counted: tuple[int, str]) -> tuple[int, tuple[int, str]]:
    less, url = counted
    return less, shortest_first(url)


def _first(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(chain.from_iterable(lists)), EXAMPLES))


def _why_not(needs: Iterable[str]) -> str:
    *others, last = (features()[feature] for feature in needs)
    return f"No {', '.join(others)}{' or ' if others else ''}{last} was met on the audited pages."
