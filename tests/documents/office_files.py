"""Office files made with the libraries that make them, good ones and each fault alone.

`python -m tests.documents.office_files` writes the examples of the rules that judge them.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from odf import dc, draw, form, meta, office, opendocument, style, table, text
from odf.namespaces import PRESENTATIONNS
from odf.svg import Desc
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.worksheet.table import Table as SheetTable
from PIL import Image
from pptx.util import Cm

WRITTEN = datetime(2026, 3, 4, 5, 6)
LONG = "You can park for two hours without a permit between eight in the morning and six in the evening. "
DAYS = (("Day", "Opens", "Closes"), ("Monday", "9:00", "17:00"), ("Sunday", "10:00", "16:00"))
Change = Callable[[Any], None]


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#1d70b8").save(file, "PNG")
    file.seek(0)
    return file


def rewritten(
    file: Path, changes: dict[str, Callable[[bytes], bytes]], add: dict[str, bytes] | None = None
) -> None:
    """The same ZIP with some parts changed or added."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(add or {})}.items():
            archive.writestr(name, changes.get(name, bytes)(data))


# Word


def word(file: Path, *changes: Change, title: str = "Parking in Wardle", language: str = "en-GB") -> Path:
    """Two headings, each with a paragraph, and what the changes add."""
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.created = document.core_properties.modified = WRITTEN
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), language)
    document.add_heading("Parking", 1)
    document.add_paragraph(LONG)
    document.add_heading("Permits", 2)
    document.add_paragraph(LONG)
    for change in changes:
        change(document)
    document.save(str(file))
    return file


def word_heading(level: int) -> Change:
    return lambda document: document.add_heading("Fees", level)


def word_looks(document: Any) -> None:
    run = document.add_paragraph().add_run("Who can apply")
    run.bold = True
    run.font.size = Pt(16)
    document.add_paragraph(LONG)
    bold = document.add_paragraph()
    bold.add_run("Important: ").bold = True  # only a part of it
    bold.add_run(LONG)
    document.add_paragraph().add_run("A bold line at the end").bold = True  # nothing below it


def word_table(*, header: bool, merged: bool = False, nested: bool = False, rows: Any = DAYS) -> Change:
    def change(document: Any) -> None:
        made = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, words in zip(row.cells, texts, strict=True):
                cell.text = words
        if header:
            made.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        if merged:
            made.cell(1, 0).merge(made.cell(1, 1))
        if nested:
            inner = made.cell(1, 1).add_table(2, 2)
            inner.cell(0, 0).text = "in a cell"

    return change


def word_picture(alternative: str | None, *, decorative: bool = False) -> Change:
    def change(document: Any) -> None:
        document.add_picture(picture(), width=Pt(40))
        properties = next(reversed(list(document.element.iter(qn("wp:docPr")))))
        if alternative is not None:
            properties.set("descr", alternative)
        if decorative:
            properties.append(
                parse_xml(
                    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
                    '<a:ext uri="{C183D7F6}">'
                    '<d:decorative xmlns:d="http://schemas.microsoft.com/office/drawing/2017/decorative"'
                    ' val="1"/>'
                    "</a:ext></a:extLst>"
                )
            )

    return change


def word_link(document: Any) -> None:
    paragraph = document.add_paragraph("See ")
    key = document.part.relate_to(
        "https://wardle.example/permits",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>our </w:t></w:r>'
            "<w:r><w:t>permits</w:t></w:r></w:hyperlink>"
        )
    )
    paragraph._p.append(
        parse_xml(
            f"<w:fldSimple {nsdecls('w')} w:instr=' HYPERLINK \"https://wardle.example/map\" '>"
            "<w:r><w:t>here</w:t></w:r></w:fldSimple>"
        )
    )


