"""Rules in Python: what they say becomes results; what goes wrong in one is told and costs no other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.checks import page_rules
from auditor.checks.document_rules import judge_document
from auditor.checks.folders import find, texts
from auditor.checks.page_rules import PythonRule, judge_all, judge_page
from auditor.checks.site_rules import judge_site
from auditor.errors import ConfigError
from auditor.evidence import Place, ProbeFault
from auditor.evidence.document import Document
from auditor.evidence.link_looks import LinkLook, LinkLooks
from auditor.evidence.site import PageFacts, SitePages
from auditor.models import Outcome, Rule, Snapshot
from auditor.resources import folder

PLACE = Place(selector="html", excerpt="<html>")
LINK = LinkLook(
    place=Place(selector="#w", excerpt="<a id=w>", frame=("iframe",)),
    text="Bins",
    is_seen=True,
    ratio=2.0,
    differs_by=(),
)
EVIDENCE = LinkLooks(links=(LINK,))
URL = "http://127.0.0.1/"
IMPORTS = """
from collections.abc import Iterator
from dataclasses import replace
import time
from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.document import Document
from auditor.evidence.link_looks import LinkLooks
from auditor.evidence.site import SitePages
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., tuple[PythonRule, dict[str, Rule]]]:
    """A rule whose function is `code`, and the texts of rules."""

    def make(code: str, file: str = "page.py") -> tuple[PythonRule, dict[str, Rule]]:
        place = tmp_path / "rule_of_ours"
        shutil.copytree(folder("rules") / "reflow", place, ignore=shutil.ignore_patterns("*.py"))
        (place / file).write_text(IMPORTS + code)
        found = find([tmp_path])
        return PythonRule.of(found["rule-of-ours"]), texts(found)

    return make


def snapshot(evidence: object) -> Snapshot:
    return Snapshot(url=URL, evidence={} if evidence is None else {LinkLooks: evidence})


def test_what_is_said_becomes_results_and_findings(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]],
) -> None:
    code = (
        "def judge(seen: LinkLooks) -> Iterator[Verdict]:\n"
        "    yield failed(seen.links[0].place, 'Too wide')\n"
        "    yield passed(seen.links[0].place)\n"
        "    yield untested(seen.links[0].place, 'It was not pressed')\n"
        "    page = replace(seen.links[0].place, selector='html', frame=())\n"
        "    yield untested(page, '3 more links were not pressed')\n"
    )
    rule, rules = made(code)
    results, findings, left = judge_page([rule], snapshot(EVIDENCE), rules)
    assert {(r.outcome, r.places) for r in results} == {
        (Outcome.FAILED, 1), (Outcome.PASSED, 1), (Outcome.UNTESTED, 2)
    }  # fmt: skip
    (finding,) = findings
    assert (finding.selector, finding.frame, finding.message) == ("#w", ("iframe",), "Too wide")
    assert [(each.what, each.where, each.reason) for each in left] == [
        ("control", "#w", "It was not pressed"),
        ("part", URL, "3 more links were not pressed"),
    ]


@pytest.mark.parametrize(
    ("code", "evidence", "outcome", "said"),
    [
        ("    return iter(())", EVIDENCE, Outcome.INAPPLICABLE, None),
        ("    return iter(())", None, Outcome.UNTESTED, None),
        ("    return iter(())", ProbeFault(reason="it hung"), Outcome.ERROR, "it hung"),
        ("    raise KeyError('x')", EVIDENCE, Outcome.ERROR, "KeyError"),
        ("    yield 1 / 0", EVIDENCE, Outcome.ERROR, "ZeroDivisionError"),
        ("    raise SystemExit", EVIDENCE, Outcome.ERROR, "SystemExit"),
        ("    yield 'failed'", EVIDENCE, Outcome.ERROR, "outcome"),
        ("    while True: time.sleep(0.05)", EVIDENCE, Outcome.ERROR, "the rule took over"),
    ],
)
def test_what_goes_wrong_is_told_and_no_other_rule_suffers(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    evidence: object,
    outcome: Outcome,
    said: str | None,
) -> None:
    monkeypatch.setattr(page_rules, "SECONDS", 0.3)
    rule, rules = made(f"def judge(seen: LinkLooks) -> Iterator[Verdict]:\n{code}\n")
    ours = PythonRule.of(find([folder("rules")])["link-colour"])
    rules |= texts(find([folder("rules")]))
    results, findings, _ = judge_page([rule, ours], snapshot(evidence), rules)
    (result,) = (each for each in results if each.rule == rule.id)
    assert result.outcome is outcome
    assert said is None or (result.error and said in result.error)
    if evidence is EVIDENCE:
        assert [finding.rule for finding in findings] == ["link-colour"]


