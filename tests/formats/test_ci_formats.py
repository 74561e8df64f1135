"""JUnit XML, SARIF, GitLab's code quality, the Markdown summary and GitHub's annotations: valid, and honest.

Hostile text in them: test_injection.py.
"""

from __future__ import annotations

import dataclasses
import json
import time
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from auditor.formats import FORMATS, github
from auditor.formats._markdown import code, page, prose
from auditor.formats._verdicts import within_site
from auditor.models import Impact, Issue, Outcome, Report, Status, UrlOutcome, Visit

Render = Callable[[str, Report], dict[str, bytes]]
SCHEMAS = Path(__file__).parent / "schemas"
BASE = "https://www.ambleworth.example"


def junit(report: Report, rendered: Render) -> ET.Element:
    """The one suite of a file that is valid by its schema."""
    content = rendered("junit", report)["report.junit.xml"].decode()
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(content)
    (suite,) = ET.fromstring(content)
    counted = Counter(result.tag for case in suite for result in case)
    assert int(suite.get("tests", "")) == len(suite)
    assert [int(suite.get(n, "")) for n in ("failures", "errors", "skipped")] == [
        counted[n] for n in ("failure", "error", "skipped")
    ]
    return suite


def cases(suite: ET.Element) -> dict[str, str]:
    """How each test of a suite went, by its rule and name; GitLab takes tests of one name for one."""
    told = {
        f"{case.get('classname')}: {case.get('name')}": case[0].tag if len(case) else "passed"
        for case in suite
    }
    assert len(told) == len(suite)
    return told