def word_fields(document: Any) -> None:
    for properties in (
        '<w:alias w:val="Your name"/><w:tag w:val="name"/><w:text/>',
        "<w:dropDownList/>",
        '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>',
        '<w:tag w:val="goog_rdk_0"/>',
    ):
        document.element.body.insert(
            -1,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr>{properties}</w:sdtPr><w:sdtContent><w:p>"
                "<w:r><w:t>…</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )


def word_blank(document: Any) -> None:
    document.add_paragraph("Before the gap")
    for _ in range(4):
        document.add_paragraph()
    document.add_paragraph("After the gap")
    document.add_paragraph()
    document.add_paragraph()
    document.add_paragraph("Name:          Date: ____________")


def word_without_headings(file: Path, paragraphs: int) -> Path:
    document = docx.Document()
    document.core_properties.title = "Parking in Wardle"
    for _ in range(paragraphs):
        document.add_paragraph(LONG * 2)
    document.save(str(file))
    return file


def word_own_styles(document: Any) -> None:
    """A heading by a style that is based on one, one by its outline level, and a deleted one."""
    mine = document.styles.add_style("Council heading", WD_STYLE_TYPE.PARAGRAPH)
    mine.base_style = document.styles["Heading 3"]
    document.add_paragraph("Zones", style="Council heading")
    outlined = document.add_paragraph("Maps")
    outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="3"/>'))
    document.add_paragraph()._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:t>gone</w:t></w:r></w:del>"))


def welsh_part(document: Any) -> None:
    run = document.add_paragraph().add_run("Parcio yn Wardle")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="cy-GB"/>'))


def strict(file: Path) -> Path:
    """Names as in Strict Open XML."""

    def change(data: bytes) -> bytes:
        return re.sub(
            rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml)/2006/(\w+)",
            rb"http://purl.oclc.org/ooxml/\1/\2",
            data,
        )

    rewritten(
        file,
        dict.fromkeys(
            ("word/document.xml", "word/styles.xml", "_rels/.rels", "word/_rels/document.xml.rels"), change
        ),
    )
    return file


# Excel


def sheets(file: Path, *changes: Change, names: tuple[str, ...] = ("Prices",)) -> Path:
    """A sheet of prices, and others that the changes fill."""
    book = openpyxl.Workbook()
    book.properties.title = "Prices of permits"
    book.properties.creator = "Wardle Council"
    book.active.title = names[0]
    for name in names[1:]:
        book.create_sheet(name)
    for row in (("Permit", "Price", "For"), ("Resident", 25, "a year"), ("Visitor", 2, "a day")):
        book.active.append(row)
    for change in changes:
        change(book)
    book.save(file)
    return file


def sheet_table(book: Any) -> None:
    book.active.add_table(SheetTable(displayName="Prices", ref="A1:C3"))


def sheet_merged(book: Any) -> None:
    book.active.merge_cells("A5:C5")
    book.active["A5"] = "Prices of 2026"


def sheet_picture(book: Any) -> None:
    book.active.add_image(SheetImage(picture()), "E2")


def sheet_link(book: Any) -> None:
    book.active["A4"] = "How to pay"
    book.active["A4"].hyperlink = "https://wardle.example/pay"
    book.active["B4"] = '=HYPERLINK("https://wardle.example/map","Map")'


def sheet_hidden(book: Any) -> None:
    book["Lists"].append(("a", "b"))
    book["Lists"].sheet_state = "hidden"


# PowerPoint


def slides(file: Path, *changes: Change, language: str = "en-GB") -> Path:
    """A title slide and one with words."""
    show = pptx.Presentation()
    show.core_properties.title = "Parking in Wardle"
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = "Parking in Wardle"
    first.placeholders[1].text = "Wardle Council"
    second = show.slides.add_slide(show.slide_layouts[1])
    second.shapes.title.text = "Permits"
    second.placeholders[1].text = "For residents\nFor visitors"
    for change in changes:
        change(show)
    for slide in show.slides:
        for run in slide.element.iter(qn("a:r")):
            run.get_or_add_rPr().set("lang", language)
    show.save(str(file))
    return file


