"""One report made of hostile page data, in every format: nothing runs, nothing breaks out, nothing breaks."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cmarkgfm
import jsonschema
import openpyxl
import pytest
import xmlschema
from bs4 import BeautifulSoup
from cmarkgfm.cmark import Options
from playwright.async_api import Request, async_playwright

from auditor.browser.find import launch
from auditor.formats import FORMATS, github, retest_files
from auditor.formats.text import summary
from auditor.limits import PEOPLE_TEXT
from auditor.models import (
    Change,
    Comparison,
    Component,
    Endless,
    FormerCandidate,
    GateFailure,
    GateResult,
    Impact,
    Issue,
    IssueLife,
    Kind,
    KnownIssue,
    Match,
    OtherHost,
    Outcome,
    Owner,
    OwnerRule,
    PersonResult,
    Picture,
    Report,
    Retest,
    RetestState,
    Source,
    Status,
    UrlOutcome,
    Views,
    Visit,
    Waiver,
)
from auditor.people import joined
from tests.formats.conftest import WEBP, make_inclusion, make_recordings, make_retest

Render = Callable[[str, Report], dict[str, bytes]]

NASTY = (
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "first\n::error file=x::OWNED",
    "first\n##vso[task.complete result=Succeeded]OWNED",
    "</script><script>document.body.textContent = 'owned'</script>",
    "</style><style>body { display: none }</style><base href=//evil.example/>",
    "</title></bdi></code></pre></td></table><h1>owned</h1>",
    "<img src=http://127.0.0.9/owned onerror=\"alert('owned')\">",
    "\"'><svg onload=alert('owned')><iframe srcdoc='<script>alert(1)</script>'>",
    "' onfocus='alert(1)' autofocus tabindex=0 x='",
    "{{ 7*7 }}{% raw %}{{ self.__init__.__globals__ }}${7*7}#{7*7}<%= 7*7 %>",
    "&lt;b&gt; &#60;b&#62; &amp;amp;",
    "\x9b31m\x9d0;owned\x9c\x90owned\x85",
    "\u202egnp.exe\u2066\u2067\u2068\u202d \u061c\u200e\u200f",
    "zero\u200bwidth\u200c\u200d\u2060\ufeff\u00ad\U000e0041",
    "NUL\x00 lone \ud800 and \udfff end",
    "../../../etc/passwd",
    "..\\..\\windows\\system32",
    "=cmd|' /C calc'!A0",
    "<r><t>owned</t></r>",
    "_x0041_",
    "  =1+1",
    "\u200b=2+2",
    "\t@SUM(1)",
    "\r\n-3+3",
    "\u00a0\u00ad+4",
    "\uff1d5+5",
    'x";=6+6;"',
    "x; @7",
    "::error::owned",
    "  ::set-output name=x::owned",
    "##[error]owned",
    "javascript:alert('owned')",
    "data:text/html,<script>alert(1)</script>",
    "https://user:word@evil.example/\\@good.example",
    "a\u2028OWNED\u2029OWNED\x0bOWNED\x0cOWNED\x1cOWNED\x1dOWNED\x1eOWNED\rOWNED",
    "[owned](https://evil.example) ![owned](https://evil.example/x.png) [owned]: https://evil.example",
    "@council/web-team #12 GH-34 a/b#5 !6 $7 :tada: a@evil.example www.evil.example 0a1b2c3d4e",
    "(@council) 'www.evil.example' \"#12\" *owned* __owned__ ~~owned~~ $owned$ \\*",
    "| owned | owned |\n|---|---|\n| owned | owned |",
    "```\n# owned\n~~~\n``owned`",
    "</details></summary>\n\n# owned\n- [ ] owned\n/close\n<!-- owned",
    "W" * 100_000,
    "<\"&'" * 250_000,
)
PAGE = "https://www.example.org/"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
FILE = re.compile(
    r"((issues|pages|documents|charts|pictures|owners|tickets)/)?[a-z0-9-]{1,100}\."
    r"(html|css|svg|webp|csv|json|txt|junit\.xml|sarif|md|xlsx|earl\.jsonld)"
)
SCHEMAS = Path(__file__).parent / "schemas"
TAGS = (
    "html head meta title link script body a header div p span bdi nav ul ol li main section h1 h2 h3 h4 "
    "strong table caption thead tbody tr th td dl dt dd code pre svg rect img wbr details summary footer "
    "label input select option figure figcaption"  # by the report's own script
)


def addresses() -> Iterator[str]:
    for nasty in NASTY:
        yield nasty
        yield PAGE + nasty


def visits() -> Iterator[Visit]:
    for url in addresses():
        for outcome in UrlOutcome:
            yield Visit(
                url=url if outcome is UrlOutcome.AUDITED else f"{url}#{outcome}",
                outcome=outcome,
                reason=f"{url} pdf",
                final_url=url[::-1],
                title=url,
                content_type=url,
                found_on=url,
                status=403,
            )


@pytest.fixture(scope="module")
def nasty(changed: Callable[..., Report]) -> Report:
    base = changed()
    plain = next(iter(base.findings()))
    rules = {
        text: dataclasses.replace(
            base.rules[plain.rule],
            id=text,
            title=text,
            why=text,
            fix=text,
            help_url=text,
            act=(text,),
            before=text,
            after=text,
            content_system=text,
        )
        for text in NASTY
    }
    findings = [
        dataclasses.replace(
            plain,
            rule=rule,
            outcome=outcome,
            kind=kind,
            url=rule,
            state=rule,
            frame=(rule,) * 9,
            selector=rule,
            excerpt=rule,
            message=rule,
            issue=rule,
            component=Component(landmarks=(rule,), path=(rule,), shape=rule, target=rule, text=rule),
        )
        for rule in NASTY
        for outcome in (Outcome.FAILED, Outcome.CANT_TELL)
        for kind in Kind
    ]
    report = changed(
        visits=visits,
        findings=lambda: findings,
        issues=tuple(
            Issue(
                id=f.issue,
                rule=f.rule,
                outcome=f.outcome,
                kind=f.kind,
                impact=Impact.CRITICAL,
                wcag=("1.1.1", f.rule),
                title=f.rule,
                pages=1,
                places=1,
                faults=1,
                at_least=False,
                component=None,
                is_written=False,
                examples=(f,),
            )
            for f in findings[::4]
        ),
        recordings=lambda: make_recordings(" ".join(NASTY)[:3_000]),
        inclusion=lambda: make_inclusion(" ".join(NASTY)[:3_000]),
        inclusion_rows=lambda: [NASTY, NASTY],
        coverage={"start_failed": NASTY, "limits": NASTY},
        rules=rules,
        rule_outcomes={text: {Outcome.FAILED: 1, Outcome.ERROR: 1} for text in NASTY},
        untested=lambda: [
            dataclasses.replace(next(iter(base.untested())), url=t, what=t, where=t, reason=t) for t in NASTY
        ],
        rule_errors=lambda: [{"url": t, "rule": t, "error": t} for t in NASTY],
        capped=lambda: [{"url": t, "rule": t, "outcome": "failed", "places": 9, "listed": 1} for t in NASTY],
        endless=tuple(
            Endless(pattern=t, visited=1, left_out=1, examples=(t, PAGE + t), reason=t) for t in NASTY
        ),
        other_hosts=lambda: [OtherHost(host=t, addresses=1, example=t, found_on=t) for t in NASTY],
        refused=dict.fromkeys(NASTY, 1),
        picture=lambda issue: Picture(
            issue=issue, url=issue, taken=datetime.now(UTC), media_type=issue, width=1, height=1, data=WEBP
        ),
        history=tuple(
            dataclasses.replace(point, method={t: t, "max_pages": t}, run=base.run.id - n)
            for n, t in enumerate(NASTY)
            for point in base.history[:1]
        )[::-1],
        lives={text: life(base, text) for text in NASTY},
        fixed_lives=tuple(life(base, text) for text in NASTY),
        owners=tuple(
            OwnerRule(owner=Owner(id=f"owner-{n}", name=t, contact=t), rules=(t,))
            for n, t in enumerate(NASTY[::2])
        ),
        views=Views(source=NASTY[0], measure=NASTY[4], pages=dict.fromkeys(NASTY, 1), rows=99, left_out=1),
        run=dataclasses.replace(
            base.run, notes=NASTY, stopped=NASTY[0], versions={**base.run.versions, "browser": NASTY[0]}
        ),
    )
    return joined(report, [*people()])


def people() -> Iterator[PersonResult]:
    """Worse than any file of the user's, but for the length of a text: those are checked as they are read."""
    for text in (text[:PEOPLE_TEXT] for text in NASTY):
        for outcome in (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED):
            for criterion, source in (("1.3.3", Source.PERSON), ("", Source.REPORTED)):
                yield PersonResult(
                    source=source,
                    outcome=outcome,
                    page=text,
                    criterion=criterion,
                    what=text,
                    where=text,
                    who=text,
                    when=date(2026, 11, 3),
                    technology=text,
                    reference=text,
                    issue="" if outcome is Outcome.FAILED else text,
                    file=text,
                )


