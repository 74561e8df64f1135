"""Accuracy over published test cases: the production pipeline beside axe's own rules, in one run.

The cases are not ours and are not copied: FOLDER holds them, with a `score.py` that serves and scores them
(`server()`, `cases()`, `score(findings)`), as docs/rules.md says.

    python -m bench.accuracy FOLDER
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import auditor
from auditor.models import Finding, Kind, Report, Site, UrlOutcome

STANDARD = "wcag22aaa"  # some of the cases are of level AAA
CONCURRENCY = 4  # most of the time a driven page is only watched


def scorer(folder: Path) -> ModuleType:
    file = folder / "score.py"
    spec = importlib.util.spec_from_file_location("score", file)
    if spec is None or spec.loader is None or not file.is_file():
        sys.exit(f"{file}: there is no such file. Give the folder of the cases: make accuracy CASES=FOLDER")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def audited(urls: list[str]) -> Report:
    site = Site(
        id="cases",
        name="Cases",
        urls=tuple(urls),
        internal=True,
        delay=0.0,
        concurrency=CONCURRENCY,
        follow_links=False,
        max_pages=len(urls),
        robots="ignore",
        standard=STANDARD,
    )
    folder = tempfile.mkdtemp()
    return auditor.audit(site, store=f"sqlite:///{folder}/cases.db", sandbox=False)


def findings(
    report: Report, origin: str, chosen: Callable[[Finding], bool]
) -> dict[str, list[dict[str, Any]]]:
    """By path, as `score` takes them; advice fails nothing."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in report.findings():
        if each.kind is Kind.FAILURE and chosen(each):
            found[each.url.removeprefix(origin)].append(
                {
                    "rule": each.rule,
                    "outcome": each.outcome.value,
                    "wcag": list(each.wcag),
                    "act": list(each.act),
                }
            )
    return found


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.accuracy FOLDER")
    score = scorer(Path(sys.argv[1]).resolve())
    paths = list(dict.fromkeys(case["path"] for case in score.cases()))
    with score.server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_port}"
        report = audited([origin + path for path in paths])
        server.shutdown()
    visits = list(report.visits())
    judged = sum(visit.outcome is UrlOutcome.AUDITED for visit in visits)
    print(f"{judged} of {len(paths)} cases were audited; the others count as nothing found:")
    for visit in visits:
        if visit.outcome is not UrlOutcome.AUDITED:
            print(f"  {visit.outcome}: {visit.url.removeprefix(origin)}: {visit.reason}"[:200])
    axe = {key for key, rule in report.rules.items() if rule.engine == "axe"}
    print(f"\nAgainst {STANDARD}: axe alone ({len(axe)} rules)")
    score.score(findings(report, origin, lambda each: each.rule in axe))
    print(f"\nall rules ({len(report.rules)})")
    score.score(findings(report, origin, lambda each: True))


if __name__ == "__main__":
    main()
