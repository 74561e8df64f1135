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


@pytest.mark.parametrize(
    "name", sorted(FORMATS.keys() - {"xlsx"})
)  # its bytes are the library's: test_xlsx.py
def test_files_are_as_they_were(
    name: str, report: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    compare(rendered(name, report), GOLDEN / name)


@pytest.mark.parametrize("name", CI)
def test_files_of_a_judged_audit_are_as_they_were(
    name: str, judged: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    compare(rendered(name, judged), GOLDEN / f"{name}-judged")


@pytest.mark.parametrize("name", ["csv", "html", "json", "text"])
def test_files_with_what_people_found_are_as_they_were(
    name: str, report: Report, peopled: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    """Those that it changes; of HTML those that it changes most."""
    before = rendered(name, report)
    files = {
        path: content for path, content in rendered(name, peopled).items() if before.get(path) != content
    }
    if name == "html":
        named = [
            path
            for path, content in files.items()
            if b"green button" in content and path[:6] in ("issues", "pages/")
        ]
        assert len(named) == 3, "the problem's own page, and those of the two pages that it is on"
        files = {path: files[path] for path in ("people.html", "index.html", *named)}
    compare(files, GOLDEN / f"{name}-people")


@pytest.mark.parametrize("name", [*CI, "earl"])
def test_programs_are_told_what_rules_found_alone(
    name: str, report: Report, peopled: Report, rendered: Callable[[str, Report], dict[str, bytes]]
) -> None:
    assert rendered(name, peopled) == rendered(name, report)


def test_files_of_a_retest_are_as_they_were(retested: dict[str, bytes]) -> None:
    compare(retested, GOLDEN / "retest")


def compare(files: dict[str, bytes], folder: Path) -> None:
    files = {
        path: content for path, content in files.items() if path != "report.css"
    }  # a file of ours, as it is
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
