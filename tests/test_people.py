"""What people found: read from whatever a spreadsheet saves, refused whole, joined to what rules said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditor import known
from auditor.errors import ConfigError
from auditor.formats import _figures, _tested
from auditor.formats.csv import checklist
from auditor.limits import PEOPLE_BYTES
from auditor.models import Impact, Kind, Outcome, PersonResult, Report, Source
from auditor.people import files, joined, read
from tests.formats.conftest import BASE, make_report

HEADER = "source,page,criterion,outcome,what,where,impact,who,when,with,fixed,reference\n"
ROW = "person,/bins,1.3.3,failed,“Green” – alone,main,Serious,web officer,2026-11-03,NVDA,,T-1\n"
THE_ROW = PersonResult(
    source=Source.PERSON,
    outcome=Outcome.FAILED,
    page="/bins",
    criterion="1.3.3",
    what="“Green” – alone",
    where="main",
    impact=Impact.SERIOUS,
    who="web officer",
    when=date(2026, 11, 3),
    technology="NVDA",
    reference="T-1",
    file="found.csv",
    line=2,
)

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: str | bytes, name: str = "found.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return file

    return write


@pytest.fixture
def faults(written: Written) -> Callable[..., list[str]]:
    def of(content: str | bytes, name: str = "found.csv") -> list[str]:
        file = written(content, name)
        with pytest.raises(ConfigError) as error:
            read([file])
        return str(error.value).replace(f"{file}", name).splitlines()

    return of


# -- Reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whatever_a_spreadsheet_saves(written: Written, encoding: str, end: str) -> None:
    assert read([written((HEADER + ROW).replace("\n", end), encoding=encoding)]) == (THE_ROW,)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimiters_and_dates_of_other_spreadsheets(written: Written, delimiter: str) -> None:
    text = (HEADER + ROW).replace(",", delimiter).replace("2026-11-03", "03/11/2026")
    assert read([written(text.upper().replace("“GREEN” – ALONE", "“Green” – alone"))])[0].when == THE_ROW.when


def test_toml(written: Written) -> None:
    text = """
