"""Files that a user names or that stand where a report goes: links are not followed, sizes are bounded."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import common
from auditor.errors import UsageError
from auditor.limits import CONFIG_BYTES, MB, URL_LIST_BYTES
from auditor.models import RunState, Site
from auditor.store import Store

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def again(tmp_path: Path, command: Any) -> Callable[..., Done]:
    """Writes the report of a store's only run."""
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    run = store.start_run(Site(id="a", name="A", urls=("http://a.example/",)), versions={}, rules=[])
    store.end_run(run, RunState.DONE)
    store.close()
    return lambda *arguments: command.run(tmp_path, "report", *arguments)


@pytest.mark.parametrize("name", ["report.json", ".auditor-files"])
@pytest.mark.parametrize("there", [True, False])
def test_a_report_is_not_written_through_a_link(
    tmp_path: Path, again: Callable[..., Done], name: str, there: bool
) -> None:
    target = tmp_path / "precious"
    if there:
        target.write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(target)
    done = again("--format", "json", "--output", "out")
    assert done.returncode == 2, done.stderr
    assert done.stderr == (
        f"auditor: out/{name} is a symbolic link, and no report is written through one. "
        "Remove it, or name another --output.\n"
    )
    assert target.exists() is there
    assert not there or target.read_text() == "mine"


def test_a_link_that_comes_in_between_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "report.json").symlink_to(tmp_path / "precious")
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)
    with pytest.raises(OSError, match="symbolic link"):
        common.new_file(tmp_path / "report.json")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_folder_of_a_report_that_is_a_link_is_refused_and_the_users_own_is_not(
    tmp_path: Path, again: Callable[..., Done]
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    done = again("--format", "json", "--output", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "real/report.json").exists()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/kept").write_text("mine")
    (tmp_path / "real/sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="real/sub is a symbolic link"):
        common._refuse_links(tmp_path / "real/sub/page.html", tmp_path / "real")
    (tmp_path / "real/.auditor-files").write_text("sub/kept\n")
    assert again("--format", "json", "--output", "out").returncode == 2
    assert (tmp_path / "elsewhere/kept").exists(), "a list of stale files leads nowhere else"


def test_a_pdf_is_printed_beside_the_other_formats(tmp_path: Path, again: Callable[..., Done]) -> None:
    done = again("--format", "pdf", "--format", "tickets", "--output", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/report.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "out/.auditor-files").read_text() == "tickets/index.md\nreport.pdf\n"


def large(file: Path, size: int) -> Path:
    with file.open("wb") as opened:
        opened.truncate(size)
    return file


def test_too_large_a_configuration(tmp_path: Path, command: Any) -> None:
    large(tmp_path / "sites.toml", 6 * MB)
    for arguments in (("sites",), ("audit",), ("status",)):
        done: Done = command.run(tmp_path, *arguments)
        assert done.returncode == 2
        assert done.stderr == (
            f"auditor: sites.toml is too large: {6 * MB:,} bytes or more, and at most {CONFIG_BYTES:,} "
            "are read. Divide it into several.\n"
        )
    assert command.run(tmp_path, "sites", "--config", "/dev/zero").returncode == 2


def test_too_large_a_list_of_pages(tmp_path: Path, command: Any) -> None:
    large(tmp_path / "pages.txt", 60 * MB)
    done: Done = command.run(tmp_path, "audit", "--urls", "pages.txt")
    assert done.returncode == 2
    assert f"pages.txt is too large: {60 * MB:,} bytes" in done.stderr
    assert f"at most {URL_LIST_BYTES:,} are read" in done.stderr
    done = command.run(tmp_path, "audit", "--urls", "-", stdin="x" * (URL_LIST_BYTES + 10))
    assert done.returncode == 2
    assert "<stdin> is too large" in done.stderr


def test_a_list_of_pages_that_is_no_text(tmp_path: Path, command: Any) -> None:
    (tmp_path / "pages.txt").write_bytes(b"https://a.example/\xff\n")
    done: Done = command.run(tmp_path, "audit", "--urls", "pages.txt")
    assert done.returncode == 2
    assert "pages.txt is no text in UTF-8" in done.stderr
