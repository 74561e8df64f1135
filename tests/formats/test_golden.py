"""Each format against its golden files, byte for byte. How to write them anew: see conftest.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.formats import FORMATS
from auditor.models import Report

GOLDEN = Path(__file__).parent / "golden"


CI = ("gitlab", "junit", "markdown", "sarif")  # formats that tell what a comparison and a gate said


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_files_are_as_they_were(
    name: str, report: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    compare(rendered(name, report), GOLDEN / name)


@pytest.mark.parametrize("name", CI)
def test_files_of_a_judged_audit_are_as_they_were(
    name: str, judged: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    compare(rendered(name, judged), GOLDEN / f"{name}-judged")


def test_files_of_a_retest_are_as_they_were(retested: dict[str, bytes]) -> None:
    compare(retested, GOLDEN / "retest")


def compare(files: dict[str, bytes], folder: Path) -> None:
    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        shutil.rmtree(folder, ignore_errors=True)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    golden = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(files) == golden
    for path, content in files.items():
        expected = (folder / path).read_bytes()
        assert _readable(content) == _readable(expected), path


def _readable(content: bytes) -> str | bytes:
    """Text where it is, so that pytest shows the difference."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_rendering_twice_gives_the_same(
    name: str, report: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    assert rendered(name, report) == rendered(name, report)
