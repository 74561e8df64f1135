"""`gl-code-quality-report.json` for GitLab's code quality: a merge request shows what came and what went.

GitLab compares the file with that of the target branch by `fingerprint`, so what was not seen because its
pages were not audited stays in: it would be shown as resolved. The form:
https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.formats._safe import visible
from auditor.formats._verdicts import Verdict, message, verdicts, within_site
from auditor.models import Impact, Report, Status

_SEVERITY = {
    Impact.CRITICAL: "critical",
    Impact.SERIOUS: "major",
    Impact.MODERATE: "minor",
    Impact.MINOR: "info",
    None: "info",
}


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `gl-code-quality-report.json`; without a byte order mark, which GitLab refuses."""
    yield "gl-code-quality-report.json", _chunks(report)


def _chunks(report: Report) -> Iterator[bytes]:
    separator = "[\n"
    for verdict in verdicts(report):
        if verdict.status is not Status.FIXED:
            yield (separator + json.dumps(_degradation(verdict, report))).encode()
            separator = ",\n"
    yield b"[]\n" if separator == "[\n" else b"\n]\n"


def _degradation(verdict: Verdict, report: Report) -> dict[str, Any]:
    page = verdict.pages[0] if verdict.pages else report.site.urls[0]
    return {
        "description": message(verdict, report),
        "check_name": visible(verdict.told.rule, 100),
        "fingerprint": visible(verdict.told.id, 200),
        "severity": _SEVERITY[verdict.told.impact],
        "location": {"path": within_site(page)[1], "lines": {"begin": 1}},  # a page has no line of source
    }
