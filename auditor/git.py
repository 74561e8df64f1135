"""What git says of a folder: which files changed since another branch, and which there are.

git is called without a shell, by hashes once a name is resolved; names of files come with NUL between them,
so that none can be taken for two, or for an option.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import UsageError
from auditor.limits import GIT_SECONDS

GONE = "D"  # https://git-scm.com/docs/git-diff: --name-status
DEEPER = (
    "Where CI cloned a part of the history, fetch all of it: `fetch-depth: 0` of actions/checkout on GitHub, "
    '`GIT_DEPTH: "0"` on GitLab.'
)


class GitFolder:
    """The working tree that a folder is in. Names of files are paths from that folder, with `/`."""

    def __init__(self, folder: Path) -> None:
        """Raises `UsageError` where git is missing, or the folder is in no repository."""
        self._from = folder.resolve()
        try:
            top = _git(self._from, "rev-parse", "--show-toplevel")
        except subprocess.CalledProcessError as error:
            raise UsageError(
                f"{folder.resolve()} is in no git repository that can be read ({_said(error)}). "
                "Name the changed files by --changed-files."
            ) from error
        self._top = Path(os.fsdecode(top.removesuffix(b"\n")))

    def changed_since(self, ref: str) -> dict[str, bool]:
        """Files that differ from where this branch left `ref`, by name; True: the file is gone.

        What is not committed yet counts, new files too, unless they are ignored. A file that was renamed is
        gone under its old name, and new under the other. Raises `UsageError`.
        """
        if not ref or ref.startswith("-"):
            raise UsageError(f"--changed-since {ref!r}: that is no branch, tag or commit.")
        try:
            other = self._line("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        except subprocess.CalledProcessError as error:
            raise UsageError(
                f"--changed-since: this repository has no branch, tag or commit {ref!r}. {DEEPER}"
            ) from error
        try:
            base = self._line("merge-base", "HEAD", other)
        except subprocess.CalledProcessError as error:
            raise UsageError(
                f"--changed-since: this branch and {ref!r} have no commit in common here. {DEEPER}"
            ) from error
        try:
            told = self._names("diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", base, "--")
            new = self._names("ls-files", "-z", "--others", "--exclude-standard")
        except subprocess.CalledProcessError as error:
            raise UsageError(f"git cannot tell what changed ({_said(error)}).") from error
        pairs = zip(told, told, strict=True)  # one iterator: a status, then its file
        return {self._name(name): status == GONE for status, name in pairs} | {
            self._name(name): False for name in new
        }

    def files(self) -> list[str]:
        """All files that git keeps. Raises `UsageError`."""
        try:
            return [self._name(name) for name in self._names("ls-files", "-z")]
        except subprocess.CalledProcessError as error:
            raise UsageError(f"git cannot list its files ({_said(error)}).") from error

    def _name(self, name: str) -> str:
        return Path(os.path.relpath(self._top / name, self._from)).as_posix()

    def _line(self, *arguments: str) -> str:
        return _git(self._top, *arguments).decode("ascii").strip()

    def _names(self, *arguments: str) -> Iterator[str]:
        return (os.fsdecode(name) for name in _git(self._top, *arguments).split(b"\0") if name)


def _git(folder: Path, *arguments: str) -> bytes:
    """Raises `subprocess.CalledProcessError`, and `UsageError` where there is no git, or it hangs."""
    try:
        return subprocess.run(  # noqa: S603 - a list, no shell
            ["git", "-c", "core.fsmonitor=false", *arguments],  # noqa: S607 - the user's own
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=True,
        ).stdout
    except FileNotFoundError as error:
        raise UsageError("--changed-since needs git, and there is none. Install it.") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git took longer than {GIT_SECONDS:g} seconds, and was stopped.") from error


def _said(error: subprocess.CalledProcessError) -> str:
    lines = os.fsdecode(error.stderr or b"").strip().splitlines()
    return ascii(lines[0][:200])[1:-1] if lines else f"exit code {error.returncode}"