def life(base: Report, text: str) -> IssueLife:
    component = Component(landmarks=(text,), path=(text,), shape=text, target=text, text=text)
    return dataclasses.replace(base.fixed_lives[0], id=text, rule=text, title=text, component=component)


@pytest.fixture(scope="module")
def listed(nasty: Report) -> Retest:
    """A list as hostile as the pages."""
    base = make_retest(nasty).items[0]
    return Retest(
        list_name=NASTY[0],
        today=date(2026, 12, 1),
        items=tuple(
            dataclasses.replace(
                base,
                item=dataclasses.replace(
                    base.item, reference=t, page=t, problem=t, rule=t, selector=t, note=t
                ),
                state=state,
                why=t,
                page=t,
                former=tuple(
                    FormerCandidate(title=t, match=match, last_found=base_time, gone=base_time)
                    for match in Match
                    for base_time in [nasty.run.started]
                ),
            )
            for t in NASTY
            for state in RetestState
        ),
    )


def retest_of(listed: Retest, nasty: Report) -> dict[str, bytes]:
    return {path: b"".join(chunks) for path, chunks in retest_files.render(listed, nasty)}


def known(text: str) -> KnownIssue:
    return KnownIssue(
        id=text,
        rule=text,
        outcome=Outcome.FAILED,
        impact=Impact.CRITICAL,
        title=text,
        said=text,
        component=Component(landmarks=(text,), path=(text,), shape=text, target=text, text=text),
        is_written=True,
        pages=(text,),
    )


