"""`report.junit.xml` for the test views of GitHub, GitLab, Jenkins and Azure: a confirmed problem is a test.

What does not fail the build is `skipped` with the reason, not passed: a problem that is there has not passed,
GitLab shows no word of a passed test, and all four count skipped ones apart. What was fixed has passed. What
was not judged is an `error`, so that an audit that could not open its pages never looks green.

The elements and attributes are those of junit-10.xsd of the Jenkins xUnit plugin. GitLab shows an element's
text and the others its `message`, so both are given. It takes tests of one name for one, so the name ends
with what identifies the issue (https://docs.gitlab.com/ci/testing/unit_test_reports/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from auditor.formats import _figures, _words
from auditor.formats._safe import visible
from auditor.formats._verdicts import Verdict, message, not_audited, verdicts
from auditor.models import Report, Status

PAGES = 1_000  # of those not audited; GitLab reads no file of more than 250,000 elements and attributes


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """One file, `report.junit.xml`."""
    yield "report.junit.xml", _chunks(report)


def _chunks(report: Report) -> Iterator[bytes]:
    name = f"Accessibility of {visible(report.site.name, 200)}"
    suite = Element("testsuite", name=name, timestamp=f"{report.run.started:%Y-%m-%dT%H:%M:%S}")
    _audit(suite, report)
    _gate(suite, report)
    for verdict in verdicts(report):
        _problem(suite, verdict, report)
    suite.set("tests", str(len(suite)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(1 for _ in suite.iter(tag))))
    suites = Element("testsuites", {k: suite.get(k, "") for k in ("tests", "failures", "errors")}, name=name)
    suites.append(suite)
    indent(suites)
    yield b'<?xml version="1.0" encoding="utf-8"?>\n'
    yield tostring(suites, encoding="utf-8") + b"\n"


def _case(
    suite: Element, rule: str, name: str, outcome: str, why: str, told: str = "", kind: str = ""
) -> None:
    """A test; `outcome` is the element that says how it went, "" where it passed. Texts are visible ones."""
    case = SubElement(suite, "testcase", classname=rule, name=name)
    if outcome:
        result = SubElement(case, outcome, message=why)
        result.text = told or why
        if kind:
            result.set("type", kind)


def _audit(suite: Element, report: Report) -> None:
    """Whether all was judged: one test always, and one for each page and rule that was not."""
    reasons = _figures.why_incomplete(report)
    why = f"Incomplete: {_figures.judged_of(report)}"
    _case(
        suite, "audit", "The audit is complete", "error" if reasons else "", why, "\n".join((why, *reasons))
    )
    missing = not_audited(report)
    for visit in islice(missing, PAGES):
        why = _figures.sentence(visit.reason) or "No reason was recorded."
        _case(suite, "page", f"Audited: {visible(visit.url, 500)}", "error", f"Not audited: {why}")
    if more := sum(1 for _ in missing):
        _case(suite, "page", "Audited: more pages", "error", f"{more:,} more pages were not audited.")
    for rule, pages in _figures.rule_errors(report).items():
        shown = visible(rule, 100)
        why = f"The rule broke down on {_words.count(pages, 'page')}, which it did not judge."
        _case(suite, shown, f"The rule {shown} judges its pages", "error", why)


def _gate(suite: Element, report: Report) -> None:
    """What fails the gate and is no problem of a page, such as too small a coverage."""
    for failure in report.gate.failures if report.gate else ():
        if not failure.issues:
            why = f"{visible(failure.sentence, 1_000)} {visible(failure.remedy, 1_000)}"
            _case(suite, "gate", f"The gate: {visible(failure.setting, 100)}", "failure", why, kind="gate")


def _problem(suite: Element, verdict: Verdict, report: Report) -> None:
    issue = verdict.told
    where = f" – {verdict.where}" if verdict.where else ""
    name = f"{verdict.title}{where} [{visible(issue.id, 100).rpartition('-')[2]}]"
    rule = visible(issue.rule, 100)
    if verdict.status is Status.FIXED:
        _case(suite, rule, name, "", "")
    elif verdict.fails:
        told = "\n".join(_told(verdict, report))
        kind = _words.IMPACTS[issue.impact][0].lower()
        _case(suite, rule, name, "failure", message(verdict, report), told, kind)
    else:
        _case(suite, rule, name, "skipped", verdict.why, message(verdict, report))


def _told(verdict: Verdict, report: Report) -> Iterator[str]:
    yield message(verdict, report)
    issue = verdict.issue
    if issue is None:
        return
    rule = _figures.rule_of(report, issue)
    yield f"Impact: {_words.IMPACTS[issue.impact][0]}"
    if rule.who:
        yield f"Affects: {'; '.join(_figures.group_names(rule))}"
    if rule.fix:
        yield f"What to do: {visible(rule.fix, 1_000)}"
    if issue.wcag:
        yield f"WCAG: {visible(', '.join(issue.wcag), 200)}"
    for example in issue.examples:
        yield f"{visible(example.url, 500)}: {visible(example.selector, 300)}"
        yield f"    {visible(example.excerpt, 500)}"
        yield f"    {visible(example.message, 500)}"