@pytest.mark.parametrize(
    ("code", "evidence", "who"),
    [
        ("yield cant_tell(seen.links[0].place, 'Look')", EVIDENCE, {"rule-of-ours"}),
        ("return iter(())", EVIDENCE, set()),
        ("return iter(())", None, {"color-contrast"}),
        ("raise ValueError('no')", EVIDENCE, {"color-contrast"}),
    ],
)
def test_what_axe_left_undecided_is_told_once(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]], code: str, evidence: object, who: set[str]
) -> None:
    rule, rules = made(f"def judge(seen: LinkLooks) -> Iterator[Verdict]:\n    {code}\n")
    rule = replace(rule, decides="color-contrast")
    rules["color-contrast"] = replace(rules[rule.id], id="color-contrast")
    node = {"target": ["#w"], "html": "<p id=w>", "impact": "serious", "messages": ["unsure"]}
    engine = {
        "violations": [{"id": "color-contrast", "total": 1, "nodes": [node]}],
        "incomplete": [{"id": "color-contrast", "total": 300, "nodes": [node]}],
        "passes": [],
        "inapplicable": [],
    }
    results, findings, _ = judge_all([rule], replace(snapshot(evidence), engine=engine), rules)
    assert {each.rule for each in findings if each.outcome is Outcome.CANT_TELL} == who
    assert {each.rule for each in results if each.outcome is Outcome.CANT_TELL} == who
    assert (Outcome.FAILED, 1) in {(r.outcome, r.places) for r in results if r.rule == "color-contrast"}


@pytest.mark.parametrize(
    "code", ["def judge(seen): ...", "def judge() -> None: ...", "judge = 1 / 0", "def other() -> None: ..."]
)
def test_code_that_is_no_rule_is_refused(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]], code: str
) -> None:
    with pytest.raises(ConfigError, match="rule-of-ours"):
        made(code)


def test_a_site_rule_says_on_which_page(made: Callable[..., tuple[PythonRule, dict[str, Rule]]]) -> None:
    rule, rules = made(
        "def judge(site: SitePages) -> Iterator[Verdict]:\n"
        "    for page in site.pages:\n"
        "        if page.title:\n"
        "            yield failed(page.place, page.title, url=page.url)\n"
        "        else:\n"
        "            yield passed(page.place, url=page.url)\n",
        "site.py",
    )
    pages = [PageFacts(url=f"{URL}{n}", title="x" * n, lang="en", place=PLACE) for n in range(2)]
    told = judge_site([rule], SitePages(pages=pages), rules)
    assert {url: [r.outcome for r in results] for url, (results, _) in told.items()} == {
        f"{URL}0": [Outcome.PASSED],
        f"{URL}1": [Outcome.FAILED],
    }
    assert told[f"{URL}1"][1][0].url == f"{URL}1"


def test_a_site_rule_that_names_no_page_is_an_error(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]],
) -> None:
    """It ended the audit: nothing that it says can be recorded."""
    rule, rules = made(
        "def judge(site: SitePages) -> Iterator[Verdict]:\n"
        "    for page in site.pages:\n"
        "        yield passed(page.place)\n",
        "site.py",
    )
    pages = [PageFacts(url=f"{URL}{n}", title="", lang="en", place=PLACE) for n in range(2)]
    told = judge_site([rule], SitePages(pages=pages), rules)
    assert {url: [r.outcome for r in results] for url, (results, _) in told.items()} == {
        f"{URL}0": [Outcome.ERROR]
    }


@pytest.mark.parametrize(("file", "evidence"), [("site.py", "SitePages"), ("document.py", "Document")])
def test_one_that_raises_is_an_error_there(
    made: Callable[..., tuple[PythonRule, dict[str, Rule]]], file: str, evidence: str
) -> None:
    rule, rules = made(
        f"def judge(seen: {evidence}) -> Iterator[Verdict]:\n    raise ValueError('no')\n", file
    )
    page = PageFacts(url=URL, title="", lang="", place=PLACE)
    document = Document(url=URL, content_type="application/pdf", file=Path(file), place=PLACE)
    if file == "site.py":
        results, findings = judge_site([rule], SitePages(pages=[page]), rules)[URL]
    else:
        results, findings = judge_document([rule], document, rules)
    assert [(r.outcome, r.error) for r in results] == [(Outcome.ERROR, "ValueError('no')")]
    assert not findings