@pytest.fixture(scope="module", params=Status)
def told(request: pytest.FixtureRequest, nasty: Report) -> Report:
    """The same, with each problem of one status, and a gate that says as hostile things as the pages do."""
    gone = request.param in (Status.FIXED, Status.UNSEEN)
    waiver = Waiver(
        reason=NASTY[0],
        owner=NASTY[1],
        expires=date(2030, 1, 1),
        ground=NASTY[2],
        rule=NASTY[3],
        url=NASTY[4],
    )
    return dataclasses.replace(
        nasty,
        site=dataclasses.replace(nasty.site, name=NASTY[5]),
        issues=() if gone else nasty.issues,
        comparison=Comparison(
            before=NASTY[6],
            now=NASTY[7],
            changes=tuple(
                Change(
                    status=request.param, now=None if gone else known(t), before=known(t) if gone else None
                )
                for t in NASTY
            ),
        ),
        gate=GateResult(
            failures=tuple(
                GateFailure(setting=t, sentence=t, remedy=t, issues=(known(t),) if n % 2 else ())
                for n, t in enumerate(NASTY)
            ),
            waived=tuple((dataclasses.replace(waiver, reason=t, owner=t), known(t)) for t in NASTY[::4]),
            expired=tuple(dataclasses.replace(waiver, reason=t, owner=t) for t in NASTY),
        ),
    )


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_file_names_are_ours_and_nothing_acts_on_a_terminal(
    name: str, nasty: Report, rendered: Render
) -> None:
    files = rendered(name, nasty)
    assert len(files) == sum(1 for _ in FORMATS[name](nasty)), "each file once"
    for path, content in files.items():
        assert FILE.fullmatch(path)
        if path.endswith(".webp"):
            assert content == WEBP
            continue
        text = content.decode("utf-8-sig") if name != "xlsx" else "\n".join(map(str, cells(content)))
        if path.endswith(".csv"):
            text = text.replace("\r\n", "\n")  # its own line ends
        assert not RAW.search(text), path


