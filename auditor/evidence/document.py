"""A document that a site offers, opened: a PDF or an office file, as document rules judge it.

Whatever the format, the same words: what is true of a document, and its parts with where they are. None says
that the format cannot tell, or that it was not read; a rule then says nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from auditor.evidence import Place


class DocumentKind(StrEnum):
    """By its bytes, never by its name. The last four are listed and not judged."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    OLD_OFFICE = "old office"  # .doc, .xls, .ppt: OLE2 compound files
    RTF = "rtf"
    EPUB = "epub"
    OTHER = "other"

    @property
    def is_judged(self) -> bool:
        return self not in (self.OLD_OFFICE, self.RTF, self.EPUB, self.OTHER)

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]


_WORDS = {
    DocumentKind.PDF: "PDF document",
    DocumentKind.DOCX: "Word document",
    DocumentKind.XLSX: "Excel spreadsheet",
    DocumentKind.PPTX: "PowerPoint presentation",
    DocumentKind.ODT: "OpenDocument text",
    DocumentKind.ODS: "OpenDocument spreadsheet",
    DocumentKind.ODP: "OpenDocument presentation",
    DocumentKind.OLD_OFFICE: "document of an old version of Office",
    DocumentKind.RTF: "rich text document",
    DocumentKind.EPUB: "e-book",
    DocumentKind.OTHER: "other file",
}


@dataclass(frozen=True, kw_only=True)
class Heading:
    """`level`: from 1; 0 for a document's title by its style."""

    level: int
    text: str
    where: str  # for people: "page 3", "slide 4", "sheet “Prices”", "paragraph 12"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture, chart or drawing that is part of what is said. `alternative` None: it has none."""

    where: str
    alternative: str | None
    decorative: bool = False  # marked so by its author (in a PDF: an artifact is not listed at all)
    name: str = ""  # of the object or its file


@dataclass(frozen=True, kw_only=True)
class Table:
    """`header_cells`: cells marked as headers; of a word processor, of rows that repeat as such."""

    where: str
    rows: int
    columns: int
    header_cells: int | None
    scopes_missing: int | None = None  # of those, without a scope or a reference to them
    merged: int = 0  # cells that span others
    nested: bool = False  # it stands in a cell of another
    first_row: tuple[str, ...] = ()  # its texts, for who reads the finding


@dataclass(frozen=True, kw_only=True)
class DocumentLink:
    """`text`: what is read out: its text, else its alternative."""

    where: str
    text: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field to fill in. `label`: what is read out with it; "" where it has none."""

    where: str
    name: str
    kind: str  # "text", "check box", "choice", "button", "signature"
    label: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A slide or a sheet. `title`: of a slide, in its title placeholder; of a sheet, its name."""

    where: str
    title: str | None
    empty: bool = False
    hidden: bool = False
    words: int | None = None  # of a slide
    # Names of a slide's shapes in the order in which they are read, where that differs from how they stand.
    odd_order: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """A run of text whose colours are known. `ratio` as WCAG 2 defines it; `needed`: 4.5, or 3 if large."""

    where: str
    text: str
    colour: str  # "#777777"
    background: str
    ratio: float
    needed: float


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file. `place`: the document as a whole."""

    url: str
    content_type: str
    file: Path
    place: Place
    kind: DocumentKind = DocumentKind.OTHER
    title: str | None = None  # of its properties; "" where the field is empty
    shows_title: bool | None = None  # a PDF: its window is named by the title, not by the file
    language: str | None = None  # as it says itself; "" where it says none
    pages: int | None = None  # or slides, or sheets
    producer: str = ""
    created: datetime | None = None
    modified: datetime | None = None  # as the file says itself
    tagged: bool | None = None
    words: int | None = None  # of its text, as far as it was read
    scanned_pages: tuple[int, ...] = ()  # that show a picture and have no text
    blocks_assistive_technology: bool = False  # its permissions keep programs from the text
    bookmarks: int | None = None
    claims_pdf_ua: str = ""  # the part it claims: "1"
    failed_clauses: tuple[str, ...] = ()  # of PDF/UA, where veraPDF is installed: "7.1: …"
    dynamic_form: bool = False  # XFA, which most programs cannot show
    tab_order_pages: tuple[int, ...] = ()  # pages with fields whose tab order is not the structure's
    headings: tuple[Heading, ...] = ()
    heading_looks: tuple[Heading, ...] = ()  # paragraphs that only look like headings; level 0
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    links: tuple[DocumentLink, ...] = ()
    fields: tuple[Field, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    contrasts: tuple[Contrast, ...] = ()  # of text that is too pale
    blank_runs: tuple[str, ...] = ()  # where empty paragraphs or spaces make room: "paragraph 12"
    dotted_lines: tuple[str, ...] = ()  # where dots or underscores ask to be written on: "page 2"
    left_out: tuple[str, ...] = field(default=())  # what of it was not read, in words: "pages after 200"


def quoted(text: str) -> str:
    """A text of a document's in quotation marks, as a message or a `where` holds it: short, and without marks
    and brackets of its own, so that an issue is known again by what is said around it (identity.py).
    """
    words = " ".join(text.translate(_MARKS).split())
    return f"“{words[:77]}…”" if len(words) > 80 else f"“{words}”"


_MARKS = str.maketrans("()“”", "[]‘’")


def listed(places: Sequence[str], *, at_most: int = 8) -> str:
    """Where things are, in brackets, as they end a message: "(page 3; page 9; and 4 more)"."""
    more = [f"and {len(places) - at_most} more"] if len(places) > at_most else []
    return f"({'; '.join([*(each.translate(_BRACKETS) for each in places[:at_most]), *more])})"


_BRACKETS = str.maketrans("()", "[]")
