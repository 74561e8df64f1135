"""Excel's files (ECMA-376, part 1, section 18), each sheet read from its beginning to its end, once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auditor.documents import Unreadable
from auditor.documents.drawing import alternative_of, is_decorative
from auditor.documents.package import DAMAGED, Element, Package, number
from auditor.evidence.document import DocumentLink, Picture, Sheet, Table, quoted
from auditor.limits import SHEET_CELLS

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
STREAMED = ("c", "row", "mergeCell", "hyperlink")
LINKED_CELLS = 20_000  # whose texts are held in case a link leads from them
TEXT = 80  # characters of a cell that are kept
HYPERLINK = re.compile(r'HYPERLINK\("([^"]*)"(?:,"([^"]*)")?')


@dataclass(kw_only=True)
class Grid:
    """What one sheet holds, cell by cell."""

    rows: int = 0  # that hold something
    columns: int = 0
    first_row: tuple[str, ...] = ()  # the first with two texts or more: above it stand titles and notes
    below: int = 0  # rows after that
    words: int = 0
    _row: list[str] = field(default_factory=list)

    def cell(self, text: str) -> None:
        self.words += len(text.split())
        self._row.append(text[:TEXT])

    def end_of_row(self) -> None:
        row, self._row = [each for each in self._row if each.strip()], []
        if not row:
            return
        self.rows += 1
        self.columns = max(self.columns, len(row))
        if self.first_row:
            self.below += 1
        elif len(row) > 1:
            self.first_row = tuple(row[:20])

    def table(self, where: str, header_cells: int | None, merged: int) -> Table:
        """The sheet as a table, from the first row with two texts on."""
        return Table(
            where=where,
            rows=self.below + bool(self.first_row),
            columns=self.columns,
            header_cells=header_cells,
            merged=merged,
            first_row=self.first_row,
        )


def read(package: Package) -> dict[str, Any]:
    """Fields of `Document`. Raises `Unreadable`."""
    main = package.main()
    root = package.xml(main)
    if root is None or root.tag != f"{S}workbook":
        raise Unreadable(DAMAGED)
    related = package.related(main)
    strings = next((name for kind, name in related.values() if kind == "sharedStrings"), "")
    reading = _Reading(package, list(_shared(package, strings)) if strings in package.names else [])
    for each in root.iterfind(f"{S}sheets/{S}sheet"):
        name = related.get(each.get(f"{R}id", ""), ("", ""))[1]
        reading.sheet(each.get("name", ""), name, is_hidden=each.get("state", "visible") != "visible")
    left_out = (f"cells after the first {SHEET_CELLS:,}",) if reading.cells_left < 0 else ()
    return {
        **package.properties(),
        "pages": len(reading.sheets),
        "words": reading.words,
        "pictures": tuple(reading.pictures),
        "tables": tuple(reading.tables),
        "links": tuple(reading.links),
        "sheets": tuple(reading.sheets),
        "left_out": left_out,
    }


def _shared(package: Package, name: str) -> Iterator[str]:
    """The texts that cells share, each cut: a count of words is not worth more memory."""
    for each in package.streamed(name, "{*}si"):
        yield "".join(t.text or "" for t in each.iter("{*}t"))[:TEXT]
        _forget(each)


class _Reading:
    def __init__(self, package: Package, strings: list[str]) -> None:
        self.package = package
        self.strings = strings
        self.cells_left = SHEET_CELLS
        self.words = 0
        self.pictures: list[Picture] = []
        self.tables: list[Table] = []
        self.links: list[DocumentLink] = []
        self.sheets: list[Sheet] = []

    def sheet(self, title: str, name: str, *, is_hidden: bool) -> None:
        where = f"sheet {quoted(title)}"
        if name not in self.package.names:
            return
        related = self.package.related(name)
        grid = Grid()
        merged = 0
        wanted: list[tuple[str, str]] = []  # links: cell, target
        texts: dict[str, str] = {}  # of the cells that links may lead from
        for each in self.package.streamed(name, *(f"{{*}}{tag}" for tag in STREAMED)):
            tag = each.tag.rpartition("}")[2]
            if tag == "c":
                self.cells_left -= 1
                if self.cells_left >= 0:
                    text = self._text(each)
                    grid.cell(text)
                    if text and len(texts) < LINKED_CELLS:
                        texts[each.get("r", "")] = text
                    self._formula_link(each, text, where)
            elif tag == "row":
                grid.end_of_row()
                _forget(each)
            elif tag == "mergeCell":
                merged += 1
                each.clear()
            elif tag == "hyperlink":
                target = related.get(each.get(f"{R}id", ""), ("", ""))[1] or f"#{each.get('location', '')}"
                wanted.append((each.get("ref", "").partition(":")[0][:12], target))
        pictures = len(self.pictures)
        if not is_hidden:
            self.words += grid.words
            self._pictures(related, where)
            self._tables(related, where, grid, merged)
            self.links += (
                DocumentLink(where=f"{where}, cell {cell}", text=texts.get(cell, ""), target=target[:2000])
                for cell, target in wanted
                if cell in texts or len(texts) < LINKED_CELLS
            )
        is_empty = not grid.rows and len(self.pictures) == pictures and not is_hidden
        self.sheets.append(Sheet(where=where, title=title[:200], empty=is_empty, hidden=is_hidden))

    def _text(self, cell: Element) -> str:
        value = cell.find("{*}v")
        text = "" if value is None else value.text or ""
        if cell.get("t") == "s":
            at = number(text)
            return self.strings[at] if at is not None and at < len(self.strings) else ""
        if cell.get("t") == "inlineStr":
            return "".join(each.text or "" for each in cell.iter("{*}t"))
        return text

    def _formula_link(self, cell: Element, text: str, where: str) -> None:
        formula = cell.find("{*}f")
        found = None if formula is None else HYPERLINK.match(formula.text or "")
        if found:
            place = f"{where}, cell {cell.get('r', '')[:12]}"
            self.links.append(
                DocumentLink(where=place, text=(text or found[2] or found[1])[:500], target=found[1][:2000])
            )

    def _pictures(self, related: Any, where: str) -> None:
        for kind, name in related.values():
            root = self.package.xml(name) if kind == "drawing" else None
            if root is None:
                continue
            for shape in (e for tag in ("pic", "graphicFrame") for e in root.iter(f"{XDR}{tag}")):
                properties = shape.find(f"./*/{XDR}cNvPr")
                if properties is not None:
                    self.pictures.append(
                        Picture(
                            where=where,
                            alternative=alternative_of(properties),
                            decorative=is_decorative(properties),
                            name=properties.get("name", "")[:200],
                        )
                    )

    def _tables(self, related: Any, where: str, grid: Grid, merged: int) -> None:
        defined = [self.package.xml(name) for kind, name in related.values() if kind == "table"]
        tables = [root for root in defined if root is not None]
        for root in tables:
            names = [each.get("name", "")[:TEXT] for each in root.iter(f"{S}tableColumn")]
            headers = 0 if root.get("headerRowCount") == "0" else len(names)
            self.tables.append(
                Table(
                    where=f"{where}, table {quoted(root.get('displayName', ''))}",
                    rows=_rows(root.get("ref", "")),
                    columns=len(names),
                    header_cells=headers,
                    first_row=tuple(names[:20]) if headers else (),
                )
            )
        if grid.rows and (not tables or merged):
            # Beside a marked table: only what is merged there is told of the sheet.
            self.tables.append(grid.table(where, len(grid.first_row) if tables else None, merged))


def _forget(element: Element) -> None:
    """Lets go of what was read, and of what stands before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _rows(reference: str) -> int:
    numbers = [number(each) or 0 for each in re.findall(r"\d{1,7}", reference[:40])]
    return numbers[-1] - numbers[0] + 1 if len(numbers) == 2 else 0