def slide_without_title(show: Any) -> None:
    slide = show.slides.add_slide(show.slide_layouts[6])
    slide.shapes.add_textbox(Cm(2), Cm(2), Cm(10), Cm(2)).text_frame.text = "Fees"


def slide_same_title(show: Any) -> None:
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Permits"
    slide.placeholders[1].text = "For businesses"


def slide_hidden_empty(show: Any) -> None:
    slide = show.slides.add_slide(show.slide_layouts[6])
    slide.element.set("show", "0")
    show.slides.add_slide(show.slide_layouts[5])


def slide_odd_order(show: Any) -> None:
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Steps"
    for name, top in (("Second step", 10), ("First step", 6)):
        box = slide.shapes.add_textbox(Cm(3), Cm(top), Cm(10), Cm(2))
        box.name = box.text_frame.text = name


def slide_columns(show: Any) -> None:
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Two columns"
    for name, left in (("Right", 14), ("Left", 2)):
        box = slide.shapes.add_textbox(Cm(left), Cm(8), Cm(9), Cm(2))
        box.name = box.text_frame.text = name


def slide_picture(show: Any) -> None:
    slide = show.slides[1]
    slide.shapes.add_picture(picture(), Cm(2), Cm(15)).element.xpath("./p:nvPicPr/p:cNvPr")[0].set(
        "descr", ""
    )
    slide.shapes.add_picture(picture(), Cm(6), Cm(15)).element.xpath("./p:nvPicPr/p:cNvPr")[0].set(
        "descr", "Map"
    )


def slide_table(header: bool) -> Change:
    def change(show: Any) -> None:
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = "Opening hours"
        made = slide.shapes.add_table(3, 3, Cm(2), Cm(6), Cm(16), Cm(5)).table
        for at, row in enumerate(DAYS):
            for column, words in enumerate(row):
                made.cell(at, column).text = words
        made.first_row = header

    return change


def slide_link(show: Any) -> None:
    frame = show.slides[1].placeholders[1].text_frame
    run = frame.add_paragraph().add_run()
    run.text = "Apply for a permit"
    run.hyperlink.address = "https://wardle.example/permits"


def slide_blank(show: Any) -> None:
    show.slides[1].placeholders[1].text_frame.text = "Above\n\n\n\nBelow"


# OpenDocument


def _described(made: Any, title: str, language: str) -> None:
    if title:
        made.meta.addElement(dc.Title(text=title))
    made.meta.addElement(meta.CreationDate(text="2026-03-04T05:06:00"))
    if language:
        told, _, country = language.partition("-")
        plain = style.DefaultStyle(family="paragraph")
        plain.addElement(style.TextProperties(language=told, country=country, fontsize="12pt"))
        made.styles.addElement(plain)


def odt(file: Path, *changes: Change, title: str = "Parking in Wardle", language: str = "en-GB") -> Path:
    made = opendocument.OpenDocumentText()
    _described(made, title, language)
    made.text.addElement(text.H(outlinelevel=1, text="Parking"))
    made.text.addElement(text.P(text=LONG))
    for change in changes:
        change(made)
    made.save(str(file))
    return file


def odt_heading(level: int) -> Change:
    return lambda made: made.text.addElement(text.H(outlinelevel=level, text="Fees"))


def odt_looks(made: Any) -> None:
    bold = style.Style(name="Bold", family="paragraph")
    bold.addElement(style.TextProperties(fontweight="bold"))
    made.automaticstyles.addElement(bold)
    made.text.addElement(text.P(text="Who can apply", stylename=bold))
    made.text.addElement(text.P(text=LONG))


def odf_table(rows: Any = DAYS, *, header: bool = False, merged: bool = False) -> Any:
    made = table.Table(name="Hours")
    made.addElement(table.TableColumn(numbercolumnsrepeated=3))
    for at, row in enumerate(rows):
        line = table.TableRow()
        for column, words in enumerate(row):
            spans = {"numbercolumnsspanned": 2} if merged and at == 1 and column == 0 else {}
            cell = (
                table.CoveredTableCell()
                if merged and at == 1 and column == 1
                else table.TableCell(valuetype="string", **spans)
            )
            cell.addElement(text.P(text=words))
            line.addElement(cell)
        if header and at == 0:
            top = table.TableHeaderRows()
            top.addElement(line)
            made.addElement(top)
        else:
            made.addElement(line)
    return made


