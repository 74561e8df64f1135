"""LibreOffice's and others' files: OpenDocument (ISO/IEC 26300, part 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditor.documents import Unreadable
from auditor.documents.layout import Shape, odd_order
from auditor.documents.package import EMPTY, Element, Package, number, text_of, when
from auditor.documents.prose import EMPTY_IN_A_ROW, SPACES, Prose
from auditor.documents.spreadsheet import Grid
from auditor.evidence.document import DocumentLink, Field, Picture, Sheet, Table, quoted
from auditor.limits import SHEET_CELLS

NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE, TEXT, TABLE, DRAW, STYLE, FORM, META, PRESENTATION = (
    NAMES % each for each in ("office", "text", "table", "drawing", "style", "form", "meta", "presentation")
)
FO = NAMES % "xsl-fo-compatible"
SVG = NAMES % "svg-compatible"
XLINK = "{http://www.w3.org/1999/xlink}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
LENGTH = re.compile(r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)(cm|mm|in|pt|px)")
POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "px": 0.75}
CONTROLS = {
    "text": "text",
    "textarea": "text",
    "formatted-text": "text",
    "number": "text",
    "date": "text",
    "time": "text",
    "password": "text",
    "checkbox": "check box",
    "radio": "choice",
    "listbox": "choice",
    "combobox": "choice",
    "button": "button",
}
REPEATED = ("header", "footer", "date-time", "page-number", "notes")
INDEXES = (f"{TEXT}table-of-content", f"{TEXT}alphabetical-index", f"{TEXT}bibliography")
GONE = (
    f"{TEXT}tracked-changes",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{PRESENTATION}notes",
    f"{TABLE}covered-table-cell",
)


class _Open:
    """The parts of a file, and its styles."""

    def __init__(self, package: Package, body: str) -> None:
        content = package.xml("content.xml")
        found = None if content is None else content.find(f"{OFFICE}body/{OFFICE}{body}")
        if found is None:
            raise Unreadable(EMPTY)
        self.content, self.body = content, found
        self.meta = package.xml("meta.xml")
        self._styles: dict[tuple[str, str], Element] = {}
        self._default: dict[str, Element] = {}
        for root in (package.xml("styles.xml"), content):
            for each in () if root is None else root.iter(f"{STYLE}style", f"{STYLE}default-style"):
                family = each.get(f"{STYLE}family", "")
                if each.tag == f"{STYLE}style":
                    self._styles[family, each.get(f"{STYLE}name", "")] = each
                else:
                    self._default[family] = each

    def chain(self, family: str, name: str | None) -> list[Element]:
        """A style, those it is made from, and the default, nearest first."""
        found: list[Element] = []
        each = self._styles.get((family, name or ""))
        while each is not None and each not in found:
            found.append(each)
            each = self._styles.get((family, each.get(f"{STYLE}parent-style-name", "")))
        last = self._default.get(family)
        return [*found, last] if last is not None else found

    def properties(self) -> dict[str, Any]:
        statistic = None if self.meta is None else next(self.meta.iter(f"{META}document-statistic"), None)
        return {
            "title": text_of(self.meta, "{*}title"),
            "producer": text_of(self.meta, f"{META}generator"),
            "created": when(text_of(self.meta, f"{META}creation-date")),
            "modified": when(text_of(self.meta, "{*}date")),
            "pages": None if statistic is None else number(statistic.get(f"{META}page-count")),
            "language": self.default_language(),
        }

    def default_language(self) -> str:
        """Of what says no other; where that is not said, the first that any text is in."""
        families = ("paragraph", "graphic", "table-cell")
        told = (self.language(self.chain(each, None)) for each in families)
        others = (self.language([each]) for each in self._styles.values())
        return (
            next(filter(None, told), "")
            or text_of(self.meta, "{*}language")
            or next(filter(None, others), "")
        )

    def language(self, styles: list[Element]) -> str:
        told, country = _value(styles, f"{FO}language"), _value(styles, f"{FO}country")
        if told in (None, "", "none", "zxx"):
            return ""
        return f"{told}-{country}" if country not in (None, "", "none") else str(told)

    def pictures(self, root: Element, where: Any) -> Iterator[Picture]:
        for frame in root.iter(f"{DRAW}frame"):
            shows = frame.find(f"{DRAW}image")
            if shows is None:
                shows = next(
                    (e for name in ("object", "object-ole") for e in frame.iterfind(f"{DRAW}{name}")), None
                )
            if shows is None or frame.find(f"{TABLE}table") is not None or _is_within(frame, *GONE):
                continue
            told = (text_of(frame, f"{SVG}desc") or text_of(frame, f"{SVG}title")) or None
            look = self.chain("graphic", frame.get(f"{DRAW}style-name"))
            marked = "true" in (_value(look, f"{LOEXT}decorative"), frame.get(f"{LOEXT}decorative"))
            yield Picture(
                where=where(),
                alternative=told,
                decorative=marked,
                name=frame.get(f"{DRAW}name", "")[:200],
            )


def read_text(package: Package) -> dict[str, Any]:
    """Fields of `Document` of an ODT. Raises `Unreadable`."""
    it = _Open(package, "text")
    prose = Prose()
    tables: list[Table] = []
    links: list[DocumentLink] = []
    pictures: list[Picture] = []
    fields: list[Field] = []
    labels = _labels(it)
    for each in _parts(it.body):
        if each.tag in (f"{TEXT}p", f"{TEXT}h"):
            pictures += it.pictures(each, lambda: prose.where("picture"))
            where = prose.here(in_cell=_is_within(each, f"{TABLE}table-cell"))
            links += _links(each, where)
            fields += _fields(each, labels, where)
            _add(each, it, prose)
        elif each.tag == f"{TABLE}table":
            tables.append(_table(each, prose.where("table")))
    told = prose.fields()
    properties = it.properties()
    return {
        **properties,
        **told,
        "language": told["language"] or properties["language"],
        "pictures": tuple(pictures),
        "tables": tuple(tables),
        "links": tuple(links),
        "fields": tuple(fields),
    }


def _add(paragraph: Element, it: _Open, prose: Prose) -> None:
    name = paragraph.get(f"{TEXT}style-name")
    styles = it.chain("paragraph", name)
    level = None
    if paragraph.tag == f"{TEXT}h":
        level = number(paragraph.get(f"{TEXT}outline-level")) or 1
    elif any(each.get(f"{STYLE}name") == "Title" for each in styles):
        level = 0
    texts, bolds, sizes = [], [], []
    for text, span in _runs(paragraph):
        texts.append(text)
        if text.strip():
            look = [*(it.chain("text", span) if span else []), *styles]
            bolds.append(_value(look, f"{FO}font-weight") in ("bold", "600", "700", "800", "900"))
            sizes.append(_points(_value(look, f"{FO}font-size")))
            prose.languages[it.language(look)] += len(text)
    prose.add(
        "".join(texts),
        holds=paragraph.find(f".//{DRAW}*") is not None
        or next(paragraph.iter("{*}soft-page-break"), None) is not None,
        level=level,
        size=min((each for each in sizes if each), default=None),
        bold=bool(bolds) and all(bolds),
        in_cell=_is_within(paragraph, f"{TABLE}table-cell"),
        in_list=_is_within(paragraph, f"{TEXT}list-item", *INDEXES),
        container=paragraph.getparent(),
    )


def read_spreadsheet(package: Package) -> dict[str, Any]:
    """Fields of `Document` of an ODS. Raises `Unreadable`."""
    it = _Open(package, "spreadsheet")
    tables: list[Table] = []
    links: list[DocumentLink] = []
    pictures: list[Picture] = []
    sheets: list[Sheet] = []
    marked = _marked_ranges(it.body)
    words = 0
    cells_left = SHEET_CELLS
    for each in it.body.iterfind(f"{TABLE}table"):
        title = each.get(f"{TABLE}name", "")
        where = f"sheet {quoted(title)}"
        look = it.chain("table", each.get(f"{TABLE}style-name"))
        hidden = _value(look, f"{TABLE}display") == "false"
        grid, merged = Grid(), 0
        for row in each.iter(f"{TABLE}table-row"):
            for cell in row.iterfind(f"{TABLE}table-cell"):
                cells_left -= 1
                if cells_left >= 0:
                    grid.cell(" ".join("".join(p.itertext()) for p in cell.iterfind(f"{TEXT}p")))
                    merged += _is_merged(cell)
            grid.end_of_row()
        its_pictures = list(it.pictures(each, lambda where=where: where))
        sheets.append(
            Sheet(
                where=where, title=title[:200], empty=not (grid.rows or its_pictures or hidden), hidden=hidden
            )
        )
        if hidden:
            continue
        words += grid.words
        pictures += its_pictures
        links += _links(each, where)
        if grid.rows:
            headers = each.find(f"{TABLE}table-header-rows")
            is_marked = headers is not None or title in marked
            tables.append(grid.table(where, len(grid.first_row) if is_marked else None, merged))
    return {
        **it.properties(),
        "language": it.default_language() or None,  # as of Excel's files, which cannot say it
        "pages": len(sheets),
        "words": words,
        "pictures": tuple(pictures),
        "tables": tuple(tables),
        "links": tuple(links),
        "sheets": tuple(sheets),
        "left_out": (f"cells after the first {SHEET_CELLS:,}",) if cells_left < 0 else (),
    }


def _marked_ranges(body: Element) -> set[str]:
    """Names of sheets with a range whose first row is marked as its labels."""
    told = set()
    for each in body.iter(f"{TABLE}database-range"):
        sheet = each.get(f"{TABLE}target-range-address", "").partition(".")[0]
        is_named = not each.get(f"{TABLE}name", "").startswith("__Anonymous")  # a filter or a sorting
        if is_named and each.get(f"{TABLE}contains-header", "true") == "true":
            told.add(sheet.strip("$'").replace("''", "'"))
    return told


def read_slides(package: Package) -> dict[str, Any]:
    """Fields of `Document` of an ODP. Raises `Unreadable`."""
    it = _Open(package, "presentation")
    tables: list[Table] = []
    links: list[DocumentLink] = []
    pictures: list[Picture] = []
    sheets: list[Sheet] = []
    blank_runs: list[str] = []
    words = 0
    for at, page in enumerate(it.body.iterfind(f"{DRAW}page"), 1):
        where = f"slide {at}"
        title: str | None = None
        shapes: list[Shape] = []
        says = False
        before = words
        for each in _parts(page):
            if each.tag in (f"{TEXT}p", f"{TEXT}h"):
                text = _text(each)
                words += len(text.split())
                says |= bool(text.strip())
                if SPACES.search(text.strip()):
                    blank_runs.append(f"spaces on {where}")
            elif each.tag == f"{DRAW}text-box" and (row := _empty_in_a_row(each)):
                blank_runs.append(f"{row} empty paragraphs on {where}")
            elif each.tag == f"{TABLE}table":
                tables.append(_table(each, where))
        for frame in page:
            kind = frame.get(f"{PRESENTATION}class", "")
            text = "" if frame.tag in GONE else " ".join(_text(p) for p in frame.iter(f"{TEXT}p", f"{TEXT}h"))
            if kind == "title" and not title:
                title = " ".join(text.split())[:500]
            placed = None if kind in REPEATED else _shape(frame, kind)
            if placed is not None and (text.strip() or frame.find(f"{DRAW}image") is not None):
                shapes.append(placed)
        its_pictures = list(it.pictures(page, lambda where=where: where))
        pictures += its_pictures
        links += _links(page, where)
        look = it.chain("drawing-page", page.get(f"{DRAW}style-name"))
        sheets.append(
            Sheet(
                where=where,
                title=title,
                empty=not (says or its_pictures),
                words=words - before,
                hidden=_value(look, f"{PRESENTATION}visibility") == "hidden",
                odd_order=odd_order(shapes),
            )
        )
    return {
        **it.properties(),
        "pages": len(sheets),
        "words": words,
        "pictures": tuple(pictures),
        "tables": tuple(tables),
        "links": tuple(links),
        "sheets": tuple(sheets),
        "blank_runs": tuple(blank_runs),
    }


def _empty_in_a_row(box: Element) -> int:
    """The longest row of empty paragraphs between others, 0 where it is short."""
    longest = row = 0
    began = False
    for each in box:
        if each.tag in (f"{TEXT}p", f"{TEXT}h") and not _text(each).strip():
            row += 1
            continue
        longest = max(longest, row) if began else longest
        row, began = 0, True
    return longest if longest >= EMPTY_IN_A_ROW else 0


def _shape(frame: Element, kind: str) -> Shape | None:
    x, y, width, height = (_points(frame.get(f"{SVG}{name}")) for name in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None:
        return None
    name = frame.get(f"{DRAW}name") or kind or frame.tag.rpartition("}")[2]
    return Shape(name=name[:60], left=x, top=y, right=x + width, bottom=y + height)


def _table(table: Element, where: str) -> Table:
    headers = [
        row
        for each in table.iterfind(f"{TABLE}table-header-rows")
        for row in each.iterfind(f"{TABLE}table-row")
    ]
    rows = [
        *headers,
        *table.iterfind(f"{TABLE}table-row"),
        *(
            row
            for name in ("table-rows", "table-row-group")
            for each in table.iterfind(f"{TABLE}{name}")
            for row in each.iterfind(f"{TABLE}table-row")
        ),
    ]
    cells = [row.findall(f"{TABLE}table-cell") for row in rows]
    marked = sum(len(row) for row in cells[: len(headers)])
    if not headers and table.get(f"{TABLE}use-first-row-styles") == "true" and cells:
        marked = len(cells[0])  # as Impress marks one
    return Table(
        where=where,
        rows=len(rows),
        columns=max((len(row) for row in cells), default=0),
        header_cells=marked,
        merged=sum(_is_merged(cell) for row in cells for cell in row),
        nested=_is_within(table, f"{TABLE}table-cell"),
        first_row=tuple(" ".join("".join(cell.itertext()).split())[:80] for cell in cells[0][:20])
        if cells
        else (),
    )


def _is_merged(cell: Element) -> bool:
    return any((number(cell.get(f"{TABLE}number-{name}-spanned")) or 1) > 1 for name in ("columns", "rows"))


def _links(root: Element, where: str) -> Iterator[DocumentLink]:
    for each in root.iter(f"{TEXT}a", f"{DRAW}a"):
        target = each.get(f"{XLINK}href", "")
        if _is_within(each, f"{TEXT}table-of-content", *GONE):
            continue
        text = " ".join("".join(each.itertext()).split())
        yield DocumentLink(where=where, text=text[:500], target=target[:2000])


def _labels(it: _Open) -> dict[str, Field]:
    """Fields by their ids, as the forms name them."""
    labels = {}
    texts = {
        target: each.get(f"{FORM}label", "")
        for each in it.body.iter(f"{FORM}fixed-text")
        for target in [each.get(f"{FORM}for", "")]
        if target
    }
    for name, kind in CONTROLS.items():
        for each in it.body.iter(f"{FORM}{name}"):
            key = each.get(f"{FORM}id") or each.get("{http://www.w3.org/XML/1998/namespace}id") or ""
            label = each.get(f"{FORM}label") or texts.get(key) or each.get(f"{FORM}title") or ""
            labels[key] = Field(
                where="", name=each.get(f"{FORM}name", "")[:200], kind=kind, label=label[:500]
            )
    return labels


def _fields(root: Element, labels: dict[str, Field], where: str) -> Iterator[Field]:
    for each in root.iter(f"{DRAW}control"):
        known = labels.get(each.get(f"{DRAW}control", ""))
        if known is None:
            continue
        label = known.label or text_of(each, f"{SVG}title") or text_of(each, f"{SVG}desc")
        yield Field(where=where, name=known.name, kind=known.kind, label=label)


def _parts(root: Element) -> Iterator[Element]:
    """What is within an element, in its order, but for what is deleted, notes and forms."""
    waiting = list(root.iterchildren(tag="*", reversed=True))
    while waiting:
        each = waiting.pop()
        if each.tag not in GONE:
            yield each
            waiting += each.iterchildren(tag="*", reversed=True)


def _is_within(each: Element, *tags: str) -> bool:
    return next(each.iterancestors(*tags), None) is not None


def _runs(paragraph: Element) -> Iterator[tuple[str, str | None]]:
    """Texts with the style of the span each is in; not of boxes and notes, which are read by themselves."""
    waiting: list[tuple[Any, str | None]] = [(paragraph, None)]
    while waiting:
        each, span = waiting.pop()
        if isinstance(each, str):
            yield each, span
            continue
        inner = each.get(f"{TEXT}style-name") if each.tag == f"{TEXT}span" else span
        if each.tag == f"{TEXT}s":
            yield " " * min(number(each.get(f"{TEXT}c")) or 1, 100), span
        elif each.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            yield "\t", span
        turn: list[tuple[Any, str | None]] = [(each.text, inner)] if each.text else []
        for child in each:
            if (
                isinstance(child.tag, str)
                and not child.tag.startswith((DRAW, OFFICE))
                and child.tag != f"{TEXT}note"
            ):
                turn.append((child, inner))
            if child.tail:
                turn.append((child.tail, inner))
        waiting += reversed(turn)


def _text(paragraph: Element) -> str:
    return "".join(text for text, _ in _runs(paragraph))


def _value(styles: list[Element], name: str) -> str | None:
    """A property from the nearest style that says it."""
    for style in styles:
        for properties in style:
            found = properties.get(name)
            if found is not None:
                return str(found)
    return None


def _points(length: str | None) -> float | None:
    found = LENGTH.fullmatch(length or "")
    return float(found[1]) * POINTS[found[2]] if found else None