[[result]]
source = "person"
page = "/bins"
criterion = "1.3.3"
outcome = "failed"
what = "“Green” – alone"
where = "main"
impact = "serious"
who = "web officer"
when = 2026-11-03
with = "NVDA"
reference = "T-1"
"""
    assert read([written(text, "found.toml")]) == (replace(THE_ROW, file="found.toml", line=1),)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Failed", Outcome.FAILED),
        ("earl:failed", Outcome.FAILED),
        ("PASSED", Outcome.PASSED),
        ("cannot tell", Outcome.CANT_TELL),
        ("can't tell", Outcome.CANT_TELL),
        ("cantTell", Outcome.CANT_TELL),
        ("not applicable", Outcome.INAPPLICABLE),
        ("inapplicable", Outcome.INAPPLICABLE),
        ("", Outcome.UNTESTED),
        ("untested", Outcome.UNTESTED),
    ],
)
def test_words_for_outcomes(written: Written, word: str, outcome: Outcome) -> None:
    (result,) = read([written(HEADER + ROW.replace("failed", word))])
    assert result.outcome is outcome


def test_empty_rows_and_columns_are_passed_over(written: Written) -> None:
    text = (HEADER + ",,,,,,,,,,,\n" + ROW).replace("\n", ",,\n")
    assert [each.line for each in read([written(text)])] == [3]


def test_a_users_report_needs_neither_name_nor_criterion(written: Written) -> None:
    text = "source,outcome,what,when\nReported by a user,failed,It does not work,2026-11-03\n"
    (result,) = read([written(text)])
    assert (result.source, result.criterion, result.who) == (Source.REPORTED, "", "")


def test_every_fault_of_every_file_is_told_with_its_line(faults: Callable[..., list[str]]) -> None:
    text = HEADER + (
        'person,bins,9.9.9,broken,"two\nlines",,huge,jane@example.org,11/31/2026,,soon,\n'
        + ROW
        + "person,https://[,,passed,,,,,,,,\n"
        + "robot,,1.1.1,failed,,,,tester,2026-01-01,,,,beyond\n"
    )
    assert faults(text) == [
        "found.csv, line 2, page: 'bins' is no page. Write https://…, a path such as /bins, or nothing for "
        "the whole site.",
        "found.csv, line 2, criterion: '9.9.9' is no success criterion. Write one such as 1.3.3.",
        "found.csv, line 2, outcome: 'broken' is none. Write failed, passed, cannot tell or not applicable; "
        "nothing where it is still to be tested.",
        "found.csv, line 2, impact: 'huge' is none. Write critical, serious, moderate, minor, or nothing.",
        "found.csv, line 2, who: an e-mail address must not stand in a report. Write a role, such as “web "
        "officer”.",
        "found.csv, line 2, when: '11/31/2026' is no date. Write one such as 2026-03-31 or 31/03/2026.",
        "found.csv, line 2, fixed: 'soon' is no date. Write one such as 2026-03-31 or 31/03/2026.",
        "found.csv, line 5, page: 'https://[' is no page. Write https://…, a path such as /bins, or nothing "
        "for the whole site.",
        "found.csv, line 5, when: is missing.",
        "found.csv, line 5, who: is missing.",
        "found.csv, line 5, criterion: is missing.",
        "found.csv, line 6, source: 'robot' is none. Write `person` or `reported by a user`.",
        "found.csv, line 6, the row: more cells than line 1 names: put quotes around text.",
        "found.csv, line 6, what: is missing.",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x00\x00", "found.csv cannot be read: it is no text. Save it as “CSV UTF-8”."),
        (
            b"outcome\n\x81\xff",
            "found.csv cannot be read: its encoding is not known. Save it as “CSV UTF-8”.",
        ),
        (
            "outcom,page\n",
            "found.csv cannot be read: in line 1, 'outcom' is no column. Those that may be: source, page, "
            "criterion, outcome, what, where, impact, who, when, with, fixed, reference, issue.",
        ),
        (
            "page\n/bins\n",
            "found.csv cannot be read: line 1 must name the columns, each once, and `outcome` among them.",
        ),
        (
            "outcome,page,page\n",
            "found.csv cannot be read: line 1 must name the columns, each once, and `outcome` among them.",
        ),
        ("", "found.csv cannot be read: line 1 must name the columns, each once, and `outcome` among them."),
        ('outcome\n\n"open\n', "found.csv cannot be read: in line 3, unexpected end of data."),
    ],
)
def test_what_is_no_such_file_is_refused(
    content: str | bytes, told: str, faults: Callable[..., list[str]]
) -> None:
    assert faults(content) == [told]


def test_faults_of_toml(faults: Callable[..., list[str]]) -> None:
    assert faults('[[result]]\noutcom = "failed"\n[[result]]\nwhat = "' + "x" * 2_001 + '"', "a.toml") == [
        "a.toml, [[result]] 1, outcom: there is no such key. Those that may be: source, page, criterion, "
        "outcome, what, where, impact, who, when, with, fixed, reference, issue.",
        "a.toml, [[result]] 2, what: is longer than 2,000 characters.",
    ]
    assert faults("[result]\n", "a.toml")[0].startswith("a.toml cannot be read: each result stands under a")
    assert faults("[[result]\n", "a.toml")[0].startswith("a.toml cannot be read: ")


def test_a_file_that_is_too_large_is_refused(written: Written) -> None:
    with pytest.raises(ConfigError, match="is too large"):
        read([written("x" * (PEOPLE_BYTES + 1))])


def test_patterns_name_files_beside_sites_toml(written: Written, tmp_path: Path) -> None:
    one, two = written("", "a.csv"), written("", "b.csv")
    assert files(tmp_path, ["*.csv", "a.csv"]) == (one, two)
    with pytest.raises(ConfigError, match=r"c\*\.csv: there is no such file"):
        files(tmp_path, ["c*.csv"])


# -- Joining -----------------------------------------------------------------------------------------------


@pytest.fixture
def report() -> Report:
    return make_report()


def result(outcome: Outcome = Outcome.FAILED, **values: object) -> PersonResult:
    told = replace(THE_ROW, outcome=outcome)
    return replace(told, **values)  # type: ignore[arg-type]


def test_a_failure_is_a_confirmed_problem_with_its_source(report: Report) -> None:
    both = joined(report, (result(), result(page=f"{BASE}/tax#x", what="“GREEN” – alone")))
    (issue,) = (issue for issue in both.of(Outcome.FAILED) if issue.people)
    assert (issue.source, issue.pages, issue.places, issue.wcag) == (Source.PERSON, 2, 2, ("1.3.3",))
    assert [each.url for each in both.findings(issue=issue.id)] == [f"{BASE}/bins", f"{BASE}/council-tax"]
    assert len(both.of(Outcome.FAILED)) == len(report.of(Outcome.FAILED)) + 1
    before, after = (_figures.figures(each).pages[f"{BASE}/bins"].failures for each in (report, both))
    assert after == before + 1
    (criterion,) = (c for c in _figures.criteria(both) if c.criterion.num == "1.3.3")
    assert (criterion.verdict, criterion.people) == (
        "failure",
        ("Failed on 2 of 6 pages audited, last by web officer on 3 November 2026, with NVDA.",),
    )


def test_rules_alone_are_compared_and_judged(report: Report) -> None:
    (question,) = report.of(Outcome.CANT_TELL)
    both = joined(report, (result(), result(issue=question.id)))
    assert both.by_rules is report
    assert known.of_report(both).issues == known.of_report(report).issues


def test_what_is_fixed_is_no_problem_and_what_is_passed_no_verdict(report: Report) -> None:
    told = (result(fixed=date(2026, 11, 9)), result(Outcome.PASSED, page=""), result(Outcome.UNTESTED))
    both = joined(report, told)
    assert both.issues == report.issues
    (criterion,) = (c for c in _figures.criteria(both) if c.criterion.num == "1.3.3")
    assert criterion.verdict == "untested"
    assert criterion.words == "No rule. Not a pass: see what people tested"
    assert criterion.people == (
        "Passed for the whole website, last by web officer on 3 November 2026, with NVDA.",
        "Fixed on 1 of 6 pages audited, last by web officer on 3 November 2026, with NVDA.",
    )
    assert _tested.summary(both) == (
        "2 results of people (1 passed, 1 fixed): 1 of 55 criteria tested, 1 row not yet tested."
    )


def test_a_page_that_was_not_audited_is_in_no_count_of_audited_ones(report: Report) -> None:
    both = joined(report, (result(page="/portal"), result(page="https://pay.example/x", criterion="1.1.1")))
    mine = [issue for issue in both.issues if issue.people]
    assert [issue.pages for issue in mine] == [0, 0]
    assert {each.page for each in both.people} == {f"{BASE}/portal", "https://pay.example/x"}
    assert _figures.figures(both).failure_pages == _figures.figures(report).failure_pages
    assert (_figures.figures(report).elsewhere, _figures.figures(both).elsewhere) == (0, 2)
    assert not {f"{BASE}/portal", "https://pay.example/x"} & set(_figures.figures(both).pages)


def test_another_standards_criterion_is_advice(report: Report) -> None:
    both = joined(report, (result(criterion="1.4.6"),))
    assert {issue.kind for issue in both.issues if issue.people} == {Kind.ADVICE}


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.PASSED, Outcome.INAPPLICABLE, Outcome.CANT_TELL])
def test_an_answer_settles_a_question_of_the_rules(report: Report, outcome: Outcome) -> None:
    (question,) = report.of(Outcome.CANT_TELL)
    both = joined(report, (result(outcome, issue=question.id, page="", criterion="", what=""),))
    (answered,) = (issue for issue in both.issues if issue.id == question.id)
    assert (answered.outcome, answered.rule) == (outcome, question.rule)
    assert len(both.issues) == len(report.issues)
    is_open = outcome is Outcome.CANT_TELL
    assert len(both.of(Outcome.CANT_TELL)) == is_open
    assert _figures.figures(both).person_pages == is_open
    assert len(_figures.answered(both)) == (outcome in (Outcome.PASSED, Outcome.INAPPLICABLE))
    assert [each.outcome for each in both.findings(issue=question.id)] == [outcome] * question.places
    assert [*both.findings(issue=question.id, outcome=outcome)]


def test_the_last_answer_counts_and_of_one_day_a_failure(report: Report) -> None:
    (question,) = report.of(Outcome.CANT_TELL)

    def after(*told: tuple[Outcome, int]) -> Outcome:
        answers = [result(o, issue=question.id, when=date(2026, 11, day)) for o, day in told]
        both = joined(report, answers)
        assert sum(bool(each.found) for each in both.people) == 1
        return next(issue.outcome for issue in both.issues if issue.id == question.id)

    assert after((Outcome.PASSED, 3), (Outcome.FAILED, 2)) is Outcome.PASSED
    assert after((Outcome.FAILED, 3), (Outcome.PASSED, 3)) is Outcome.FAILED


def test_an_answer_to_no_open_question_changes_nothing(report: Report) -> None:
    failed = report.of(Outcome.FAILED)[0]
    told = [result(Outcome.PASSED, issue=failed.id), result(issue="gone-cant-tell-0000000000")]
    both = joined(report, told)
    assert both.issues == report.issues
    assert [each.found for each in both.people] == ["", ""]


def test_nothing_found_is_the_same_report(report: Report) -> None:
    assert joined(report, ()) is report


# -- The guided checklist, there and back ------------------------------------------------------------------


def test_the_checklist_is_read_back_empty(report: Report, written: Written) -> None:
    results = read([written(b"".join(checklist(report)), "checklist.csv")])
    assert {each.outcome for each in results} == {Outcome.UNTESTED}
    assert {each.criterion for each in results} == {entry.criterion for entry in report.checklist}
    assert [each.issue for each in results if each.issue] == [i.id for i in report.of(Outcome.CANT_TELL)]
    assert {each.page for each in results if each.criterion == "1.1.1"} >= {f"{BASE}/", f"{BASE}/bins"}
    both = joined(report, results)
    assert both.issues == report.issues
    assert _tested.summary(both).endswith(f"{len(results)} rows not yet tested.")


def filled(report: Report) -> str:
    rows = list(csv.DictReader(io.StringIO(b"".join(checklist(report)).decode("utf-8-sig"), newline="")))
    for row in rows:
        if row["criterion"].startswith("1.3.3"):
            row |= {
                "outcome": "failed",
                "who": "web officer",
                "when": "2026-11-03",
                "what": "“Green” – alone",
            }
        if row["issue"]:
            row |= {"outcome": "passed", "who": "web officer", "when": "2026-11-03"}
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (";", "utf-8")]
)
def test_a_filled_checklist_is_read_back(
    report: Report, written: Written, delimiter: str, encoding: str
) -> None:
    rows = list(csv.reader(io.StringIO(filled(report), newline="")))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(
        [cell.replace("2026-11-03", "03/11/2026") for cell in row] for row in rows
    )
    results = read([written(text.getvalue().encode(encoding, "replace"), "checklist.csv")])
    told = [each for each in results if each.outcome is not Outcome.UNTESTED]
    assert {(each.criterion, each.what, each.when) for each in told if not each.issue} == {
        ("1.3.3", "“Green” – alone", date(2026, 11, 3))
    }
    both = joined(report, results)
    assert len(_figures.answered(both)) == 1
    assert len(both.of(Outcome.FAILED)) == len(report.of(Outcome.FAILED)) + 1


def test_cells_that_look_like_formulas_come_back_as_they_were(report: Report, written: Written) -> None:
    page = f"{BASE}/a?b;=c"
    visits = (replace(next(iter(report.visits())), url=page),)
    site = replace(report.site, urls=(page,))
    results = read([written(b"".join(checklist(replace(report, site=site))), "checklist.csv")])
    assert page in {each.page for each in results}
    placed = joined(replace(report, site=site, visits=lambda: visits), results).people
    assert page in {each.page for each in placed if each.is_audited}