def odt_table(**how: Any) -> Change:
    return lambda made: made.text.addElement(odf_table(**how))


def odt_picture(alternative: str | None) -> Change:
    def change(made: Any) -> None:
        frame = draw.Frame(name="Map", width="2cm", height="2cm")
        frame.addElement(draw.Image(href=made.addPictureFromString(picture().read(), "image/png")))
        if alternative:
            frame.addElement(Desc(text=alternative))
        paragraph = text.P()
        paragraph.addElement(frame)
        made.text.addElement(paragraph)

    return change


def odt_link(made: Any) -> None:
    paragraph = text.P(text="See ")
    paragraph.addElement(text.A(href="https://wardle.example/permits", text="our permits"))
    made.text.addElement(paragraph)


def odt_blank(made: Any) -> None:
    for _ in range(3):
        made.text.addElement(text.P())
    made.text.addElement(text.P(text="After the gap"))


def odt_fields(made: Any) -> None:
    forms = office.Forms()
    its = form.Form(name="Form")
    its.addElement(form.Text(id="a", name="name", title="Your name", controlimplementation="ooo:T"))
    its.addElement(form.Checkbox(id="b", name="agree", controlimplementation="ooo:C"))
    forms.addElement(its)
    made.text.insertBefore(forms, made.text.firstChild)
    paragraph = text.P()
    for key in ("a", "b"):
        paragraph.addElement(draw.Control(control=key, width="4cm", height="1cm"))
    made.text.addElement(paragraph)


def ods(
    file: Path, *, name: str = "Prices", header: bool = False, empty: bool = False, hidden: bool = False
) -> Path:
    made = opendocument.OpenDocumentSpreadsheet()
    _described(made, "Prices", "en-GB")
    sheet = odf_table(header=header)
    sheet.setAttribute("name", name)
    made.spreadsheet.addElement(sheet)
    for other in ("Empty",) if empty else ():
        made.spreadsheet.addElement(table.Table(name=other))
    if hidden:
        look = style.Style(name="ta2", family="table")
        look.addElement(style.TableProperties(display="false"))
        made.automaticstyles.addElement(look)
        made.spreadsheet.addElement(table.Table(name="Hidden", stylename=look))
    made.save(str(file))
    return file


def odp(file: Path, titles: tuple[str | None, ...] = ("Parking", "Permits"), *, odd: bool = False) -> Path:
    made = opendocument.OpenDocumentPresentation()
    _described(made, "Parking", "en-GB")
    layout = style.PageLayout(name="L")
    made.automaticstyles.addElement(layout)
    master = style.MasterPage(name="M", pagelayoutname=layout)
    made.masterstyles.addElement(master)
    for title in titles:
        page = draw.Page(masterpagename=master)
        for name, words, y in (("title", title, 1), ("Body", LONG, 9), ("Note", "A note", 5 if odd else 14)):
            if words is None:
                continue
            frame = draw.Frame(name=name, x="2cm", y=f"{y}cm", width="20cm", height="3cm")
            if name == "title":
                frame.setAttrNS(PRESENTATIONNS, "class", "title")
            box = draw.TextBox()
            box.addElement(text.P(text=words))
            frame.addElement(box)
            page.addElement(frame)
        made.presentation.addElement(page)
    made.save(str(file))
    return file


RULES = Path(__file__).parents[2] / "rules"


