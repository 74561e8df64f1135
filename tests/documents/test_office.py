"""Office files, opened: exactly what is in them; and files that are made to harm."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msoffcrypto
import pytest

from auditor.documents import Unreadable, office
from auditor.documents.office import READERS, read
from auditor.evidence.document import (
    DocumentKind,
    DocumentLink,
    Field,
    Heading,
    Picture,
    Sheet,
    Table,
)
from auditor.limits import MB
from tests.documents import office_files as make

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def told(file: Path) -> dict[str, Any]:
    """What is true of a file, without what says nothing."""
    return {
        key: value
        for key, value in read(file, DocumentKind(file.suffix[1:])).items()
        if value not in (None, ()) and key != "producer"
    }


# Word


def test_word(tmp_path: Path) -> None:
    assert told(make.word(tmp_path / "a.docx")) == {
        "title": "Parking in Wardle",
        "language": "en-GB",
        "created": WHEN,
        "modified": WHEN,
        "pages": 1,
        "words": 40,
        "headings": (
            Heading(level=1, text="Parking", where="paragraph 1"),
            Heading(level=2, text="Permits", where="paragraph 3, under “Parking”"),
        ),
    }


def test_word_says_no_title_and_no_language(tmp_path: Path) -> None:
    found = told(make.word(tmp_path / "a.docx", title="", language=""))
    assert (found["title"], found["language"]) == ("", "")


def test_words_language_is_that_of_most_of_the_text(tmp_path: Path) -> None:
    file = make.word(tmp_path / "a.docx", make.welsh_part)
    assert told(file)["language"] == "en-GB"
    file = make.word(tmp_path / "a.docx", *[make.welsh_part] * 20)
    assert told(file)["language"] == "cy-GB"


def test_words_headings_by_styles_made_of_others_and_by_outline(tmp_path: Path) -> None:
    found = told(make.word(tmp_path / "a.docx", make.word_own_styles))
    assert [(each.level, each.text) for each in found["headings"]] == [
        (1, "Parking"),
        (2, "Permits"),
        (3, "Zones"),
        (4, "Maps"),
    ]
    assert found["words"] == 42  # what was deleted is not read


def test_what_looks_like_a_heading(tmp_path: Path) -> None:
    looks = (Heading(level=0, text="Who can apply", where="paragraph 5, under “Permits”"),)
    assert told(make.word(tmp_path / "a.docx", make.word_looks))["heading_looks"] == looks
    looks = (Heading(level=0, text="Who can apply", where="paragraph 3, under “Parking”"),)
    assert told(make.odt(tmp_path / "a.odt", make.odt_looks))["heading_looks"] == looks


@pytest.mark.parametrize(
    ("alternative", "decorative", "expected"),
    [("Map of Wardle", False, "Map of Wardle"), (None, False, None), ("", False, None), ("", True, None)],
)
def test_words_pictures(
    tmp_path: Path, alternative: str | None, decorative: bool, expected: str | None
) -> None:
    file = make.word(tmp_path / "a.docx", make.word_picture(alternative, decorative=decorative))
    assert told(file)["pictures"] == (
        Picture(
            where="picture 1, under “Permits”", alternative=expected, decorative=decorative, name="Picture 1"
        ),
    )


def test_words_tables(tmp_path: Path) -> None:
    file = make.word(
        tmp_path / "a.docx",
        make.word_table(header=True, merged=True),
        make.word_table(header=False, nested=True),
    )
    row = ("Day", "Opens", "Closes")
    assert told(file)["tables"] == (
        Table(where="table 1, under “Permits”", rows=3, columns=3, header_cells=3, merged=1, first_row=row),
        Table(where="table 2, under “Permits”", rows=3, columns=3, header_cells=0, first_row=row),
        Table(
            where="table 3, under “Permits”",
            rows=2,
            columns=2,
            header_cells=0,
            nested=True,
            first_row=("in a cell", ""),
        ),
    )


def test_words_links_and_fields(tmp_path: Path) -> None:
    found = told(make.word(tmp_path / "a.docx", make.word_link, make.word_fields))
    where = "paragraph 5, under “Permits”"
    assert found["links"] == (
        DocumentLink(where=where, text="our permits", target="https://wardle.example/permits"),
        DocumentLink(where=where, text="here", target="https://wardle.example/map"),
    )
    assert found["fields"] == (
        Field(where="paragraph 6, under “Permits”", name="name", kind="text", label="Your name"),
        Field(where="paragraph 7, under “Permits”", name="", kind="choice", label=""),
    )


def test_words_gaps_and_lines_to_write_on(tmp_path: Path) -> None:
    found = told(make.word(tmp_path / "a.docx", make.word_blank))
    assert found["blank_runs"] == (
        "4 empty paragraphs after paragraph 5, under “Permits”",
        "spaces in paragraph 7, under “Permits”",
    )
    assert found["dotted_lines"] == ("paragraph 7, under “Permits”",)


def test_strict_open_xml_is_read_as_the_other(tmp_path: Path) -> None:
    plain = told(make.word(tmp_path / "a.docx", make.word_table(header=True)))
    assert told(make.strict(tmp_path / "a.docx")) == plain


def test_a_file_with_macros_is_read_for_its_document(tmp_path: Path) -> None:
    file = make.word(tmp_path / "a.docx")

    def with_macros(data: bytes) -> bytes:
        return data.replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"vnd.ms-word.document.macroEnabled.main+xml",
        )

    make.rewritten(file, {"[Content_Types].xml": with_macros}, {"word/vbaProject.bin": b"macros"})
    assert len(told(file)["headings"]) == 2


# Excel


def test_sheets(tmp_path: Path) -> None:
    file = make.sheets(tmp_path / "a.xlsx", make.sheet_hidden, names=("Prices", "Places", "Lists"))
    found = told(file)
    assert {found.pop(key).date() for key in ("created", "modified")}  # openpyxl writes its own
    assert found == {
        "title": "Prices of permits",
        "pages": 3,
        "words": 11,
        "tables": (
            Table(
                where="sheet “Prices”",
                rows=3,
                columns=3,
                header_cells=None,
                first_row=("Permit", "Price", "For"),
            ),
        ),
        "sheets": (
            Sheet(where="sheet “Prices”", title="Prices"),
            Sheet(where="sheet “Places”", title="Places", empty=True),
            Sheet(where="sheet “Lists”", title="Lists", hidden=True),
        ),
    }


def test_what_stands_on_a_sheet(tmp_path: Path) -> None:
    file = make.sheets(
        tmp_path / "a.xlsx", make.sheet_table, make.sheet_picture, make.sheet_link, make.sheet_merged
    )
    found = told(file)
    assert found["tables"] == (
        Table(
            where="sheet “Prices”, table “Prices”",
            rows=3,
            columns=3,
            header_cells=3,
            first_row=("Permit", "Price", "For"),
        ),
        Table(
            where="sheet “Prices”",
            rows=5,
            columns=3,
            header_cells=3,
            merged=1,
            first_row=("Permit", "Price", "For"),
        ),
    )
    assert found["links"] == (
        DocumentLink(where="sheet “Prices”, cell B4", text="Map", target="https://wardle.example/map"),
        DocumentLink(where="sheet “Prices”, cell A4", text="How to pay", target="https://wardle.example/pay"),
    )
    # openpyxl writes a description of its own, for every picture the same
    assert found["pictures"] == (Picture(where="sheet “Prices”", alternative="Picture", name="Image 1"),)


# PowerPoint


def test_slides(tmp_path: Path) -> None:
    file = make.slides(
        tmp_path / "a.pptx",
        make.slide_picture,
        make.slide_link,
        make.slide_without_title,
        make.slide_hidden_empty,
        make.slide_odd_order,
        make.slide_columns,
        make.slide_table(True),
    )
    found = told(file)
    assert (found["title"], found["language"], found["pages"]) == ("Parking in Wardle", "en-GB", 8)
    assert found["sheets"] == (
        Sheet(where="slide 1", title="Parking in Wardle", words=5),
        Sheet(where="slide 2", title="Permits", words=9),
        Sheet(where="slide 3", title=None, words=1),
        Sheet(where="slide 4", title=None, empty=True, hidden=True, words=0),
        Sheet(where="slide 5", title="", empty=True, words=0),
        Sheet(where="slide 6", title="Steps", odd_order=("Title 1", "Second step", "First step"), words=5),
        Sheet(where="slide 7", title="Two columns", words=4),
        Sheet(where="slide 8", title="Opening hours", words=11),
    )
    assert found["pictures"] == (
        Picture(where="slide 2", alternative=None, name="Picture 3"),
        Picture(where="slide 2", alternative="Map", name="Picture 4"),
    )
    assert found["links"] == (
        DocumentLink(where="slide 2", text="Apply for a permit", target="https://wardle.example/permits"),
    )
    assert found["tables"] == (
        Table(where="slide 8", rows=3, columns=3, header_cells=3, first_row=("Day", "Opens", "Closes")),
    )


def test_gaps_on_slides(tmp_path: Path) -> None:
    found = told(make.slides(tmp_path / "a.pptx", make.slide_blank))
    assert found["blank_runs"] == ("3 empty paragraphs on slide 2",)


# OpenDocument


def test_odt(tmp_path: Path) -> None:
    file = make.odt(
        tmp_path / "a.odt",
        make.odt_heading(2),
        make.odt_table(header=True, merged=True),
        make.odt_table(),
        make.odt_picture("Map"),
        make.odt_picture(None),
        make.odt_link,
        make.odt_fields,
        make.odt_blank,
    )
    row = ("Day", "Opens", "Closes")
    where = "paragraph 5, under “Fees”"
    assert told(file) == {
        "title": "Parking in Wardle",
        "language": "en-GB",
        "created": WHEN,
        "words": 44,
        "headings": (
            Heading(level=1, text="Parking", where="paragraph 1"),
            Heading(level=2, text="Fees", where="paragraph 3, under “Parking”"),
        ),
        "tables": (
            Table(where="table 1, under “Fees”", rows=3, columns=3, header_cells=3, merged=1, first_row=row),
            Table(where="table 2, under “Fees”", rows=3, columns=3, header_cells=0, first_row=row),
        ),
        "pictures": (
            Picture(where="picture 1, under “Fees”", alternative="Map", name="Map"),
            Picture(where="picture 2, under “Fees”", alternative=None, name="Map"),
        ),
        "links": (
            DocumentLink(
                where="paragraph 4, under “Fees”",
                text="our permits",
                target="https://wardle.example/permits",
            ),
        ),
        "fields": (
            Field(where=where, name="name", kind="text", label="Your name"),
            Field(where=where, name="agree", kind="check box", label=""),
        ),
        "blank_runs": ("3 empty paragraphs after paragraph 4, under “Fees”",),
    }


def test_odt_without_a_language(tmp_path: Path) -> None:
    assert told(make.odt(tmp_path / "a.odt", title="", language=""))["language"] == ""


def test_ods(tmp_path: Path) -> None:
    found = told(make.ods(tmp_path / "a.ods", header=True, empty=True, hidden=True))
    assert found["sheets"] == (
        Sheet(where="sheet “Prices”", title="Prices"),
        Sheet(where="sheet “Empty”", title="Empty", empty=True),
        Sheet(where="sheet “Hidden”", title="Hidden", hidden=True),
    )
    assert found["tables"] == (
        Table(
            where="sheet “Prices”", rows=3, columns=3, header_cells=3, first_row=("Day", "Opens", "Closes")
        ),
    )


def test_odp(tmp_path: Path) -> None:
    found = told(make.odp(tmp_path / "a.odp", ("Parking", None), odd=True))
    assert found["sheets"] == (
        Sheet(where="slide 1", title="Parking", odd_order=("title", "Body", "Note"), words=22),
        Sheet(where="slide 2", title=None, odd_order=("Body", "Note"), words=21),
    )


# Files that cannot be read, and such as are made to harm


def encrypted(file: Path) -> None:
    plain = io.BytesIO(make.word(file).read_bytes())
    with file.open("wb") as locked:
        msoffcrypto.OfficeFile(plain).encrypt("secret", locked)


def encrypted_odt(file: Path) -> None:
    make.rewritten(
        make.odt(file),
        {
            "META-INF/manifest.xml": lambda data: data.replace(
                b"</manifest:manifest>",
                b'<manifest:file-entry manifest:full-path="a"><manifest:encryption-data/>'
                b"</manifest:file-entry>"
                b"</manifest:manifest>",
            )
        },
    )


def cut(file: Path) -> None:
    data = make.word(file).read_bytes()
    file.write_bytes(data[: len(data) // 2])


def scratched(file: Path) -> None:
    data = bytearray(make.word(file).read_bytes())
    at = data.find(b"word/document.xml")
    data[at + 100 : at + 400] = bytes(300)
    file.write_bytes(data)


def without_document(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")


def macros_alone(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/vbaProject.bin", "macros")


def no_xml(file: Path) -> None:
    make.rewritten(make.word(file), {"word/document.xml": lambda data: data[:500]})


def bomb(file: Path) -> None:
    with zipfile.ZipFile(make.word(file), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.xml", bytes(200 * MB))


def bomb_of_many(file: Path) -> None:
    """Forty parts of 9 MB, each below the size from which the ratio counts."""
    with zipfile.ZipFile(make.word(file), "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"word/media/{number}.bin", bytes(9 * MB))


def entities(file: Path) -> None:
    declared = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<!DOCTYPE a [<!ENTITY e0 "lol">%s]>' % declared
    make.rewritten(
        make.word(file),
        {"word/document.xml": lambda data: data.replace(b"<w:document", bomb + b"<w:document", 1)},
    )


def entities_in_utf16(file: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    make.rewritten(make.word(file), {"word/document.xml": lambda data: text.encode("utf-16")})


def deep(file: Path) -> None:
    make.rewritten(make.word(file), {"word/document.xml": lambda data: b"<a>" * 100_000 + b"</a>" * 100_000})


def many_parts(file: Path) -> None:
    with zipfile.ZipFile(make.word(file), "a") as archive:
        for number in range(10_001):
            archive.writestr(f"a{number}", "")


def lying_size(file: Path) -> None:
    """The directory says 10 bytes of a part that unpacks to far more."""
    data = bytearray(make.word(file).read_bytes())
    at = data.find(b"PK\1\2")
    while data[at + 46 : at + 46 + 17] != b"word/document.xml":
        at = data.find(b"PK\1\2", at + 4)
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    file.write_bytes(data)


def nothing(file: Path) -> None:
    file.write_bytes(b"")


def other(file: Path) -> None:
    file.write_bytes(b"<html><title>Not found</title>")


HARMFUL: list[tuple[str, Callable[[Path], None], str]] = [
    ("docx", encrypted, "password"),
    ("odt", encrypted_odt, "password"),
    ("docx", cut, "the end of the file is missing"),
    ("docx", scratched, "damaged"),
    ("docx", without_document, "no document"),
    ("xlsx", macros_alone, "macros and no document"),
    ("docx", no_xml, "damaged"),
    ("docx", bomb, "made to harm"),
    ("docx", bomb_of_many, "too large"),
    ("docx", entities, "entities"),
    ("docx", entities_in_utf16, "entities"),
    ("docx", deep, "damaged"),
    ("docx", many_parts, "10,000 parts"),
    ("docx", lying_size, "damaged"),
    ("docx", nothing, "damaged"),
    ("docx", other, "damaged"),
    ("odt", lambda file: void(make.word(file)), "damaged"),
    ("xlsx", lambda file: void(make.word(file)), "damaged"),
    ("pptx", lambda file: void(make.word(file)), "damaged"),
]


def void(_: object) -> None:
    pass


@pytest.mark.parametrize(("kind", "spoil", "reason"), HARMFUL)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, kind: str, spoil: Callable[[Path], None], reason: str
) -> None:
    file = tmp_path / f"a.{kind}"
    spoil(file)
    started = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match=reason) as told:
            read(file, DocumentKind(kind))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(told.value).endswith(".")
    assert most < 40 * MB
    assert time.monotonic() - started < 10


def test_ten_million_cells_that_are_only_declared(tmp_path: Path) -> None:
    """Of openpyxl this would ask for 17 billion cells."""
    file = make.sheets(tmp_path / "a.xlsx", make.sheet_merged)

    def declare(data: bytes) -> bytes:
        return data.replace(b'ref="A5:C5"', b'ref="A5:XFD1048576"').replace(
            b'ref="A1:C5"', b'ref="A1:XFD1048576"'
        )

    make.rewritten(file, {"xl/worksheets/sheet1.xml": declare})
    started = time.monotonic()
    assert told(file)["tables"][0].merged == 1
    assert time.monotonic() - started < 1


def test_ods_with_rows_that_are_repeated_a_million_times(tmp_path: Path) -> None:
    file = make.ods(tmp_path / "a.ods")

    def repeat(data: bytes) -> bytes:
        return data.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">')

    make.rewritten(file, {"content.xml": repeat})
    assert told(file)["tables"][0].rows == 3


MEASURED = """
import resource, sys, time
from pathlib import Path
from auditor.documents import spreadsheet
from auditor.documents.office import read
from auditor.evidence.document import DocumentKind
spreadsheet.SHEET_CELLS = 100_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.monotonic()
told = read(Path(sys.argv[1]), DocumentKind.XLSX)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, told["words"], told["left_out"])
"""


def test_cells_beyond_the_limit_are_left_out_in_little_memory(tmp_path: Path) -> None:
    file = make.sheets(tmp_path / "a.xlsx")
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b"%s</sheetData></worksheet>"
    )
    cells = [b"<c><v>%d</v></c>" % (n * 7919 % 100_003) for n in range(120_000)]
    rows = b"".join(b"<row>%s</row>" % b"".join(cells[at : at + 1000]) for at in range(0, len(cells), 1000))
    make.rewritten(file, {"xl/worksheets/sheet1.xml": lambda data: sheet % rows})
    found = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    kilobytes, words, left_out = found.split(" ", 2)
    assert int(words) == 100_000
    assert left_out.strip() == "('cells after the first 100,000',)"
    assert int(kilobytes) < 40_000


def test_every_kind_that_is_judged_has_a_reader() -> None:
    assert {kind for kind in DocumentKind if kind.is_judged} - set(READERS) == {DocumentKind.PDF}


def test_parts_that_are_kept_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "OFFICE_PARTS", 2)
    found = told(make.word(tmp_path / "a.docx", make.word_heading(2)))
    assert len(found["headings"]) == 2
    assert found["left_out"] == ("headings after the first 2 of 3",)