# -- HTML ------------------------------------------------------------------------------------------------


async def test_html_runs_nothing_and_keeps_its_layout(
    nasty: Report, listed: Retest, rendered: Render, tmp_path: Path
) -> None:
    events: list[str] = []
    files = rendered("html", nasty)
    files |= {name: data for name, data in retest_of(listed, nasty).items() if name.endswith(".html")}
    assert max(map(len, files.values())) < 1_000_000
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    own = {(tmp_path / name).as_uri() for name in files}

    def requested(request: Request) -> None:
        if request.url not in own:
            events.append(f"requested {request.url[:200]}")

    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        page = await browser.new_page(viewport={"width": 320, "height": 640})
        page.on("request", requested)
        page.on("dialog", lambda dialog: events.append(f"dialog {dialog.message}"))
        page.on("popup", lambda popup: events.append(f"popup {popup.url}"))
        page.on("console", lambda message: events.append(f"console {message.text}"))
        page.on("pageerror", lambda error: events.append(f"error {error}"))
        for name in (name for name in files if name.endswith(".html")):
            await page.goto((tmp_path / name).as_uri())
            facts = await page.evaluate(FACTS)
            assert facts["pictures"] == [], name
            assert set(facts["tags"]) <= set(TAGS.split()), name
            assert facts["handlers"] == [], name
            assert facts["headings"] == 1, name
            assert facts["policy"].startswith("default-src 'none'; "), name
            assert [w for w in facts["wide"] if w[1] > 320] == [], name
            assert facts["width"] <= 320, name
            strange = [h for h in facts["links"] if not h.startswith(("http://", "https://"))]
            assert {h.partition("#")[0] for h in strange} <= own, name
        await browser.close()
    assert events == []


FACTS = """() => {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const all = [...document.querySelectorAll("*")];
  return {
    tags: [...new Set(all.map(element => element.localName))],
    handlers: all.filter(e => e.localName !== "img").flatMap(e => e.getAttributeNames())
      .filter(n => /^on|^style$|^src|^autofocus$/.test(n)),
    pictures: [...document.images].flatMap(e => e.getAttributeNames())
      .filter(n => !/^(src|width|height|alt|loading)$/.test(n)),
    headings: document.querySelectorAll("h1").length,
    policy: document.head.querySelector("meta[http-equiv='Content-Security-Policy']").content,
    links: [...document.querySelectorAll("[href]")].map(element => element.href),
    width: document.documentElement.scrollWidth,
    wide: [...document.querySelectorAll("main *")].map(e => [e.outerHTML.slice(0, 80),
      Math.round(e.getBoundingClientRect().right)]).filter(([, right]) => right > 320).slice(0, 3),
  };
}"""


def test_answers_of_people_are_inert(report: Report, rendered: Render) -> None:
    (question,) = report.of(Outcome.CANT_TELL)
    texts = [text[:PEOPLE_TEXT] for text in NASTY]
    questions = tuple(dataclasses.replace(question, id=f"question-{n}") for n in range(len(texts)))
    answers = [
        PersonResult(
            source=Source.PERSON,
            outcome=outcome,
            what=text,
            where=text,
            who=text,
            when=date(2026, 11, 3),
            technology=text,
            reference=text,
            issue=each.id,
        )
        for text, each, outcome in zip(
            texts,
            questions,
            itertools.cycle((Outcome.FAILED, Outcome.PASSED, Outcome.CANT_TELL)),
            strict=False,
        )
    ]
    answered = joined(dataclasses.replace(report, issues=questions, findings=lambda **_: ()), answers)
    assert {issue.outcome for issue in answered.issues} == {answer.outcome for answer in answers}
    pages = {name: text for name, text in rendered("html", answered).items() if name.endswith(".html")}
    for name, content in pages.items():
        page = BeautifulSoup(content, "html.parser")
        assert {tag.name for tag in page.find_all(True)} <= set(TAGS.split()), name
        assert not [key for tag in page.find_all(True) for key in tag.attrs if re.match("on|style", key)]
    for line in rendered("text", answered)["report.txt"].decode().splitlines():
        assert not RAW.search(line)
        assert not re.match(r"\s*(::|##\w*\[)", line)


