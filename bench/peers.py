"""Other programs that run axe over pages, as they come, where npm is there: pa11y-ci and axe's CLI.

They are installed into a folder of their own that goes with the measurement, without browsers: they drive the
Chromium of the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.trees import Tree, settle

SECONDS = 3600  # for one of them over all pages
CHROMIUM = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
NO_DOWNLOADS = {"PUPPETEER_SKIP_DOWNLOAD": "1", "CHROMEDRIVER_SKIP_DOWNLOAD": "1"}


def peers(urls: list[str]) -> Iterator[tuple[str, float | str]]:
    """Each by name: CPU seconds a page of its whole process tree, or why it was not measured."""
    npm = shutil.which("npm")
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if npm is None or browser is None:
        why = "not measured: there is no npm" if npm is None else "not measured: there is no Chromium"
        yield from (("pa11y-ci", why), ("@axe-core/cli", why))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, command in (("pa11y-ci", _pa11y), ("@axe-core/cli", _axe_cli)):
            asked = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", place, name]
            if subprocess.run(asked, env={**os.environ, **NO_DOWNLOADS}, capture_output=True).returncode:
                yield name, "not measured: npm does not install it here"
                continue
            yield name, _priced(command(folder, browser, urls), len(urls))


def _pa11y(folder: Path, browser: str, urls: list[str]) -> list[str] | str:
    launch = {"executablePath": browser, "args": ["--no-sandbox"]}
    defaults = {"runners": ["axe"], "standard": "WCAG2AA", "timeout": 120_000, "concurrency": 1}
    told = {"defaults": {**defaults, "chromeLaunchConfig": launch}, "urls": urls}
    (folder / "pa11y.json").write_text(json.dumps(told))
    return [str(folder / "node_modules/.bin/pa11y-ci"), "--config", str(folder / "pa11y.json"), "--json"]


def _axe_cli(folder: Path, browser: str, urls: list[str]) -> list[str] | str:
    driver = shutil.which("chromedriver")
    if driver is None:
        return "not measured: there is no chromedriver on the PATH"
    options = ["--chromedriver-path", driver, "--chrome-path", browser, "--chrome-options", "no-sandbox"]
    return [str(folder / "node_modules/.bin/axe"), *urls, *options]


def _priced(command: list[str] | str, pages: int) -> float | str:
    if isinstance(command, str):
        return command
    settle()
    with Tree() as tree, tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f"not measured: it took over {SECONDS} seconds"
        said.seek(0)
        last = said.read()[-300:].decode(errors="replace")
    # Both end with 1 or 2 where a page has faults.
    return tree.cpu / pages if done.returncode in (0, 1, 2) else f"not measured: it failed with {last!r}"
