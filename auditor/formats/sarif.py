"""`report.sarif`: SARIF 2.1.0, for code scanning and every other tool that reads it.

A result is a confirmed problem. Where SARIF and GitHub's code scanning part, the file is what both take
(https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support):

- Pages are relative to their origin, which `originalUriBaseIds` gives: code scanning refuses a file that has
  a web address for a location, and the same page of a preview on another host stays the same.
- Code scanning reads neither `kind` nor `baselineState`: an open question or a fixed problem ("absent") would
  be shown as an alert, so they are left out. What was not seen because its pages were not audited stays in:
  it would be closed as fixed.
- It knows a result again by `primaryLocationLineHash` alone: that is the issue's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from auditor import wcag
from auditor.formats import _figures, _words
from auditor.formats._markdown import prose
from auditor.formats._safe import visible, web_address
from auditor.formats._verdicts import Verdict, message, not_audited, verdicts, within_site
from auditor.models import Confidence, Finding, Impact, KnownIssue, Report, Rule, Status, Tier

RESULTS = 25_000  # more, and code scanning refuses the file; the worst come first
NOTIFICATIONS = 100
_TAGS = 10  # of a rule that code scanning shows
_TEXT = 1_000  # characters of a description; it holds 1,024

_LEVELS = {
    Impact.CRITICAL: "error",
    Impact.SERIOUS: "error",
    Impact.MODERATE: "warning",
    Impact.MINOR: "note",
    None: "warning",
}
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `report.sarif`; in ASCII."""
    yield "report.sarif", _chunks(report)


def _chunks(report: Report) -> Iterator[bytes]:
    told = tuple(islice((v for v in verdicts(report) if v.status is not Status.FIXED), RESULTS))
    rules = {v.told.rule: _rule_of(report, v) for v in told} | dict(report.rules)
    index = {rule: place for place, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Council auditor",
                "version": visible(report.run.versions.get("auditor", "unknown"), 100),
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "automationDetails": {"id": f"accessibility/{visible(report.site.id, 100)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": _bases(told),
        "invocations": [_invocation(report)],
    }
    yield f'{{"$schema": {_dump(_SCHEMA)}, "version": "2.1.0", "runs": [{_dump(run)[:-1]}'.encode()
    separator = ', "results": [\n'
    for verdict in told:
        yield (separator + _dump(_result(verdict, report, index))).encode()
        separator = ",\n"
    yield b"\n]}]}\n" if told else b', "results": []}]}\n'


def _dump(value: object) -> str:
    return json.dumps(value, allow_nan=False)


def _rule_of(report: Report, verdict: Verdict) -> Rule:
    if verdict.issue:
        return _figures.rule_of(report, verdict.issue)
    told = verdict.told
    assert isinstance(told, KnownIssue)
    return report.rules.get(told.rule) or _figures.unknown_rule(told.rule, told.title, told.impact)


def _rule(rule: Rule) -> dict[str, Any]:
    level = _LEVELS[rule.impact]
    criteria = [found for num in rule.wcag if (found := _figures.criterion(num))]
    told = {
        "id": visible(rule.id, 200),
        "shortDescription": {"text": _text(rule.title)},
        "fullDescription": {"text": _text(rule.why or rule.title)},
        "help": {"text": "\n\n".join(_help(rule, _text)), "markdown": "\n\n".join(_help(rule, prose))},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["accessibility", *_tags(criteria, rule)][:_TAGS],
            "problem.severity": _PROBLEM[level],
            "precision": "medium" if rule.confidence is Confidence.MEDIUM else "high",
        },
    }
    if more := web_address(rule.help_url) or next((found.url for found in criteria), None):
        told["helpUri"] = more
    return told


def _help(rule: Rule, shown: Any) -> Iterator[str]:
    yield f"Why it matters: {shown(rule.why or rule.title, _TEXT)}"
    if rule.who:
        yield f"Who is affected: {'; '.join(shown(each, _TEXT) for each in _figures.group_names(rule))}"
    if rule.fix:
        yield f"What to do: {shown(rule.fix, _TEXT)}"
    if rule.limits:
        yield f"What the rule cannot tell: {shown(rule.limits, _TEXT)}"


