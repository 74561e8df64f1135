"""EARL 1.0 in JSON-LD (https://www.w3.org/TR/EARL10-Schema/), two files.

`report.earl.jsonld` is an evaluation after WCAG-EM, which the W3C's WCAG-EM Report Tool opens
(https://github.com/w3c/wai-wcag-em-report-tool): the scope, a sample of pages, and an assertion for each
criterion on the website. More assertions, on pages, stand outside of the evaluation: the tool takes them up
with "Import data", for the pages that are in its sample. No criterion is ever passed here, nor inapplicable:
rules judge a part of it, so what they found nothing for is untested.

`report-rules.earl.jsonld` is for other programs: what each rule said of each page. Only a rule passes.

The tool's import decides about some names. It knows criteria of WCAG 2.2 by "WCAG22:", written out, though
its context has no such prefix; so ours has none either. It breaks at an assertion in the evaluation whose
test is no criterion, and it shows descriptions as Markdown.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from typing import Any
from urllib.parse import quote

from auditor import wcag
from auditor.formats import _figures, _words
from auditor.formats._markdown import code, page, prose
from auditor.formats._safe import visible, web_address
from auditor.models import Finding, Kind, Outcome, Report, Rule, RuleResult, UrlOutcome

SAMPLE = 50  # pages in the evaluation's sample: representatives of the templates where pages were driven
ISSUES = 10  # issues named in the description of a criterion
_CHUNK = 64 * 1024

_PROGRAM = "urn:council-auditor:program"
_AUTOMATIC = "earl:automatic"
_OUTCOMES = {  # the worst first: what one element failed, the page failed
    Outcome.FAILED: "earl:failed",
    Outcome.CANT_TELL: "earl:cantTell",
    Outcome.ERROR: "earl:untested",
    Outcome.UNTESTED: "earl:untested",
    Outcome.PASSED: "earl:passed",
    Outcome.INAPPLICABLE: "earl:inapplicable",
}
_WORST = list(_OUTCOMES)
_OF_CRITERION = {"failure": "earl:failed", "person": "earl:cantTell"}  # by verdict; every other is untested
_ACT_ID = re.compile(r"[a-z0-9]{6}")
_NO_IRI = re.compile(r"[{}|^`\[\]\x00-\x20]")
_REFERENCE = {"@type": "@id"}

_CONTEXT: dict[str, Any] = {
    "earl": "http://www.w3.org/ns/earl#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "http://schema.org/",
    "wcagem": "http://www.w3.org/TR/WCAG-EM/#",
    "WAI": "http://www.w3.org/WAI/",
    "WCAG21": "http://www.w3.org/TR/WCAG21/#",
    "id": "@id",
    "type": "@type",
    "Assertion": "earl:Assertion",
    "Software": "earl:Software",
    "TestCase": "earl:TestCase",
    "TestCriterion": "earl:TestCriterion",
    "TestRequirement": "earl:TestRequirement",
    "TestResult": "earl:TestResult",
    "TestSubject": "earl:TestSubject",
    "assertedBy": {"@id": "earl:assertedBy"} | _REFERENCE,
    "mode": {"@id": "earl:mode"} | _REFERENCE,
    "outcome": {"@id": "earl:outcome"} | _REFERENCE,
    "result": "earl:result",
    "subject": {"@id": "earl:subject"} | _REFERENCE,
    "test": {"@id": "earl:test"} | _REFERENCE,
    "date": {"@id": "dcterms:date", "@type": "http://www.w3.org/TR/NOTE-datetime"},
    "description": "dcterms:description",
    "isPartOf": {"@id": "dcterms:isPartOf"} | _REFERENCE,
    "name": "schema:name",
    "relation": {"@id": "dcterms:relation"} | _REFERENCE,
    "summary": "dcterms:summary",
    "title": "dcterms:title",
    "Evaluation": "wcagem:procedure",
    "Webpage": "wcagem:webpage",
    "Website": "wcagem:website",
    "auditSample": "wcagem:step4",
    "conformanceTarget": "wcagem:step1b",
    "defineScope": "wcagem:step1",
    "evaluationSpecifics": "wcagem:step5b",
    "evaluator": "wcagem:evaluator",
    "randomSample": {"@id": "wcagem:step3b"} | _REFERENCE,
    "reportFindings": "wcagem:step5",
    "scope": "wcagem:step1a",
    "selectSample": "wcagem:step3",
    "structuredSample": {"@id": "wcagem:step3a"} | _REFERENCE,
    "wcagVersion": "WAI:standards-guidelines/wcag/#versions",
}

Node = dict[str, Any]


def render(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Both files, in chunks; in ASCII. What rules found alone: what people found has other asserters."""
    report = report.by_rules
    yield "report.earl.jsonld", _chunks(_evaluation_graph(report))
    yield "report-rules.earl.jsonld", _chunks(_rules_graph(report))


