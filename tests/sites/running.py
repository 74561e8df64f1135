"""One run of the real command over a test site, and what it said."""

from __future__ import annotations

import functools
import json
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.urls import identity

CONFIG = """
[[site]]
id = "town"
name = "Town council"
url = "{origin}/"
"""
FORMATS = ("json", "text", "html")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of a run."""

    origin: str
    folder: Path
    done: subprocess.CompletedProcess[str]
    seconds: float
    report: Mapping[str, Any]
    sorted: dict[str, dict[str | None, list[Mapping[str, Any]]]] = field(default_factory=dict)

    @functools.cached_property
    def ledger(self) -> dict[str | None, Mapping[str, Any]]:
        """The visits by the URLs' identities."""
        return {identity(visit["url"]): visit for visit in self.report["visits"]}

    def visit(self, path: str) -> Mapping[str, Any] | None:
        return self.ledger.get(identity(self.origin + path))

    def finds(self, path: str) -> dict[str, int]:
        """Rule -> confirmed failures of one page, the true count where not all of them are listed."""
        failures = [f for f in self.of("findings", path) if f["outcome"] == "failed" and f["wcag"]]
        listed = Counter(finding["rule"] for finding in failures)
        more = {c["rule"]: c["places"] for c in self.of("capped", path) if c["outcome"] == "failed"}
        return {**listed, **{rule: places for rule, places in more.items() if rule in listed}}

    def of(self, part: str, path: str) -> list[Mapping[str, Any]]:
        """What a part of the report, such as "findings", says of one page."""
        return self._by_page(part).get(identity(self.origin + path), [])

    def _by_page(self, part: str) -> dict[str | None, list[Mapping[str, Any]]]:
        if part not in self.sorted:
            by_page = self.sorted[part] = defaultdict(list)
            for entry in self.report[part]:
                by_page[identity(entry["url"])].append(entry)
        return self.sorted[part]


def run(command: Any, folder: Path, origin: str, *, seconds: float, **settings: object) -> Ran:
    """`auditor audit` with these settings of the site; it must end within `seconds`."""
    alone = {
        "documents": "list",
        "statement": False,
        "plain_pages": 0,
    }  # what is asked for beside pages has tests of its own
    settings = {"internal": True, "delay": 0, "concurrency": 2, **alone, **settings}
    more = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    (folder / "sites.toml").write_text(CONFIG.format(origin=origin) + more, encoding="utf-8")
    formats = [word for name in FORMATS for word in ("--format", name)]
    began = time.monotonic()
    done = command.run(folder, "audit", "town", *formats, "--output", "out", seconds=seconds)
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    report = json.loads((folder / "out/report.json").read_text(encoding="utf-8"))
    return Ran(origin=origin, folder=folder, done=done, seconds=time.monotonic() - began, report=report)
