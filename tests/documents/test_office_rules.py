"""Rules on office files: each of their examples, as its name says, and what they say in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.checks.document_rules import judge_document
from auditor.checks.folders import RuleFolder, find
from auditor.checks.page_rules import PythonRule
from auditor.documents.office import read
from auditor.evidence import Place
from auditor.evidence.document import Document, DocumentKind, listed, quoted
from auditor.identity import said
from auditor.models import Finding, Outcome
from auditor.resources import folder
from tests.documents import office_files as make

OURS = {
    "document-blank-runs",
    "document-heading-looks",
    "document-fields",
    "document-headings",
    "document-language",
    "document-links",
    "document-merged-cells",
    "document-nested-tables",
    "document-pictures",
    "document-reading-order",
    "document-sheet-names",
    "document-slide-titles",
    "document-tables",
    "document-title-property",
}
RULES: dict[str, RuleFolder] = {rule: each for rule, each in find([folder("rules")]).items() if rule in OURS}
RUN = [PythonRule.of(each) for each in RULES.values()]
OFFICE = {kind.value for kind in DocumentKind if kind.is_judged} - {"pdf"}
EXAMPLES = sorted(
    (rule, file)
    for rule, each in RULES.items()
    for file in (each.path / "examples").iterdir()
    if file.suffix[1:] in OFFICE
)


def judged(
    file: Path, url: str = "https://wardle.example/a"
) -> tuple[dict[str, set[Outcome]], list[Finding]]:
    kind = DocumentKind(file.suffix[1:])
    place = Place(selector="", excerpt="")
    document = Document(url=url, content_type="", file=file, place=place, kind=kind, **read(file, kind))
    results, findings = judge_document(RUN, document, {rule: each.rule for rule, each in RULES.items()})
    told: dict[str, set[Outcome]] = {}
    for each in results:
        assert not each.error, each.error
        told.setdefault(each.rule, set()).add(each.outcome)
    return told, findings


@pytest.mark.parametrize(("rule", "file"), EXAMPLES, ids=[f"{rule}-{file.name}" for rule, file in EXAMPLES])
def test_an_example_is_judged_as_it_is_named(rule: str, file: Path) -> None:
    expected = Outcome(file.name.partition("-")[0].replace("cant", "cant_tell"))
    assert judged(file)[0][rule] == {expected}
    assert file.stat().st_size < 30_000


def test_the_examples_are_what_the_script_makes() -> None:
    made = {name for name, _ in make.examples()}
    assert made == {file.relative_to(folder("rules")).as_posix() for _, file in EXAMPLES}


def faults(file: Path) -> set[tuple[str, str]]:
    """What is found, in words."""
    return {(each.rule.removeprefix("document-"), each.message) for each in judged(file)[1]}


def test_sound_files_have_no_finding(tmp_path: Path) -> None:
    assert faults(make.word(tmp_path / "a.docx", make.word_table(header=True))) == set()
    assert faults(make.sheets(tmp_path / "a.xlsx", make.sheet_table, make.sheet_link)) == set()
    assert faults(make.slides(tmp_path / "a.pptx", make.slide_table(True), make.slide_columns)) == set()
    assert faults(make.odt(tmp_path / "a.odt", make.odt_table(header=True))) == set()
    assert faults(make.ods(tmp_path / "a.ods", header=True, hidden=True)) == set()
    assert faults(make.odp(tmp_path / "a.odp")) == set()


def test_everything_wrong_at_once_in_word(tmp_path: Path) -> None:
    file = make.word(
        tmp_path / "a.docx",
        make.word_heading(4),
        make.word_looks,
        make.word_table(header=False, merged=True, nested=True),
        make.word_table(header=False),
        make.word_blank,
    )
    assert faults(file) == {
        ("headings", "Headings that skip a level: 1 of 3 (paragraph 5, under “Permits”)"),
        (
            "heading-looks",
            "Paragraphs that look like headings and are not marked: 1 "
            "(“Who can apply”, paragraph 6, under “Fees”)",
        ),
        ("tables", "Tables without marked headers: 2 of 2 (table 1, under “Fees”; table 3, under “Fees”)"),
        ("merged-cells", "Tables with merged cells: 1 of 3 (table 1, under “Fees”)"),
        ("nested-tables", "Tables within tables: 1 of 3 (table 2, under “Fees”)"),
        (
            "blank-runs",
            "Gaps made with empty paragraphs or spaces: 2 "
            "(4 empty paragraphs after paragraph 10, under “Fees”; spaces in paragraph 12, under “Fees”)",
        ),
    }


def test_everything_wrong_at_once_on_slides(tmp_path: Path) -> None:
    file = make.slides(
        tmp_path / "a.pptx",
        make.slide_without_title,
        make.slide_same_title,
        make.slide_hidden_empty,
        make.slide_odd_order,
        make.slide_table(False),
    )
    assert faults(file) == {
        ("slide-titles", "Slides without a title: 1 of 6 (slide 3)"),
        ("slide-titles", "Slides with the title of another: 1 of 6 (slide 4)"),
        (
            "reading-order",
            "Slides read in another order than they show: 1 of 6 "
            "(slide 7: “Title 1”, then “Second step”, then “First step”)",
        ),
        ("tables", "Tables without marked headers: 1 of 1 (slide 8)"),
    }


def test_everything_wrong_at_once_on_sheets(tmp_path: Path) -> None:
    file = make.sheets(
        tmp_path / "a.xlsx", make.sheet_merged, make.sheet_hidden, names=("Sheet1", "Sheet2", "Lists")
    )
    assert faults(file) == {
        ("sheet-names", "Sheets without a name of their own: 1 of 2 (sheet “Sheet1”)"),
        ("sheet-names", "Empty sheets: 1 of 2 (sheet “Sheet2”)"),
        ("tables", "Tables without marked headers, that may need them: 1 of 1 (sheet “Sheet1”)"),
        ("merged-cells", "Tables with merged cells: 1 of 1 (sheet “Sheet1”)"),
    }


def test_one_fault_in_many_documents_is_one_issue(tmp_path: Path) -> None:
    """Whatever stands in the documents: brackets, quotation marks, other figures."""
    names = ("Prices", "A (b) ” c", "It's “here”) (")
    found = [
        each
        for at, name in enumerate(names)
        for each in judged(
            make.ods(tmp_path / f"{at}.ods", name=name, header=at == 9), f"https://wardle.example/{at}"
        )[1]
    ]
    assert len(found) == 3
    assert len({each.issue for each in found}) == 1
    many = [f"page {number}" for number in range(30)]
    assert said(f"Tables: 1 of 2 {listed(many[:1])}") == said(f"Tables: 30 of 99 {listed(many)}")
    assert len(quoted("x" * 500)) == 80