def _evaluation_graph(report: Report) -> Iterator[Node]:
    yield _program(report)
    yield _website(report)
    yield from (_criterion(report, result.criterion) for result in _figures.criteria(report))
    yield from _pages(report)
    yield _evaluation(report)
    yield from _on_pages(report)


def _rules_graph(report: Report) -> Iterator[Node]:
    yield _program(report)
    yield from (_rule(rule) for _, rule in sorted(report.rules.items()))
    yield from _pages(report)
    for (url, rule), rows in groupby(report.rule_results(), key=lambda each: (each[0], each[1].rule)):
        worst = min((result for _, result in rows), key=lambda result: _WORST.index(result.outcome))
        yield _assertion(_page_iri(url), _rule_iri(rule, report.rules.get(rule)), *_said(worst))


def _said(result: RuleResult) -> tuple[str, str]:
    """Outcome and description of what a rule said of a page."""
    outcome = _OUTCOMES[result.outcome]
    if result.outcome is Outcome.ERROR:
        return outcome, f"The rule broke down: {prose(result.error or '') or 'no cause was recorded'}"
    if result.outcome is Outcome.UNTESTED:
        return outcome, "The rule did not judge this page."
    return outcome, f"In {_words.count(result.places, 'place')}." if result.places else ""


def _assertion(subject: str, test: str, outcome: str, description: str) -> Node:
    result = {"type": "TestResult", "outcome": outcome}
    return {
        "type": "Assertion",
        "assertedBy": _PROGRAM,
        "mode": _AUTOMATIC,
        "subject": subject,
        "test": test,
        "result": result | ({"description": description} if description else {}),
    }


def _program(report: Report) -> Node:
    versions = report.run.versions
    name = f"Council auditor {visible(versions.get('auditor', ''), 50)}".strip()
    others = (f"{tool} {visible(version, 100)}" for tool, version in sorted(versions.items()))
    return {
        "id": _PROGRAM,
        "type": "Software",
        "title": name,
        "name": name,
        "description": ", ".join(others),
    }


def _website_iri(report: Report) -> str:
    return f"urn:council-auditor:website:{quote(visible(report.site.id, 200), safe='')}"


def _website(report: Report) -> Node:
    starts = ", ".join(visible(url, 300) for url in report.site.urls[:10])
    return {
        "id": _website_iri(report),
        "type": ["TestSubject", "Website"],
        "title": visible(report.site.name, 200),
        "description": f"Web pages found from {starts}. {_figures.judged_of(report)}",
    }


def _pages(report: Report) -> Iterator[Node]:
    in_part = _figures.in_part(report)
    for visit in report.visits():
        if visit.outcome is UrlOutcome.AUDITED:
            some = {"summary": "A frame or a state of it was not judged."} if visit.url in in_part else {}
            yield some | {
                "id": _page_iri(visit.url),
                "type": ["TestSubject", "Webpage"],
                "title": visible(visit.title or "", 300),
                "description": visible(visit.url, 2_000),  # by which the tool knows a page again
            }


def _page_iri(url: str) -> str:
    """The page's address where it may be one; else a name for it."""
    if web_address(url):
        return _NO_IRI.sub(lambda found: quote(found[0]), url)
    return f"urn:council-auditor:page:{hashlib.sha256(url.encode(errors='replace')).hexdigest()[:16]}"


def _criterion(report: Report, criterion: wcag.Criterion) -> Node:
    return {
        "id": _criterion_iri(report, criterion),
        "type": ["TestCriterion", "TestRequirement"],
        "title": f"{criterion.num} {criterion.name}",
        "relation": criterion.url,
    }


def _criterion_iri(report: Report, criterion: wcag.Criterion) -> str:
    return f"{'WCAG22' if report.site.standard.startswith('wcag22') else 'WCAG21'}:{criterion.slug}"


def _rule_iri(id: str, rule: Rule | None) -> str:
    told = web_address(rule.help_url) if rule else None
    return _NO_IRI.sub("", told) if told else f"urn:council-auditor:rule:{quote(visible(id, 200), safe='')}"


def _rule(rule: Rule) -> Node:
    criteria = [found for num in rule.wcag if (found := _figures.criterion(num))]
    acts = [each for each in rule.act if _ACT_ID.fullmatch(each)]
    return {
        "id": _rule_iri(rule.id, rule),
        "type": ["TestCriterion", "TestCase"],
        "title": visible(rule.title, 300),
        "name": visible(rule.id, 200),
        "description": prose(rule.why),
        "isPartOf": [f"https://www.w3.org/TR/WCAG22/#{each.slug}" for each in criteria],
        "relation": [f"https://www.w3.org/WAI/standards-guidelines/act/rules/{act}/" for act in acts],
    }


