"""PDFs made by real libraries, opened and judged: what is found is exactly what was made."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from auditor.checks.document_rules import judge_document
from auditor.checks.folders import find
from auditor.checks.page_rules import PythonRule
from auditor.documents import Unreadable, _pdf_tags
from auditor.documents import pdf as pdf_module
from auditor.documents.kinds import kind_of
from auditor.documents.opening import opened
from auditor.evidence.document import Document, DocumentKind
from auditor.models import Finding
from auditor.resources import folder
from tests.documents import making as make

URL = "https://council.example/files/bins.pdf"
OURS = {key: each for key, each in find([folder("rules")]).items() if each.judge == "document"}
MINE = {name.replace("_", "-") for name in make.EXAMPLES}  # those that this module expects


@cache
def _python_rules() -> list[PythonRule]:
    return [PythonRule.of(each) for key, each in OURS.items() if key in MINE]


def opening(tmp_path: Path, made: Pdf | bytes) -> Document:
    file = tmp_path / "a"
    file.write_bytes(make.as_bytes(made))
    return opened(file, URL, "application/pdf")


def findings(document: Document) -> list[Finding]:
    results, found = judge_document(_python_rules(), document, {k: each.rule for k, each in OURS.items()})
    assert not [each for each in results if each.error]
    return found


def found(document: Document) -> set[str]:
    return {
        f"{each.rule.removeprefix('document-')}: {each.outcome.replace('_', ' ')}"
        for each in findings(document)
    }


def written_by_reportlab() -> Pdf:
    return make.drawn(make.written)


def role_mapped() -> Pdf:
    pdf = make.sound()
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(
        {"/Photo": Name.Figure, "/Loop": Name("/Loop2"), "/Loop2": Name.Loop}
    )
    make.tag(pdf, "Photo", page=pdf.pages[0], kids=[7])
    make.tag(pdf, "Loop", page=pdf.pages[0], kids=[8])
    return pdf


def figure_in_described_figure() -> Pdf:
    pdf = make.sound()
    outer = make.tag(pdf, "Figure", page=pdf.pages[0], Alt=String("A map of the rounds"))
    make.tag(pdf, "Figure", page=pdf.pages[0], kids=[7], parent=outer)
    return pdf


def link_told_by_its_tag() -> Pdf:
    pdf = make.sound(make.linked_nothing)
    annotation = pdf.pages[0].obj.Annots[0]
    reference = Dictionary(Type=Name.OBJR, Obj=annotation)
    make.tag(pdf, "Link", page=pdf.pages[0], kids=[reference], Alt=String("Bin days"))
    return pdf


def field_told_by_its_tag() -> Pdf:
    pdf = make.with_field(make.sound(), "Text1")
    reference = Dictionary(Type=Name.OBJR, Obj=pdf.Root.AcroForm.Fields[0])
    make.tag(pdf, "Form", page=pdf.pages[0], kids=[reference], Alt=String("Surname"))
    return pdf


def figure_drawn_apart(**more: str) -> Pdf:
    """As LibreOffice writes it: the picture lies outside its tag, which has a place on the page."""
    pdf = make.sound()
    place = Array([Dictionary(O=Name.Layout, BBox=Array([99, 551, 139, 581]))])
    tag = make.tag(pdf, "Figure", page=pdf.pages[0], A=place)
    for key, value in more.items():
        tag[f"/{key}"] = String(value)
    return pdf


def figure_with_nothing() -> Pdf:
    pdf = make.sound()
    make.tag(pdf, "Figure", page=pdf.pages[0], A=7)
    return pdf


def link_with_contents() -> Pdf:
    pdf = make.sound(make.linked_nothing)
    pdf.pages[0].obj.Annots[0].Contents = String("Bin days")
    return pdf


def hidden_field() -> Pdf:
    pdf = make.with_field(make.sound(), "Text1")
    pdf.Root.AcroForm.Fields[0].F = 2
    return pdf


def push_button() -> Pdf:
    return make.with_field(make.sound(), "Button1", kind="Btn", Ff=1 << 16, MK=Dictionary(CA=String("Send")))


def fields_in_a_group() -> Pdf:
    """The label of a group stands at its parent."""
    pdf = make.with_field(make.sound(), "Choice", kind="Btn")
    kid = pdf.Root.AcroForm.Fields[0]
    del kid.T
    parent = pdf.make_indirect(
        Dictionary(FT=Name.Btn, T=String("Group1"), TU=String("Size of bin"), Kids=Array([kid]))
    )
    kid.Parent = parent
    pdf.Root.AcroForm.Fields = Array([parent])
    return pdf


def marked_and_no_tree() -> Pdf:
    pdf = make.sound()
    pdf.Root.StructTreeRoot.K = Array()
    return pdf


def tree_and_not_marked() -> Pdf:
    pdf = make.sound()
    pdf.Root.MarkInfo = Dictionary(Marked=False)
    return pdf


def looped_tree() -> Pdf:
    pdf = make.sound()
    first = pdf.Root.StructTreeRoot.K[0]
    make.tag(pdf, "Figure", page=pdf.pages[0], kids=[7], parent=first)
    first.K.append(pdf.Root.StructTreeRoot)
    first.K.append(first)
    return pdf


def looped_bookmarks() -> Pdf:
    pdf = make.of_pages(21, bookmarks=True)
    item = pdf.Root.Outlines.First
    item.Next = item
    return pdf


def looped_fields() -> Pdf:
    pdf = make.with_field(make.sound(), "Text1", "Surname")
    field = pdf.Root.AcroForm.Fields[0]
    parent = pdf.make_indirect(Dictionary(T=String("All"), Kids=Array([field])))
    field.Kids = Array([parent])
    pdf.Root.AcroForm.Fields = Array([parent, field])
    return pdf


def wrong_kinds_everywhere() -> Pdf:
    """Numbers where dictionaries belong, and the other way round."""
    pdf = make.sound()
    pdf.Root.ViewerPreferences = Array([1])
    pdf.Root.Lang = Name.English
    pdf.Root.Outlines = 7
    pdf.Root.Metadata = pdf.make_stream(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;')
    pdf.Root.AcroForm = Array()
    pdf.pages[0].obj.Annots = Array([1, Name.Link, Dictionary(Subtype=Name.Link, Rect=String("x"))])
    return pdf


def artifact_picture() -> Pdf:
    def draw(canvas: Any) -> None:
        make.written(canvas)
        canvas.drawInlineImage(Image.new("L", (4, 4), 100), 10, 10, 20, 20)

    return make.sound(draw)


def packed_metadata_title() -> Pdf:
    """The title of the metadata counts where the properties hold none."""
    pdf = make.title(make.sound(), None)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        meta["dc:title"] = "When bins are collected"
    return pdf


EVERYTHING = {"tags: failed", "title-property: failed", "language: failed"}
CASES: dict[str, tuple[Callable[[], Pdf | bytes], set[str]]] = {
    "sound": (make.sound, set()),
    "reportlab": (written_by_reportlab, EVERYTHING),
    "untagged": (lambda: make.untagged(make.sound()), {"tags: failed"}),
    "marked, no tree": (marked_and_no_tree, {"tags: failed"}),
    "tree, not marked": (tree_and_not_marked, {"tags: failed"}),
    "no title": (lambda: make.title(make.sound(), None), {"title-property: failed"}),
    "empty title": (lambda: make.title(make.sound(), "  "), {"title-property: failed"}),
    "title of the metadata": (packed_metadata_title, set()),
    "title is a name": (lambda: make.title(make.sound(), "bins_2024.docx"), {"title-property: failed"}),
    "title is nobody's": (lambda: make.title(make.sound(), "Document1"), {"title-property: failed"}),
    "title with figures": (lambda: make.title(make.sound(), "Budget 2026-27"), set()),
    "title not shown": (lambda: make.title(make.sound(), "Bins", shown=False), {"title-property: failed"}),
    "no language": (lambda: make.language(make.sound(), None), {"language: failed"}),
    "language in words": (lambda: make.language(make.sound(), "English"), {"language: failed"}),
    "language with _": (lambda: make.language(make.sound(), "en_GB"), {"language: failed"}),
    "Welsh": (lambda: make.language(make.sound(), "cy-GB"), set()),
    "scan": (lambda: make.sound(make.scan), {"scanned: failed"}),
    "scan, untagged": (lambda: make.untagged(make.sound(make.scan)), {"scanned: failed", "tags: failed"}),
    "one scanned page": (lambda: make.sound(make.written, make.scan), {"scanned: cant tell"}),
    "small picture": (artifact_picture, set()),
    "empty page": (lambda: make.sound(lambda canvas: None), set()),
    "bit 10": (lambda: make.protected(make.sound(), accessibility=False), {"permissions: failed"}),
    "bits 5 and 10": (
        lambda: make.protected(make.sound(), accessibility=False, extract=False),
        {"permissions: failed"},
    ),
    "bit 5": (lambda: make.protected(make.sound(), extract=False), set()),
    "figure": (lambda: make.with_figure(make.sound()), {"pictures: failed"}),
    "figure, blank": (lambda: make.with_figure(make.sound(), Alt=" "), {"pictures: failed"}),
    "figure, described": (lambda: make.with_figure(make.sound(), Alt="Bins by street"), set()),
    "figure, its text": (lambda: make.with_figure(make.sound(), ActualText="Harrowmere"), set()),
    "figure, file name": (lambda: make.with_figure(make.sound(), Alt="IMG_1.jpg"), {"pictures: cant tell"}),
    "figure, by a machine": (
        lambda: make.with_figure(make.sound(), Alt="A bin\n\nDescription automatically generated"),
        {"pictures: cant tell"},
    ),
    "figure by role": (role_mapped, {"pictures: failed"}),
    "figure in a figure": (figure_in_described_figure, set()),
    "figure, drawn apart": (figure_drawn_apart, {"pictures: failed"}),
    "figure, drawn apart, file name": (
        lambda: figure_drawn_apart(Alt="IMG_1.jpg"), {"pictures: cant tell"}
    ),
    "figure, drawn apart, described": (lambda: figure_drawn_apart(Alt="A bin"), set()),
    "figure, empty": (figure_with_nothing, set()),
    "figure, untagged": (lambda: make.untagged(make.with_figure(make.sound())), {"tags: failed"}),
    "link": (lambda: make.sound(make.linked), set()),
    "link, empty": (lambda: make.sound(make.linked_nothing), {"links: failed"}),
    "link, click here": (lambda: make.sound(make.linked_here), {"links: cant tell"}),
    "link by its tag": (link_told_by_its_tag, set()),
    "link by its contents": (link_with_contents, set()),
    "field": (lambda: make.with_field(make.sound(), "Text1", "Surname"), set()),
    "field, bare": (lambda: make.with_field(make.sound(), "Text1"), {"fields: failed"}),
    "field, by its tag": (field_told_by_its_tag, set()),
    "field, named": (lambda: make.with_field(make.sound(), "Surname"), {"fields: cant tell"}),
    "field, hidden": (hidden_field, set()),
    "field, button": (push_button, set()),
    "field in a group": (fields_in_a_group, set()),
    "fields out of order": (
        lambda: make.tab_order_lost(make.with_field(make.sound(), "Text1", "Surname")),
        {"tab-order: cant tell"},
    ),
    "dynamic form": (lambda: make.dynamic(make.sound()), {"dynamic-form: failed"}),
    "dotted lines": (lambda: make.sound(make.dotted), {"to-print: failed"}),
    "dots alone": (lambda: make.sound(make.dots_alone), set()),
    "list of contents": (lambda: make.sound(make.contents), set()),
    "long": (lambda: make.of_pages(21, bookmarks=False), {"bookmarks: failed"}),
    "long, bookmarks": (lambda: make.of_pages(21, bookmarks=True), set()),
    "grey": (lambda: make.sound(make.in_colour("#999999")), {"contrast: failed"}),
    "white on pale blue": (lambda: make.sound(make.in_colour("#ffffff", "#99ccff")), {"contrast: failed"}),
    "white on blue": (lambda: make.sound(make.in_colour("#ffffff", "#003366")), set()),
    "grey, large": (lambda: make.sound(make.in_colour("#808080", size=20)), set()),
    "white on white": (lambda: make.sound(make.in_colour("#ffffff")), set()),
    "pale on a picture": (lambda: make.sound(make.on_picture), set()),
    "PDF/UA": (lambda: make.claims_ua(make.sound()), set()),
    "PDF/UA, untagged": (
        lambda: make.untagged(make.claims_ua(make.sound())),
        {"tags: failed", "pdf-ua: cant tell"},
    ),
    "looped tree": (looped_tree, {"pictures: failed"}),
    "looped bookmarks": (looped_bookmarks, set()),
    "looped fields": (looped_fields, set()),
    "wrong kinds": (
        wrong_kinds_everywhere,
        {"title-property: failed", "language: failed"},
    ),
    "junk before it": (lambda: b"\r\n junk \r\n" + make.data(make.sound()), set()),
    "no cross-references": (lambda: make.data(make.sound()).replace(b"startxref", b"startnada"), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_was_made_is_found(tmp_path: Path, name: str) -> None:
    made, expected = CASES[name]
    assert found(opening(tmp_path, made())) == expected


REASONS: dict[str, tuple[Callable[[], bytes], str]] = {
    "password": (lambda: make.protected(make.sound(), user="secret"), "password"),
    "empty": (lambda: b"", "empty"),
    "web page": (lambda: b"<!DOCTYPE html><title>Not found</title>", "web page"),
    "head alone": (lambda: b"%PDF-1.7\n", "damaged"),
    "garbage": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "cut": (lambda: make.data(make.sound())[:200], "damaged"),
    "bomb": (lambda: make.endless_content(60), "far more than a page needs"),
    "plain text": (lambda: b"Bins are collected each Monday.", "listed and not judged"),
    "rich text": (lambda: rb"{\rtf1 Bins}", "listed and not judged"),
}


@pytest.mark.parametrize("name", REASONS)
def test_what_is_not_read_has_its_reason(tmp_path: Path, name: str) -> None:
    made, reason = REASONS[name]
    with pytest.raises(Unreadable, match=reason):
        opening(tmp_path, made())


def test_pages_that_hold_themselves(tmp_path: Path) -> None:
    pdf = make.sound()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    with pytest.raises(Unreadable, match="damaged"):
        opening(tmp_path, pdf)


def test_its_facts(tmp_path: Path) -> None:
    pdf = make.with_headings(make.with_table(make.sound()), 1, 2)
    pdf.docinfo["/Producer"] = String("A word processor")
    pdf.docinfo["/CreationDate"] = String("D:20260401090000+01'00'")
    document = opening(tmp_path, pdf)
    assert (document.kind, document.title, document.language) == ("pdf", "When bins are collected", "en-GB")
    assert (document.pages, document.words, document.tagged) == (1, 5, True)
    assert document.producer == "A word processor"
    assert document.created
    assert document.created.isoformat() == "2026-04-01T08:00:00+00:00"
    assert [(each.level, each.text) for each in document.headings] == [
        (1, make.SENTENCE), (2, make.SENTENCE)
    ]  # fmt: skip
    (table,) = document.tables
    assert (table.rows, table.columns, table.header_cells, table.scopes_missing) == (3, 2, 2, 0)
    assert table.first_row == (make.SENTENCE, make.SENTENCE)


def test_tables_without_headers_or_scope(tmp_path: Path) -> None:
    pdf = make.with_table(make.with_table(make.sound(), heads="TD"), scope=False)
    bare, no_scope = opening(tmp_path, pdf).tables
    assert (bare.header_cells, bare.scopes_missing) == (0, 0)
    assert (no_scope.header_cells, no_scope.scopes_missing) == (2, 2)


def test_documents_of_one_kind_with_one_fault_are_one_issue(tmp_path: Path) -> None:
    """Whatever their names, numbers and places; each is a fault of its own."""
    told = []
    for at, count in enumerate((1, 3)):
        pdf = make.sound(make.written, make.written)
        for _ in range(count):
            make.tag(pdf, "Figure", page=pdf.pages[at], kids=[7])
        file = tmp_path / f"{at}.pdf"
        file.write_bytes(make.data(make.title(pdf, f"Papers {at}")))
        told += findings(opened(file, f"https://council.example/{at}.pdf", ""))
    assert [each.rule for each in told] == ["document-pictures"] * 2
    assert told[0].issue == told[1].issue
    assert told[0].fault != told[1].fault
    assert told[1].message == "Pictures without an alternative: 3 of 3 (page 2; page 2; page 2)"


def test_a_pdf_is_known_by_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "named.docx"
    file.write_bytes(make.data(make.sound()))
    assert kind_of(file) is DocumentKind.PDF


def test_hostile_text_stays_short(tmp_path: Path) -> None:
    pdf = make.title(make.sound(), "<script>" * 100_000)
    document = opening(tmp_path, pdf)
    assert len(document.title or "") <= 2000
    assert len(document.place.excerpt) < 300


def test_a_tree_larger_than_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as far as the limit, which is said."""
    for module in (_pdf_tags, pdf_module):
        monkeypatch.setattr(module, "PDF_TAGS", 1000)
    pdf = make.sound()
    pdf.Root.StructTreeRoot.K[0].K.extend([Dictionary(S=Name.Span, K=1)] * 2000)
    assert opening(tmp_path, pdf).left_out == ("tags after the first 1,000",)


@pytest.mark.soak
def test_a_million_objects(tmp_path: Path) -> None:
    pdf = make.sound()
    pdf.Root.StructTreeRoot.K[0].K.extend([Dictionary(S=Name.Span, K=1)] * 1_000_000)
    assert opening(tmp_path, pdf).left_out == ("tags after the first 100,000",)


def test_a_looped_tree_is_read_once(tmp_path: Path) -> None:
    document = opening(tmp_path, looped_tree())
    assert len(document.pictures) == 1
    assert document.left_out == ()
