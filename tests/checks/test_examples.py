"""The examples of our rules, each judged in a real browser: what is reported is what they mark, exactly.

`make test` judges documents, and of each other rule one example that it must report and one that is right;
`make soak` judges all. After work on a rule: `auditor rules test ID`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from auditor.checks.folders import RuleFolder, find
from auditor.examples import check, lacks
from auditor.resources import folder

RULES = find([folder("rules")])


GRAVEST = ("failed", "cant", "passed", "inapplicable")  # how names begin


def short(each: RuleFolder) -> set[Path]:
    """The first example that the rule must report, and the first of which it must say nothing."""
    if each.rule.of_documents:
        return set(each.examples())
    by_weight = sorted(each.examples(), key=lambda example: GRAVEST.index(example.name.partition("-")[0]))
    silent = [example for example in by_weight if example.name.startswith(GRAVEST[2:])]
    return {by_weight[0], *silent[:1]}


def examples() -> Iterator[object]:
    for each in RULES.values():
        chosen = short(each)
        for example in () if lacks(each.rule) else each.examples():
            yield pytest.param(
                each.rule.id,
                example,
                id=f"{each.rule.id}-{example.stem}",
                marks=[] if example in chosen else [pytest.mark.soak],
            )


@pytest.fixture(scope="module")
def faults(request: pytest.FixtureRequest) -> dict[Path, str]:
    here = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = {item.callspec.params["example"] for item in here if item.function is test_example}

    class Chosen(RuleFolder):
        def examples(self) -> list[Path]:
            return [each for each in super().examples() if each in chosen]

    rules = {
        key: Chosen(**{f.name: getattr(each, f.name) for f in fields(each)}) for key, each in RULES.items()
    }

    async def run() -> dict[Path, str]:
        return {example: fault async for _, example, fault in check(rules, sandbox=False)}

    return asyncio.run(run())


@pytest.mark.parametrize(("rule", "example"), list(examples()))
def test_example(faults: dict[Path, str], rule: str, example: Path) -> None:
    assert faults[example] == ""