# -- JSON ------------------------------------------------------------------------------------------------


def test_json_gives_back_what_the_pages_sent(nasty: Report, rendered: Render) -> None:
    data = json.loads(rendered("json", nasty)["report.json"])
    assert [v["url"] for v in data["visits"]] == [storable(v.url) for v in nasty.visits()]
    assert [f["excerpt"] for f in data["findings"]] == [
        storable(f.excerpt) for f in nasty.by_rules.findings()
    ]
    assert [o["host"] for o in data["other_hosts"]] == list(map(storable, NASTY))
    assert set(data["refused"]) == set(map(storable, NASTY)) == set(data["rules"])


def storable(text: str) -> str:
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


# -- CSV -------------------------------------------------------------------------------------------------


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "the mark by which a spreadsheet knows UTF-8"
    text = content.decode("utf-8-sig")
    assert all(
        re.fullmatch(r'"([^"\r\n]|"")*"(,"([^"\r\n]|"")*")*', line) for line in text.split("\r\n")[:-1]
    )
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def is_live(cell: str) -> bool:
    """Whether a spreadsheet would run the cell, or a part of it where it parts fields at semicolons too."""
    for part in cell.split(";"):
        shown = [c for c in part if not c.isspace() and unicodedata.category(c)[0] not in "CMZ"]
        if shown and shown[0] in "=+-@\uff1d\uff0b\uff0d\uff20":
            return True
    return False


def test_csv_has_its_cells_and_no_live_formula(nasty: Report, rendered: Render) -> None:
    files = {name: rows(content) for name, content in rendered("csv", nasty).items()}
    assert len(files["findings.csv"]) == sum(1 for _ in nasty.findings())
    assert len(files["pages.csv"]) == sum(1 for _ in nasty.visits())
    for table in files.values():
        for row in table:
            assert None not in row, "a cell too many"
            assert None not in row.values(), "a cell too few"
            assert [cell for cell in row.values() if is_live(cell) or len(cell) > 32_767] == []
    codes = [row["Code"] for row in files["findings.csv"]]
    assert {"'=cmd|' /C calc'!A0", "'=1+1", "'\u200b=2+2", "'@SUM(1)", "'-3+3", "../../../etc/passwd"} <= set(
        codes
    )
    assert any(code.startswith("WWW") and code.endswith("(cut: 100,000 characters in all)") for code in codes)


def test_a_retest_has_no_live_formula_and_its_reply_is_inert(listed: Retest, nasty: Report) -> None:
    files = retest_of(listed, nasty)
    for path, content in files.items():
        assert FILE.fullmatch(path)
        text = content.decode("utf-8-sig")
        assert not RAW.search(text.replace("\r\n", "\n") if path == "retest.csv" else text), path
    table = rows(files["retest.csv"])
    assert len(table) == len(listed.items) * 5
    assert [cell for row in table for cell in row.values() if is_live(cell) or len(cell) > 32_767] == []
    reply = re.sub(
        r"\[(name|Name, role, date|wh[a-z]+,? [^\]`]*|square brackets)\]", "", files["reply.md"].decode()
    )
    page = BeautifulSoup(
        cmarkgfm.github_flavored_markdown_to_html(reply, Options.CMARK_OPT_UNSAFE), "html.parser"
    )
    assert {tag.name for tag in page.find_all(True)} <= {"h1", "h2", "p", "ul", "li", "code", "a"}
    assert len(page.find_all("h2")) == len(listed.items)
    for part in page.find_all(["code", "a"]):
        part.decompose()
    assert not TAKEN_UP.search(page.get_text())
    assert not re.search(r"[*_`~<>\[\]|\\]", page.get_text()), "text of the list that is no code"


