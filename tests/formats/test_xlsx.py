"""`report.xlsx`: opened by another library than wrote it, it holds what the report holds."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from auditor.formats import FORMATS, xlsx
from auditor.models import Report

Render = Callable[[str, Report], dict[str, bytes]]
SHEETS = ["Summary", "Issues", "Pages", "Findings", "Not audited", "Documents", "Method"]


@pytest.fixture(scope="module")
def book(judged: Report, rendered: Render) -> Any:
    return openpyxl.load_workbook(io.BytesIO(rendered("xlsx", judged)["report.xlsx"]))


def rows(book: Any, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_each_sheet_is_one_plain_table_with_headings(book: Any) -> None:
    assert book.sheetnames == SHEETS
    assert book.properties.title == "Accessibility audit of Ambleworth Borough Council"
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert not sheet.merged_cells.ranges
        assert all(sheet.cell(1, column).value for column in range(1, sheet.max_column + 1))
        headings = book[sheet.title].defined_names["ColumnTitle"].attr_text
        last = sheet.cell(1, sheet.max_column).column_letter
        assert headings == f"'{sheet.title}'!$A$1:${last}$1", "read out by screen readers"


@pytest.mark.parametrize(("sheet", "file"), [("Issues", "issues.csv"), ("Findings", "findings.csv")])
def test_it_says_what_the_csv_says(
    book: Any, judged: Report, rendered: Render, sheet: str, file: str
) -> None:
    text = rendered("csv", judged)[file].decode("utf-8-sig")
    there = list(csv.reader(io.StringIO(text, newline="")))
    here = [["" if value is None else str(value) for value in row] for row in rows(book, sheet)]
    assert here == there
    assert len(here) > 5


def test_the_summary_says_of_how_many(book: Any) -> None:
    told = {row[0]: row[1:] for row in rows(book, "Summary")}
    assert (
        told["In a sentence"][0]
        == "5 confirmed problems were found, on 6 of 6 audited pages. 2 of them stop some people altogether."
    )
    assert told["Pages audited"] == (6, 9, "web pages in scope")
    assert told["Confirmed problems: critical"][:2] == (2, 5)
    assert told["Since the audit before"][0].startswith("2 new, ")


def test_nothing_audited_is_no_good_news(changed: Callable[..., Report], rendered: Render) -> None:
    empty = changed(visits=lambda: (), findings=lambda: (), issues=(), coverage={"in_scope": 0})
    told = dict(
        row[:2]
        for row in rows(openpyxl.load_workbook(io.BytesIO(rendered("xlsx", empty)["report.xlsx"])), "Summary")
    )
    assert told["In a sentence"] == "Nothing was audited, so nothing can be said."


def test_what_was_not_audited_stands_there_with_its_reason(book: Any, judged: Report) -> None:
    listed = rows(book, "Not audited")[1:]
    visits = [visit for visit in judged.visits() if visit.outcome != "audited"]
    assert len(listed) == len(visits) + len(list(judged.untested())) + 2, (
        "addresses, parts of pages, rules that broke down"
    )
    assert listed[2][:2] == ("https://www.ambleworth.example/slow", "Could not be opened")
    assert [row[1] for row in listed[-2:]] == ["A rule broke down"] * 2


def test_a_sheet_that_is_full_says_how_many_are_missing(
    report: Report, rendered: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 9)
    small = openpyxl.load_workbook(io.BytesIO(rendered("xlsx", report)["report.xlsx"]))
    findings = rows(small, "Findings")
    assert len(findings) == 9
    all_of_them = sum(1 for _ in report.findings())
    assert findings[-1][0] == f"{all_of_them - 7} more: a sheet holds no more. All are in report.json."
    assert small["Findings"].auto_filter.ref == "A1:P9"


def test_findings_pass_through_little_memory(big: Callable[[int, int], Report]) -> None:
    report = big(100, 40)
    tracemalloc.start()
    try:
        ((_, chunks),) = FORMATS["xlsx"](report)
        content = b"".join(chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - len(content) < 1_000_000
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.getinfo("xl/worksheets/sheet4.xml").file_size > 4_000_000