def sarif(report: Report, rendered: Render) -> dict[str, Any]:
    """The one run of a file that is valid by its schema and within code scanning's limits."""
    log = json.loads(rendered("sarif", report)["report.sarif"])
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    validator.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) <= 25_000
    for rule in rules:
        assert len(rule["properties"]["tags"]) <= 10
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert all(len(rule[part]["text"]) <= 1_024 for part in ("shortDescription", "fullDescription"))
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert 1 <= len(result["locations"]) <= 10
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        for location in result["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            assert artifact["uri"]
            assert ":" not in artifact["uri"].partition("/")[0], "a scheme, which code scanning refuses"
            assert artifact.get("uriBaseId") in {None, *run["originalUriBaseIds"]}
    return dict(run)


def gitlab(report: Report, rendered: Render) -> list[dict[str, Any]]:
    """What a file holds that keeps GitLab's documented rules."""
    told = json.loads(rendered("gitlab", report)["gl-code-quality-report.json"])
    for each in told:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert all(isinstance(each[k], str) and each[k] for k in ("description", "check_name", "fingerprint"))
        assert isinstance(each["location"]["path"], str)
        assert each["location"]["path"]
        assert each["location"]["lines"]["begin"] == 1
    prints = [each["fingerprint"] for each in told]
    assert len(prints) == len(set(prints))
    return list(told)


def markdown(report: Report, rendered: Render) -> str:
    content = rendered("markdown", report)["summary.md"]
    assert len(content) < 60_000
    return content.decode()


# -- what fails, and what does not -----------------------------------------------------------------------


def test_junit_without_a_gate_or_a_comparison_fails_each_confirmed_problem(
    report: Report, rendered: Render
) -> None:
    told = cases(junit(report, rendered))
    assert sum(how == "failure" for how in told.values()) == len(report.of(Outcome.FAILED)) == 5
    assert "skipped" not in told.values()


def test_junit_fails_what_fails_the_gate(judged: Report, rendered: Render) -> None:
    suite = junit(judged, rendered)
    told = cases(suite)
    assert sorted(name.partition(" [")[0] for name, how in told.items() if how == "failure") == [
        "gate: The gate: coverage",
        "image-alt: Pictures have no description – #hero > img",
    ]
    reasons = [str(skipped.get("message")) for skipped in suite.iter("skipped")]
    for begin in ("Waived until 31 January 2027 by Web team", "Known: ", "New or not", "Not seen again"):
        assert any(reason.startswith(begin) for reason in reasons), begin
    assert [name[:13] for name, how in told.items() if how == "passed"] == ["html-has-lang"], "what is fixed"
    assert all(result.text for result in suite.iter() if result.tag in ("failure", "error", "skipped"))


def test_what_did_not_repeat_is_skipped_as_unstable(judged: Report, rendered: Render) -> None:
    assert judged.gate
    assert judged.comparison
    new = judged.comparison.of(Status.NEW)[0].issue
    gate = dataclasses.replace(judged.gate, failures=(), waived=(), unstable=(new,))
    suite = junit(dataclasses.replace(judged, gate=gate), rendered)
    reasons = Counter(str(skipped.get("message")).split()[0] for skipped in suite.iter("skipped"))
    assert reasons == {"Unstable:": 1, "The": 1, "Known:": 2, "New": 1, "Not": 1}


def test_junit_of_a_comparison_without_a_gate_fails_what_is_new(judged: Report, rendered: Render) -> None:
    told = cases(junit(dataclasses.replace(judged, gate=None), rendered))
    assert sorted(name[:9] for name, how in told.items() if how == "failure") == ["image-alt", "image-alt"]


def test_an_audit_that_opened_nothing_is_never_green(
    changed: Callable[..., Report], rendered: Render
) -> None:
    def visits() -> list[Visit]:
        return [
            Visit(url=f"{BASE}/", outcome=UrlOutcome.FAILED, status=404, reason="the page does not exist"),
            Visit(url=f"{BASE}/gone", outcome=UrlOutcome.FAILED, status=410, reason="the page is gone"),
        ]

    nothing = changed(
        visits=visits,
        findings=lambda: (),
        issues=(),
        coverage={"audited": 0, "start_failed": (f"{BASE}/",), "limits": ()},
        rule_errors=lambda: (),
    )
    told = cases(junit(nothing, rendered))
    assert told == {"audit: The audit is complete": "error", f"page: Audited: {BASE}/": "error"}
    run = sarif(nothing, rendered)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert gitlab(nothing, rendered) == []
    assert "**Nothing was audited**" in markdown(nothing, rendered)
    assert "confirmed problem" not in markdown(nothing, rendered)


def test_a_clean_and_complete_audit(changed: Callable[..., Report], rendered: Render) -> None:
    clean = changed(
        visits=lambda: (),
        findings=lambda: (),
        issues=(),
        coverage={"audited": 6, "in_scope": 6, "complete": True, "limits": ()},
        rule_errors=lambda: (),
    )
    assert cases(junit(clean, rendered)) == {"audit: The audit is complete": "passed"}
    assert sarif(clean, rendered)["invocations"][0]["executionSuccessful"] is True
    assert rendered("gitlab", clean)["gl-code-quality-report.json"] == b"[]\n"
    text = markdown(clean, rendered)
    assert "**No gate judged this audit**: 0 confirmed problems on 0 of 6 pages audited." in text
    assert "not a pass" in text


# -- SARIF and GitLab ------------------------------------------------------------------------------------


def test_sarif_tells_what_became_of_each(judged: Report, rendered: Render) -> None:
    run = sarif(judged, rendered)
    states = Counter(result["baselineState"] for result in run["results"])
    assert states == {"new": 3, "unchanged": 2, "updated": 1}, (
        "what is fixed is not in it: it would be an alert"
    )
    waived = [result for result in run["results"] if result["suppressions"]]
    assert [r["suppressions"][0]["kind"] for r in waived] == ["external"]
    assert "supplier" in waived[0]["suppressions"][0]["justification"]
    prints = {result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}
    assert prints >= {issue.id for issue in judged.of(Outcome.FAILED)}
    home, bins = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in run["results"][:2])
    assert (home, bins) == ({"uri": "index.html"}, {"uri": "bins", "uriBaseId": BASE})
    assert run["originalUriBaseIds"] == {BASE: {"uri": f"{BASE}/"}}