def test_tables_of_owners_have_no_live_formula(nasty: Report, rendered: Render) -> None:
    tables = [rows(c) for name, c in rendered("html", nasty).items() if name.endswith(".csv")]
    assert len(tables) > 20
    assert not [cell for table in tables for row in table for cell in row.values() if is_live(cell)]


def test_csv_of_a_plain_report(report: Report, rendered: Render) -> None:
    files = {name: rows(content) for name, content in rendered("csv", report).items()}
    assert files["findings.csv"][0] == {
        "Page": "https://www.ambleworth.example/",
        "Result": "Confirmed problem",
        "Impact": "Critical",
        "Problem": "Pictures have no description",
        "WCAG": "1.1.1",
        "Rule": "image-alt",
        "What was found": "The picture has no alt attribute.",
        "Element": "#hero > img",
        "In frame": "",
        "State": "loaded",
        "Code": '<img src="/media/town-hall.jpg" class="hero">',
        "Source": "automatic",
        "Who": "",
        "When": "",
        "With": "",
        "Reference": "",
    }
    by_address = {row["Address"]: row for row in files["pages.csv"]}
    bins, slow = (by_address[f"https://www.ambleworth.example/{name}"] for name in ("bins", "slow"))
    assert (bins["Outcome"], bins["Confirmed problems"], bins["Advice"]) == ("Audited", "2", "1")
    assert (slow["Outcome"], slow["Confirmed problems"]) == ("Could not be opened", "")


# -- text ------------------------------------------------------------------------------------------------


def test_text_keeps_one_record_a_line_and_gives_no_command(nasty: Report, rendered: Render) -> None:
    text = rendered("text", nasty)["report.txt"].decode()
    for shown in (text, summary(nasty)):
        assert not RAW.search(shown)
        for line in shown.splitlines():
            assert not line.lstrip().startswith("::")
            assert not re.search(r"##\w*\[", line)
            assert not line.startswith("OWNED")
            assert len(line) < 2_500
    assert len(summary(nasty).splitlines()) <= 16
    assert sum(line.startswith("first ") for line in text.splitlines()) >= 2, "an address, on one line"


# -- for CI ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gitlab", "junit", "markdown", "sarif"])
def test_nothing_of_a_judged_audit_acts_on_a_terminal(name: str, told: Report, rendered: Render) -> None:
    for content in rendered(name, told).values():
        assert not RAW.search(content.decode())
        assert len(content) < 3_000_000


def test_junit_is_valid_whatever_the_pages_sent(told: Report, rendered: Render) -> None:
    content = rendered("junit", told)["report.junit.xml"].decode()
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(content)
    suites = ET.fromstring(content)
    allowed = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    assert {element.tag for element in suites.iter()} <= allowed
    names = [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")]
    assert len(set(names)) == len(names)


def test_sarif_is_valid_whatever_the_pages_sent(told: Report, rendered: Render) -> None:
    log = json.loads(rendered("sarif", told)["report.sarif"])
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(schema, format_checker=checker).validate(log)
    for text in texts(log):
        assert not re.search(r"\]\(", text), "a link in a SARIF message"
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert_inert(rule["help"]["markdown"])


def texts(value: Any) -> Iterator[str]:
    """Every message of a SARIF log, which may have links; snippets may not."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            elif key != "snippet":
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_gitlab_takes_whatever_the_pages_sent(told: Report, rendered: Render) -> None:
    for each in json.loads(rendered("gitlab", told)["gl-code-quality-report.json"]):
        assert len(each["description"]) < 3_000
        assert re.fullmatch(r"[\x21-\x7e]{1,7000}", each["location"]["path"])


def test_the_summary_has_nothing_of_the_pages_but_code(told: Report, rendered: Render) -> None:
    content = rendered("markdown", told)["summary.md"]
    assert len(content) < 60_000
    assert_inert(content.decode())


def test_the_summary_without_a_gate_has_nothing_of_the_pages_but_code(
    nasty: Report, rendered: Render
) -> None:
    assert_inert(rendered("markdown", nasty)["summary.md"].decode())


TAKEN_UP = re.compile(
    r"@\w|#\d|\bGH-\d|\b[!$%~&]\w|\bwww\.|://|\b[0-9a-f]{7,40}\b|:\w+:|\$\S|^\s*/\w", re.IGNORECASE | re.M
)


def assert_inert(text: str, h2: int = 1) -> None:
    """As GitHub's own parser sees it: our elements, links to plain pages, no text that is taken up."""
    page = BeautifulSoup(
        cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE), "html.parser"
    )
    allowed = "h1 h2 h3 p ul li strong code a table thead tbody tr th td details summary"
    assert {tag.name for tag in page.find_all(True)} <= set(allowed.split())
    for tag in page.find_all(True):
        assert set(tag.attrs) <= {"href", "align"}
    for link in page.find_all("a"):
        assert re.fullmatch(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9/._~%?&=+;-]*", str(link["href"]))
        assert link["href"] == link.get_text()
    assert len(page.find_all("h1")) <= 1
    assert len(page.find_all("h2")) <= h2
    for part in page.find_all(["code", "a"]):
        part.decompose()
    assert not TAKEN_UP.search(page.get_text())
    assert not re.search(r"[*_`~<>\[\]|\\]", page.get_text()), "page text that is no code"