def examples() -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Each example's path below rules/, and what makes it."""
    yield "document_headings/examples/failed-none.docx", lambda f: word_without_headings(f, 40)
    yield "document_headings/examples/failed-none.odt", _odt_without_headings
    yield "document_headings/examples/cant-tell-none.docx", lambda f: word_without_headings(f, 14)
    yield "document_headings/examples/cant-tell-skipped.docx", lambda f: word(f, word_heading(4))
    yield "document_headings/examples/cant-tell-skipped.odt", lambda f: odt(f, odt_heading(3))
    yield "document_headings/examples/passed-levels.docx", lambda f: word(f, word_heading(2), word_heading(3))
    yield "document_headings/examples/inapplicable-short.docx", lambda f: word_without_headings(f, 1)
    yield "document_headings/examples/inapplicable-slides.pptx", slides
    yield "document_heading_looks/examples/cant-tell-bold.docx", lambda f: word(f, word_looks)
    yield "document_heading_looks/examples/cant-tell-bold.odt", lambda f: odt(f, odt_looks)
    yield "document_heading_looks/examples/passed-headings.docx", word
    yield "document_heading_looks/examples/inapplicable-sheets.xlsx", sheets
    yield "document_tables/examples/failed-no-header.docx", lambda f: word(f, word_table(header=False))
    yield "document_tables/examples/failed-no-header.odt", lambda f: odt(f, odt_table())
    yield "document_tables/examples/failed-no-header.pptx", lambda f: slides(f, slide_table(False))
    yield "document_tables/examples/cant-tell-plain-cells.xlsx", sheets
    yield (
        "document_tables/examples/cant-tell-label-and-value.docx",
        lambda f: word(f, word_table(header=False, rows=(("Name", "Ann Hill"), ("Ward", "Moss")))),
    )
    yield "document_tables/examples/passed-header.docx", lambda f: word(f, word_table(header=True))
    yield "document_tables/examples/passed-header.odt", lambda f: odt(f, odt_table(header=True))
    yield "document_tables/examples/passed-table.xlsx", lambda f: sheets(f, sheet_table)
    yield "document_tables/examples/passed-header.pptx", lambda f: slides(f, slide_table(True))
    yield "document_tables/examples/inapplicable-none.docx", word
    yield (
        "document_merged_cells/examples/failed-merged.docx",
        lambda f: word(f, word_table(header=True, merged=True)),
    )
    yield (
        "document_merged_cells/examples/failed-merged.odt",
        lambda f: odt(f, odt_table(header=True, merged=True)),
    )
    yield "document_merged_cells/examples/failed-merged.xlsx", lambda f: sheets(f, sheet_merged)
    yield "document_merged_cells/examples/passed-plain.docx", lambda f: word(f, word_table(header=True))
    yield "document_merged_cells/examples/inapplicable-none.docx", word
    yield (
        "document_nested_tables/examples/cant-tell-nested.docx",
        lambda f: word(f, word_table(header=True, nested=True)),
    )
    yield "document_nested_tables/examples/passed-plain.docx", lambda f: word(f, word_table(header=True))
    yield "document_nested_tables/examples/inapplicable-none.odt", odt
    yield "document_slide_titles/examples/failed-missing.pptx", lambda f: slides(f, slide_without_title)
    yield "document_slide_titles/examples/failed-missing.odp", lambda f: odp(f, ("Parking", None))
    yield "document_slide_titles/examples/cant-tell-doubled.pptx", lambda f: slides(f, slide_same_title)
    yield "document_slide_titles/examples/passed-titles.pptx", slides
    yield "document_slide_titles/examples/passed-titles.odp", odp
    yield "document_slide_titles/examples/inapplicable-text.docx", word
    yield "document_sheet_names/examples/failed-sheet1.xlsx", lambda f: sheets(f, names=("Sheet1",))
    yield "document_sheet_names/examples/failed-empty.xlsx", lambda f: sheets(f, names=("Prices", "Places"))
    yield "document_sheet_names/examples/failed-sheet1.ods", lambda f: ods(f, name="Sheet1")
    yield (
        "document_sheet_names/examples/passed-named.xlsx",
        lambda f: sheets(f, sheet_hidden, names=("Prices", "Lists")),
    )
    yield "document_sheet_names/examples/passed-named.ods", ods
    yield "document_sheet_names/examples/inapplicable-slides.pptx", slides
    yield "document_reading_order/examples/cant-tell-upwards.pptx", lambda f: slides(f, slide_odd_order)
    yield "document_reading_order/examples/cant-tell-upwards.odp", lambda f: odp(f, odd=True)
    yield "document_reading_order/examples/passed-columns.pptx", lambda f: slides(f, slide_columns)
    yield "document_reading_order/examples/inapplicable-text.docx", word
    yield "document_blank_runs/examples/failed-gap.docx", lambda f: word(f, word_blank)
    yield "document_blank_runs/examples/failed-gap.odt", lambda f: odt(f, odt_blank)
    yield "document_blank_runs/examples/failed-gap.pptx", lambda f: slides(f, slide_blank)
    yield "document_blank_runs/examples/passed-none.docx", word
    yield "document_blank_runs/examples/inapplicable-sheets.xlsx", sheets
    # Of rules for PDF files too
    yield "document_pictures/examples/failed-bare.docx", lambda f: word(f, word_picture(None))
    yield "document_pictures/examples/failed-bare.odt", lambda f: odt(f, odt_picture(None))
    yield "document_pictures/examples/failed-bare.pptx", lambda f: slides(f, slide_picture)
    yield "document_pictures/examples/cant-tell-name.xlsx", lambda f: sheets(f, sheet_picture)
    yield "document_pictures/examples/passed-described.docx", lambda f: word(f, word_picture("Map of Wardle"))
    yield (
        "document_pictures/examples/inapplicable-decorative.docx",
        lambda f: word(f, word_picture(None, decorative=True)),
    )
    yield "document_title_property/examples/failed-none.docx", lambda f: word(f, title="")
    yield "document_title_property/examples/failed-none.odt", lambda f: odt(f, title="")
    yield "document_title_property/examples/passed-titled.pptx", slides
    yield "document_title_property/examples/passed-titled.ods", ods
    yield "document_language/examples/failed-none.docx", lambda f: word(f, language="")
    yield "document_language/examples/failed-none.odt", lambda f: odt(f, language="")
    yield "document_language/examples/failed-none.pptx", lambda f: slides(f, language="")
    yield "document_language/examples/passed-said.odp", odp
    yield "document_language/examples/passed-welsh.docx", lambda f: word(f, language="cy-GB")
    yield "document_language/examples/inapplicable-sheets.xlsx", sheets
    yield "document_links/examples/cant-tell-here.docx", lambda f: word(f, word_link)
    yield "document_links/examples/passed-words.pptx", lambda f: slides(f, slide_link)
    yield "document_links/examples/passed-words.odt", lambda f: odt(f, odt_link)
    yield "document_fields/examples/failed-no-label.docx", lambda f: word(f, word_fields)
    yield "document_fields/examples/cant-tell-name.odt", lambda f: odt(f, odt_fields)


def _odt_without_headings(file: Path) -> None:
    made = opendocument.OpenDocumentText()
    _described(made, "Parking in Wardle", "en-GB")
    for _ in range(40):
        made.text.addElement(text.P(text=LONG * 2))
    made.save(str(file))


# What the libraries' own templates bring and no example needs: it would be half of each file.
UNUSED = ("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml")


def slimmer(file: Path) -> None:
    """The same file without what it does not need."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name not in UNUSED}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            if name.endswith((".rels", "[Content_Types].xml")):
                data = re.sub(
                    rb"<(Relationship|Override) [^>]*(thumbnail\.jpeg|stylesWithEffects\.xml)[^>]*/>",
                    b"",
                    data,
                )
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 5, 6, 0)), data, zipfile.ZIP_DEFLATED)


def main() -> None:
    for name, make in examples():
        file = RULES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            made = Path(place) / file.name
            make(made)
            slimmer(made)
            shutil.copyfile(made, file)
            print(f"{file.stat().st_size:7,} {name}")


if __name__ == "__main__":
    main()
