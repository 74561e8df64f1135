"""The examples of our rules, each judged in a real browser: what is reported is what they mark, exactly."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from auditor.checks.folders import find
from auditor.examples import check, lacks
from auditor.resources import folder

RULES = find([folder("rules")])
EXAMPLES = [
    (each.rule.id, example) for each in RULES.values() if not lacks(each.rule) for example in each.examples()
]


@pytest.fixture(scope="module")
def faults(request: pytest.FixtureRequest) -> dict[Path, str]:
    here = [item for item in request.session.items if isinstance(item, pytest.Function)]
    chosen = {item.callspec.params["rule"] for item in here if item.function is test_example}
    rules = {key: each for key, each in RULES.items() if each.rule.id in chosen}

    async def run() -> dict[Path, str]:
        return {example: fault async for _, example, fault in check(rules, sandbox=False)}

    return asyncio.run(run())


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{rule}-{e.stem}" for rule, e in EXAMPLES])
def test_example(faults: dict[Path, str], rule: str, example: Path) -> None:
    assert faults[example] == ""
