"""The example in docs/python.md, run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.demo import DemoSite

DOCS = Path(__file__).parents[1] / "docs" / "python.md"


def test_the_example_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    with DemoSite() as demo:
        names = {"url": demo.url, "store": f"sqlite:///{tmp_path}/example.db"}
        exec(compile(example[1], str(DOCS), "exec"), names)
    said = capsys.readouterr().out
    assert "3 pages audited, complete: True" in said
    assert "#market-picture" in said