def _tags(criteria: Iterable[wcag.Criterion], rule: Rule) -> Iterator[str]:
    for each in criteria:
        yield f"WCAG {each.num} {each.name}"
        if clause := each.clause(of_documents=rule.of_documents):
            yield f"EN 301 549 {clause}"


def _text(text: str, limit: int = _TEXT) -> str:
    """`text` for a SARIF message, in which `[words](target)` would be a link (SARIF 2.1.0, 3.11.6)."""
    return visible(text, limit - 50).replace("](", "] (") or "–"


def _bases(told: Iterable[Verdict]) -> dict[str, Any]:
    found = {within_site(page)[0] for verdict in told for page in verdict.pages}
    return {origin: {"uri": f"{origin}/"} for origin in sorted(filter(None, found))}


def _invocation(report: Report) -> dict[str, Any]:
    """Whether all was judged, and what was not."""
    reasons = _figures.why_incomplete(report)
    notes = [_note("error", reason) for reason in ((_figures.judged_of(report), *reasons) if reasons else ())]
    for rule, pages in _figures.rule_errors(report).items():
        notes.append(_note("error", f"The rule {rule} broke down on {_words.count(pages, 'page')}."))
    for visit in not_audited(report):
        if len(notes) >= NOTIFICATIONS:
            break
        notes.append(_note("warning", f"Not audited: {visible(visit.url, 300)}: {visit.reason}"))
    run = report.run
    told = {
        "executionSuccessful": not reasons,
        "startTimeUtc": f"{run.started:%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": notes[:NOTIFICATIONS],
    }
    if run.finished:
        told["endTimeUtc"] = f"{run.finished:%Y-%m-%dT%H:%M:%SZ}"
    return told


def _note(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _text(text)}}


def _result(verdict: Verdict, report: Report, index: Mapping[str, int]) -> dict[str, Any]:
    told = verdict.told
    result: dict[str, Any] = {
        "ruleId": visible(told.rule, 200),
        "ruleIndex": index[told.rule],
        "level": _LEVELS[told.impact],
        "message": {"text": _text(message(verdict, report), 2_000)},
        "locations": list(_locations(verdict, report)),
        "partialFingerprints": {"primaryLocationLineHash": visible(told.id, 200)},
    }
    if verdict.issue:
        result["occurrenceCount"] = max(1, verdict.issue.places)
    if verdict.change:
        result["baselineState"] = _state(verdict)
    if report.gate:
        result["suppressions"] = list(_suppressions(verdict))
    return result


def _state(verdict: Verdict) -> str:
    if verdict.status in (Status.NEW, Status.FIRST_JUDGED):
        return "new"
    assert verdict.change
    return "updated" if verdict.change.tier not in (None, Tier.EXACT) else "unchanged"


def _suppressions(verdict: Verdict) -> Iterator[dict[str, Any]]:
    if verdict.waiver:
        yield {"kind": "external", "status": "accepted", "justification": _text(verdict.why)}


def _locations(verdict: Verdict, report: Report) -> Iterator[dict[str, Any]]:
    """At least one and at most ten, which is what code scanning takes."""
    if verdict.issue and verdict.issue.examples:
        for example in verdict.issue.examples[:10]:
            yield _location(example.url, example)
    else:
        for page in (verdict.pages or report.site.urls)[:10]:
            yield _location(page)


def _location(page: str, example: Finding | None = None) -> dict[str, Any]:
    origin, path = within_site(page)
    region: dict[str, Any] = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    artifact = {"uri": path} | ({"uriBaseId": origin} if origin else {})
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if example:
        region["snippet"] = {"text": visible(example.excerpt, 500)}
        element = " >>> ".join((*example.frame, example.selector))
        location["logicalLocations"] = [{"fullyQualifiedName": visible(element, 500), "kind": "element"}]
        location["message"] = {"text": _text(example.message, 500)}
    return location