def _evaluation(report: Report) -> Node:
    run = report.run
    driven = report.driven_pages()
    audited = [visit.url for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED]
    by_chance = {page.url for page in report.sample.of("random")} if report.sample else set()
    drawn = [url for url in audited if url in by_chance]
    sample: Iterable[str] = islice(dict.fromkeys(chain(driven, audited)), SAMPLE)
    if report.sample:
        sample = [url for url in audited if url not in by_chance]
    told = (
        _figures.judged_of(report),
        *_figures.why_incomplete(report),
        _figures.driven_of(report),
        _figures.CAUTION,
    )
    return {
        "type": "Evaluation",
        "defineScope": {
            "scope": {"id": _website_iri(report)},
            "wcagVersion": f"{report.site.standard[4]}.{report.site.standard[5]}",
            "conformanceTarget": report.site.standard[6:].upper(),
        },
        "selectSample": {
            "structuredSample": [_page_iri(url) for url in sample],
            "randomSample": [_page_iri(url) for url in drawn],
        },
        "auditSample": [_of_criterion(report, result) for result in _figures.criteria(report)],
        "reportFindings": {
            "title": f"Accessibility audit of {visible(report.site.name, 200)}",
            "evaluator": _program(report)["name"],
            "date": f"{run.started:%Y-%m-%d}",
            "summary": _figures.state(report, _figures.figures(report)),
            "evaluationSpecifics": " ".join(prose(each) for each in told if each),
        },
    }


def _of_criterion(report: Report, result: _figures.CriterionResult) -> Node:
    """What all rules together had to say about one criterion on the website; never that it is met."""
    num = result.criterion.num
    issues = [i for i in (*report.of(Outcome.FAILED), *report.of(Outcome.CANT_TELL)) if num in i.wcag]
    lines = [f"{result.words}. Rules that ran: {result.rules}."]
    for issue in issues[:ISSUES]:
        reach = f"{issue.pages:,} of {_words.count(report.coverage.audited, 'page')} audited"
        example = f", such as {page(issue.examples[0].url)}" if issue.examples else ""
        lines.append(f"- {prose(_figures.title(issue), 300)}, on {reach}{example}")
    if len(issues) > ISSUES:
        lines.append(f"- and {_words.count(len(issues) - ISSUES, 'more issue')}")
    outcome = _OF_CRITERION.get(result.verdict, "earl:untested")
    return _assertion(
        _website_iri(report), _criterion_iri(report, result.criterion), outcome, "\n".join(lines)
    )


def _on_pages(report: Report) -> Iterator[Node]:
    """Criteria that a rule failed, could not decide or broke down on, page by page."""
    standard = {result.criterion.num: result.criterion for result in _figures.criteria(report)}
    found: dict[tuple[str, str], tuple[Outcome, dict[str, str]]] = {}
    for url, nums, outcome, told in chain(_judged(report.findings()), _broken(report)):
        for num in nums:
            if num not in standard:
                continue
            before, lines = found.get((url, num), (Outcome.INAPPLICABLE, {}))
            if len(lines) < ISSUES:
                lines.setdefault(*told)
            found[url, num] = min(before, outcome, key=_WORST.index), lines
    for (url, num), (outcome, lines) in found.items():
        description = "\n".join(f"- {code(rule, 100)}: {line}" for rule, line in lines.items())
        test = _criterion_iri(report, standard[num])
        yield _assertion(_page_iri(url), test, _OUTCOMES[outcome], description)


def _judged(
    findings: Iterable[Finding],
) -> Iterator[tuple[str, tuple[str, ...], Outcome, tuple[str, str]]]:
    for each in findings:
        if each.kind is Kind.FAILURE:
            yield each.url, each.wcag, each.outcome, (each.rule, prose(each.message, 300))


def _broken(report: Report) -> Iterator[tuple[str, tuple[str, ...], Outcome, tuple[str, str]]]:
    for error in report.rule_errors():
        rule = report.rules.get(error["rule"])
        told = error["rule"], f"the rule broke down: {prose(error['error'], 300)}"
        yield error["url"], rule.wcag if rule else (), Outcome.ERROR, told


def _chunks(nodes: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    text = f'{{"@context": {json.dumps(_CONTEXT)}, "@graph": ['
    separator = "\n"
    for node in nodes:
        text += separator + json.dumps(node)
        separator = ",\n"
        if len(text) >= _CHUNK:
            yield text.encode()
            text = ""
    yield f"{text}\n]}}\n".encode()