def test_annotations_stay_one_command_a_line(told: Report, nasty: Report) -> None:
    for report in (told, nasty):
        lines = list(github.annotations(report))
        assert len(lines) <= 10
        for line in lines:
            assert not RAW.search(line)
            assert "\n" not in line
            assert re.fullmatch(r"::(error|warning) title=[^:,]*::[^\r\n]*", line)
            assert not re.search(r"%(?!25|0D|0A|3A|2C)", line)
            assert len(line) < 4_000


def test_a_secret_header_is_in_no_report(changed: Callable[..., Report], rendered: Render) -> None:
    base = changed()
    settings: dict[str, Any] = {**base.run.settings, "headers": [{"name": "X-Door", "value": "open-sesame"}]}
    told = changed(run=dataclasses.replace(base.run, settings=settings))
    for name in FORMATS:
        assert not any(b"open-sesame" in content for content in rendered(name, told).values())
    assert "open-sesame" not in cells(rendered("xlsx", told)["report.xlsx"])


# -- XLSX ------------------------------------------------------------------------------------------------


def cells(content: bytes) -> list[object]:
    """The values of all cells, each read as a spreadsheet does."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]


def test_xlsx_holds_texts_alone(nasty: Report, rendered: Render) -> None:
    book = openpyxl.load_workbook(io.BytesIO(rendered("xlsx", nasty)["report.xlsx"]))
    for sheet in book:
        assert sheet._hyperlinks == []
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type in "sn", "a formula, or an error"
                assert not isinstance(cell.value, str) or (cell.quotePrefix and len(cell.value) < 32_767)
    codes = [row[10] for row in book["Findings"].iter_rows(min_row=2, values_only=True)]
    assert {"=cmd|' /C calc'!A0", "=1+1", "<r><t>owned</t></r> ", "_x005F_x0041_"} <= set(codes)


# -- EARL ------------------------------------------------------------------------------------------------


def test_earl_names_things_by_addresses_and_its_texts_do_not_act(nasty: Report, rendered: Render) -> None:
    for content in rendered("earl", nasty).values():
        for node in json.loads(content)["@graph"]:
            for key in ("id", "subject", "test"):
                assert re.fullmatch(r"(https?|urn|WCAG22):[^\s\"'<>\\{}|^`]+", node.get(key, "urn:x")), node
            if node["type"] == "Assertion":
                assert_inert(node["result"].get("description", ""))


# -- tickets ---------------------------------------------------------------------------------------------


def test_tickets_have_nothing_of_the_pages_but_code(nasty: Report, rendered: Render) -> None:
    files = rendered("tickets", nasty)
    assert len(files) == 1 + len(nasty.issues)
    for path, content in files.items():
        text = re.sub(r"^- \[(.*)\]\([a-z0-9-]+\.md\):", r"- \1:", content.decode(), flags=re.M)
        assert_inert(text, h2=2 if path == "tickets/index.md" else 6)
