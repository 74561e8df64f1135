"""The examples of our rules, each judged in a real browser: what is reported is what they mark, exactly.

`make test` judges documents, and for each rule the first page of each outcome; `make soak` judges all. After
work on a rule: `auditor rules test ID`.
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


def examples() -> Iterator[object]:
    for each in RULES.values():
        shown: set[str] = set()
        for example in () if lacks(each.rule) else each.examples():
            outcome = example.name.partition("-")[0]
            more = outcome in shown and not each.rule.of_documents
            shown.add(outcome)
            yield pytest.param(
                each.rule.id,
                example,
                id=f"{each.rule.id}-{example.stem}",
                marks=[pytest.mark.soak] if more else [],
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
