"""What changed since another branch, by a real git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.git import GitFolder
from tests.repository import git, repository

HOSTILE = os.fsdecode(b"content/\xff two\nlines \x1b[31m.md")


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A branch beside `main`, on which the site in `site/` changed."""
    root = repository(tmp_path / "repository", {f"site/content/{name}.md": name for name in "abcd"})
    site = root / "site"
    git(root, "checkout", "-q", "-b", "branch")
    git(site, "mv", "content/a.md", "content/renamed.md")
    (site / "content" / "b.md").write_text("changed", encoding="utf-8")
    (site / HOSTILE).write_text("new", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", "On the branch")
    git(root, "checkout", "-q", "main")
    (site / "content" / "d.md").write_text("on main", encoding="utf-8")
    git(root, "commit", "-qam", "On main")
    git(root, "checkout", "-q", "branch")
    return site


def test_what_changed_since_a_branch_was_left(branch: Path) -> None:
    """By names from the site's folder: what main did since is none of it, what is not committed is."""
    (branch / "content" / "new.md").write_text("not added", encoding="utf-8")
    (branch.parent / "README").write_text("beside the site", encoding="utf-8")
    git(branch, "config", "diff.relative", "true")
    assert GitFolder(branch).changed_since("main") == {
        "content/a.md": True,
        "content/renamed.md": False,
        "content/b.md": False,
        HOSTILE: False,
        "content/new.md": False,
        "../README": False,
    }
    assert "content/c.md" in GitFolder(branch).files()


@pytest.mark.parametrize("ref", ["nowhere", "--output=owned", "-", "", "main..branch", "main:site"])
def test_what_is_no_commit_is_refused(branch: Path, ref: str) -> None:
    with pytest.raises(UsageError, match="no branch, tag or commit"):
        GitFolder(branch).changed_since(ref)
    assert not [*branch.rglob("owned")]


def test_a_shallow_clone_is_told_what_to_do(branch: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    origin = f"file://{branch.parent}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", origin, clone], check=True)
    with pytest.raises(UsageError, match="fetch-depth: 0"):
        GitFolder(clone).changed_since("origin/main")
    git(clone, "fetch", "-q", "--depth", "1", "origin", "main:main")
    with pytest.raises(UsageError, match=r"no commit in common here.*fetch-depth: 0"):
        GitFolder(clone).changed_since("main")


def test_a_folder_in_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is in no git repository.*--changed-files"):
        GitFolder(tmp_path)
