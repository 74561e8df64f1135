"""What GitHub Actions shows beside a run: workflow commands, to be printed where GITHUB_ACTIONS is "true".

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; escaped as GitHub's own
toolkit does it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
"""

from collections.abc import Iterator

from auditor.formats import _figures
from auditor.formats._safe import visible
from auditor.formats._verdicts import Verdict, message, verdicts
from auditor.models import Report, Status

MOST = 10  # that GitHub shows of a kind in one step


def annotations(report: Report) -> Iterator[str]:
    """At most ten lines: confirmed problems that fail the build are errors, other new ones warnings."""
    told = [verdict for verdict in verdicts(report) if verdict.fails or verdict.status is Status.NEW]
    for verdict in sorted(told, key=lambda each: not each.fails)[:MOST]:
        yield _annotation(verdict, report)


def _annotation(verdict: Verdict, report: Report) -> str:
    text = message(verdict, report)
    if verdict.issue and (fix := _figures.rule_of(report, verdict.issue).fix):
        text += f" What to do: {visible(fix, 500)}"
    kind = "error" if verdict.fails else "warning"
    return f"::{kind} title={_property(verdict.title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