def test_sarif_rules_say_why_and_what_to_do(report: Report, rendered: Render) -> None:
    rules = {rule["id"]: rule for rule in sarif(report, rendered)["tool"]["driver"]["rules"]}
    image = rules["image-alt"]
    assert image["properties"]["tags"] == [
        "accessibility",
        "WCAG 1.1.1 Non-text Content",
        "EN 301 549 9.1.1.1",
    ]
    for part in ("Why it matters: ", "Who is affected: Blind people", "What to do: Editor: describe"):
        assert part in image["help"]["text"]
        assert part in image["help"]["markdown"]
    assert image["helpUri"] == "https://dequeuniversity.com/rules/axe/4.12/image-alt"
    assert rules["link-name"]["helpUri"].startswith("https://www.w3.org/"), "not javascript:alert(1)"


def test_sarif_and_gitlab_keep_what_was_not_seen(judged: Report, rendered: Render) -> None:
    results = sarif(judged, rendered)["results"]
    for texts in (
        [result["message"]["text"] for result in results],
        [each["description"] for each in gitlab(judged, rendered)],
    ):
        assert sum("Not seen again, but not fixed either" in text for text in texts) == 1
        assert not any("which language" in text for text in texts), "what is fixed is gone"


def test_code_scanning_takes_no_more_than_25_000_results(report: Report, rendered: Render) -> None:
    many = dataclasses.replace(report, issues=many_issues(report, 25_100))
    (run,) = json.loads(rendered("sarif", many)["report.sarif"])["runs"]
    assert len(run["results"]) == 25_000
    assert {result["level"] for result in run["results"][:100]} == {"error"}, "the worst are kept"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{BASE}/a/b?c=d&e", (BASE, "a/b?c=d&e")),
        (BASE, (None, "index.html")),
        (f"{BASE}/", (None, "index.html")),
        (f"{BASE}/?page=2", (None, "index.html?page=2")),
        (f"{BASE}//evil.example/x", (BASE, "evil.example/x")),
        (f"{BASE}/x#part", (BASE, "x")),
        (f"{BASE}/mailto:a@b", (BASE, "mailto%3Aa@b")),
        (f"{BASE}/50%/%41 \u00e9\ud800", (BASE, "50%25/%41%20%C3%A9%EF%BF%BD")),
        ("http://localhost:8000/x", ("http://localhost:8000", "x")),
        ("javascript:alert(1)", (None, "javascript%3Aalert(1)")),
        ("//evil.example/", (None, "evil.example/")),
        ("", (None, "index.html")),
    ],
)
def test_an_address_within_its_site(url: str, expected: tuple[str | None, str]) -> None:
    assert within_site(url) == expected


# -- Markdown --------------------------------------------------------------------------------------------


def test_the_summary_is_short_first(judged: Report, rendered: Render) -> None:
    text = markdown(judged, rendered)
    order = (
        "**The gate failed**: 5 confirmed problems, 2 of them new, on 6 of 6 pages audited.",
        "- 1 new confirmed problem of serious impact or worse. **What to do:** Mend it",
        "**Incomplete.** 6 of the 9 web pages in scope were audited (66%).",
        "| Confirmed problems | 2 | 1 | 2 | 1 | 1 |",
        "| Open questions | 1 | 0 | 0 | 0 | 0 |",
        "### New problems (2)",
        "`#hero > img`, on 1 of 6 pages audited",
        "Whom it hurts: Blind people",
        "What to do: Editor: describe the picture",
        f"Example: <{BASE}/>",
        "<details><summary>Other confirmed problems (3)</summary>",
        "<details><summary>Fixed (1)</summary>",
        "<details><summary>Not seen again, and not fixed (1)</summary>",
        "Expired, until 1 June 2026",
        f"<{BASE}/slow>: The page took longer than 60 seconds.",
    )
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert f"{BASE}/old-page" not in text, "a broken link is no page that was not audited"


def test_the_summary_of_a_passed_gate(judged: Report, rendered: Render) -> None:
    assert judged.gate
    gate = dataclasses.replace(judged.gate, failures=())
    text = markdown(dataclasses.replace(judged, gate=gate), rendered)
    assert "**The gate passed**: 5 confirmed problems, 2 of them new," in text


