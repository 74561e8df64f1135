"""Commands that are forked say and do what `python -m auditor` does."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

CONFIG = '[[site]]\nid = "town"\nurl = "https://town.example/"\n'


@pytest.mark.parametrize("arguments", [("sites", "list"), ("audit", "--no-such-option"), ("store", "check")])
def test_it_is_the_command(command: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "sites.toml").write_text(CONFIG, encoding="utf-8")
    forked = command.run(tmp_path, *arguments)
    started = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=tmp_path,
        env=command.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    told = (forked.returncode, forked.stdout, forked.stderr)
    assert told == (started.returncode, started.stdout, started.stderr)
    assert forked.stdout or forked.stderr


def test_it_gets_its_standard_input_and_its_time_is_bounded(
    command: Any, site_server: Any, tmp_path: Path
) -> None:
    over = threading.Event()

    def never_in_time(_: object) -> tuple[int, dict[str, str], bytes]:
        over.wait(60)
        return 404, {}, b""

    site = site_server({"/robots.txt": never_in_time})
    with pytest.raises(subprocess.TimeoutExpired):
        command.run(tmp_path, "audit", "--urls", "-", "--internal", stdin=f"{site.origin}/\n", seconds=20)
    over.set()
    assert site.hits("/robots.txt")
    assert command.run(tmp_path, "--version").returncode == 0