def test_the_summary_says_how_much_it_leaves_out(
    judged: Report, rendered: Render, report: Report, changed: Callable[..., Report]
) -> None:
    long = tuple(dataclasses.replace(issue, title="Ünlesbar " * 30) for issue in many_issues(report, 3_000))
    text = markdown(changed(issues=long), rendered)
    assert "### Confirmed problems (3,000)" in text
    assert "<details><summary>Confirmed problems: the rest (2,990)</summary>" in text
    assert "more, in the whole report" in text
    assert judged.gate
    told = dataclasses.replace(judged, issues=long, gate=dataclasses.replace(judged.gate, failures=()))
    text = markdown(told, rendered)
    assert text.count("<details>") == text.count("</details>") > 1
    assert "more, in the whole report" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Text is too faint, by 4.5 to 1 – (see “why”).", "Text is too faint, by 4.5 to 1 – (see “why”)."),
        ("Put <label for=x> around it", "Put `<label for=x>` around it"),
        ("ask @council/web about #12", "ask `@council/web` about `#12`"),
        ("see (www.evil.example) or GH-1, 0a1b2c3", "see `(www.evil.example)` or `GH-1, 0a1b2c3`"),
        ("a@b.example https://x.example", "`a@b.example https://x.example`"),
        ("use <dialog>, or #x.", "use `<dialog>`, or `#x`."),
        ("two `ticks``", "two ```` `ticks`` ````".replace("````", "```")),
        ("", ""),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_code_and_pages() -> None:
    assert code("a\n```\n# b") == "````a ``` # b````"
    assert page("https://a.example:8000/b?c=d%20e") == "<https://a.example:8000/b?c=d%20e>"
    for odd in (
        "https://user@a.example/",
        "javascript:alert(1)",
        "https://a.example/>x",
        "https://a.example/#x",
    ):
        assert page(odd) == f"`{odd}`"


# -- GitHub ----------------------------------------------------------------------------------------------


def test_annotations_are_of_new_problems(judged: Report) -> None:
    error, warning = github.annotations(judged)
    assert error.startswith("::error title=Pictures have no description::Pictures have no description (#hero")
    assert "What to do: Editor: describe the picture" in error
    assert warning.startswith("::warning title=Pictures have no description::")
    assert "Waived until" in warning


def test_at_most_ten_annotations_and_those_that_fail_first(judged: Report, report: Report) -> None:
    assert judged.comparison
    assert judged.gate
    assert len(list(github.annotations(dataclasses.replace(report, issues=many_issues(report, 50))))) == 10
    first = dataclasses.replace(judged, issues=tuple(reversed(judged.issues)))
    assert [line[:8] for line in github.annotations(first)] == ["::error ", "::warnin"]
    persisting = tuple(dataclasses.replace(c, status=Status.PERSISTING) for c in judged.comparison.changes)
    known = dataclasses.replace(
        judged,
        comparison=dataclasses.replace(judged.comparison, changes=persisting),
        gate=dataclasses.replace(judged.gate, failures=()),
    )
    assert list(github.annotations(known)) == []


# -- size ------------------------------------------------------------------------------------------------


def many_issues(report: Report, count: int) -> tuple[Issue, ...]:
    plain = report.of(Outcome.FAILED)[0]
    return tuple(
        dataclasses.replace(
            plain,
            id=f"image-alt-failed-{n:010x}",
            impact=Impact.CRITICAL if n < 1_000 else Impact.MINOR,
        )
        for n in range(count)
    )


@pytest.mark.parametrize("name", ["gitlab", "junit", "markdown", "sarif"])
def test_a_big_report_costs_little(name: str, big: Callable[[int, int], Report]) -> None:
    """20,000 findings on 2,000 pages: none is kept, and each is read once at most."""
    started = time.perf_counter()
    report = big(2_000, 10)
    tracemalloc.start()
    size = sum(len(chunk) for _, chunks in FORMATS[name](report) for chunk in chunks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size < 100_000
    assert peak < 8_000_000
    assert time.perf_counter() - started < 30
