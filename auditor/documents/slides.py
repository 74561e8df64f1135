"""PowerPoint's files (ECMA-376, part 1, section 19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.documents import Unreadable
from auditor.documents.drawing import A, alternative_of, is_decorative
from auditor.documents.layout import Shape, odd_order
from auditor.documents.package import DAMAGED, Element, Package, number
from auditor.documents.prose import EMPTY_IN_A_ROW, SPACES
from auditor.evidence.document import DocumentLink, Picture, Sheet, Table

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TITLES = ("title", "ctrTitle")
PLAIN = {"ctrTitle": "title", "subTitle": "body"}  # by what a master has for them
REPEATED = ("dt", "ftr", "sldNum", "hdr")  # placeholders of a date, a footer, a number
SHAPES = tuple(P + name for name in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp"))


@dataclass(kw_only=True)
class _Told:
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    links: list[DocumentLink] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    blank_runs: list[str] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    words: int = 0


def read(package: Package) -> dict[str, Any]:
    """Fields of `Document`. Raises `Unreadable`."""
    main = package.main()
    root = package.xml(main)
    if root is None or root.tag != f"{P}presentation":
        raise Unreadable(DAMAGED)
    related = package.related(main)
    told = _Told()
    layouts = _Layouts(package)
    for each in root.iterfind(f"{P}sldIdLst/{P}sldId"):
        name = related.get(each.get(f"{R}id", ""), ("", ""))[1]
        slide = package.xml(name)
        if slide is not None:
            _read_slide(slide, package.related(name), layouts, told)
    return {
        **package.properties(),
        "language": told.languages.most_common(1)[0][0] if told.languages else None,
        "pages": len(told.sheets),
        "words": told.words,
        "pictures": tuple(told.pictures),
        "tables": tuple(told.tables),
        "links": tuple(told.links),
        "sheets": tuple(told.sheets),
        "blank_runs": tuple(told.blank_runs),
    }


class _Layouts:
    """Where a slide's placeholders stand, when the slide leaves that to its layout."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._read: dict[str, list[tuple[str, str, Element | None]]] = {}

    def place(self, related: Mapping[str, tuple[str, str]], kind: str, index: str) -> Element | None:
        layout = next((name for word, name in related.values() if word == "slideLayout"), "")
        above = self._package.related(layout) if layout else {}
        master = next((name for word, name in above.values() if word == "slideMaster"), "")
        for name in (layout, master):
            for its_kind, its_index, its_place in self._of(name):
                by_number = index and name == layout
                is_same = (
                    index == its_index
                    if by_number
                    else PLAIN.get(kind, kind) == PLAIN.get(its_kind, its_kind)
                )
                if is_same and its_place is not None:
                    return its_place
        return None

    def _of(self, name: str) -> list[tuple[str, str, Element | None]]:
        if name not in self._read:
            root = self._package.xml(name) if name else None
            self._read[name] = [
                (*_placeholder(each), each.find(f".//{A}xfrm"))
                for each in (() if root is None else root.iter(f"{P}sp"))
            ]
        return self._read[name]


def _read_slide(
    slide: Element, related: Mapping[str, tuple[str, str]], layouts: _Layouts, told: _Told
) -> None:
    where = f"slide {len(told.sheets) + 1}"
    title: str | None = None
    says = False
    words = told.words
    shapes: list[Shape] = []
    tree = slide.find(f"{P}cSld/{P}spTree")
    for shape in _shapes(tree, within_groups=True):
        kind, _ = _placeholder(shape)
        text = _texts(shape)
        if kind in TITLES and title in (None, ""):
            title = text[:500]
        says |= kind not in REPEATED and _matters(shape)
        _picture(shape, where, told)
        _table(shape, where, told)
    for shape in _shapes(tree, within_groups=False):
        kind, index = _placeholder(shape)
        placed = _place(shape)
        if placed is None and (kind or index):
            placed = layouts.place(related, kind, index)
        if kind in REPEATED or placed is None or not _matters(shape):
            continue
        properties = _properties(shape)
        told_place = _shape("" if properties is None else properties.get("name", "")[:60], placed)
        if told_place is not None:
            shapes.append(told_place)
    for paragraph in slide.iter(f"{A}p"):
        _read_paragraph(paragraph, where, related, told)
    _shape_links(slide, where, related, told)
    for body in slide.iter(f"{P}txBody"):
        _blank_runs(body, where, told)
    told.sheets.append(
        Sheet(
            where=where,
            title=title,
            empty=not says,
            words=told.words - words,
            hidden=slide.get("show") in ("0", "false"),
            odd_order=odd_order(shapes),
        )
    )


def _shapes(tree: Element | None, *, within_groups: bool) -> Iterator[Element]:
    waiting = [] if tree is None else list(reversed(tree))
    while waiting:
        each = waiting.pop()
        if each.tag == "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent":
            waiting += reversed([e for choice in each[:1] for e in choice])
        elif each.tag in SHAPES:
            yield each
            if within_groups:
                waiting += reversed(each)


def _properties(shape: Element) -> Element | None:
    return shape.find(f"./*/{P}cNvPr")


def _placeholder(shape: Element) -> tuple[str, str]:
    """Its kind and number; ("", "") of what is none."""
    found = shape.find(f"./*/{P}nvPr/{P}ph")
    return ("", "") if found is None else (found.get("type", "body"), found.get("idx", ""))


def _texts(shape: Element) -> str:
    if shape.tag == f"{P}grpSp":
        return ""  # its shapes speak for themselves
    paragraphs = ("".join(each.text or "" for each in p.iter(f"{A}t")) for p in shape.iter(f"{A}p"))
    return " ".join(" ".join(paragraphs).split())


def _matters(shape: Element) -> bool:
    return next((e for e in shape.iter(f"{A}t") if (e.text or "").strip()), None) is not None or _shows(shape)


def _shows(shape: Element) -> bool:
    if shape.tag == f"{P}pic":
        return True
    data = shape.find(f"{A}graphic/{A}graphicData") if shape.tag == f"{P}graphicFrame" else None
    return data is not None and data.find(f"{A}tbl") is None


def _picture(shape: Element, where: str, told: _Told) -> None:
    properties = _properties(shape)
    if properties is not None and _shows(shape):
        told.pictures.append(
            Picture(
                where=where,
                alternative=alternative_of(properties),
                decorative=is_decorative(properties),
                name=properties.get("name", "")[:200],
            )
        )


def _table(shape: Element, where: str, told: _Told) -> None:
    table = shape.find(f"{A}graphic/{A}graphicData/{A}tbl") if shape.tag == f"{P}graphicFrame" else None
    if table is None:
        return
    rows = [row.findall(f"{A}tc") for row in table.findall(f"{A}tr")]
    look = table.find(f"{A}tblPr")
    marked = look is not None and "1" in (look.get("firstRow"), look.get("firstCol"))
    told.tables.append(
        Table(
            where=where,
            rows=len(rows),
            columns=max((len(row) for row in rows), default=0),
            header_cells=len(rows[0]) if rows and marked else 0,
            merged=sum(
                (number(cell.get(name)) or 1) > 1
                for row in rows
                for cell in row
                for name in ("gridSpan", "rowSpan")
            ),
            first_row=tuple(_texts(cell)[:80] for cell in rows[0][:20]) if rows else (),
        )
    )


def _read_paragraph(
    paragraph: Element, where: str, related: Mapping[str, tuple[str, str]], told: _Told
) -> None:
    texts: list[str] = []
    link: tuple[str, str] = ("", "")  # its reference and its text so far: one link may be several runs
    for run in paragraph:
        text = "".join(each.text or "" for each in run.iter(f"{A}t"))
        texts.append(text)
        properties = run.find(f"{A}rPr")
        if text.strip():
            told.languages[(properties.get("lang") or "") if properties is not None else ""] += len(text)
        click = None if properties is None else properties.find(f"{A}hlinkClick")
        key = "" if click is None else click.get(f"{R}id", "")
        if key != link[0]:
            _link(link, where, related, told)
            link = (key, "")
        link = (key, link[1] + text)
    _link(link, where, related, told)
    whole = "".join(texts)
    told.words += len(whole.split())
    if SPACES.search(whole.strip()):
        told.blank_runs.append(f"spaces on {where}")


def _shape_links(slide: Element, where: str, related: Mapping[str, tuple[str, str]], told: _Told) -> None:
    for click in slide.iter(f"{A}hlinkClick"):
        properties = click.getparent()
        if properties.tag == f"{P}cNvPr":
            shape = properties.getparent().getparent()
            text = _texts(shape) or alternative_of(properties) or ""
            _link((click.get(f"{R}id", ""), text), where, related, told)


def _link(link: tuple[str, str], where: str, related: Mapping[str, tuple[str, str]], told: _Told) -> None:
    key, text = link
    if key in related:
        text = " ".join(text.split())[:500]
        told.links.append(DocumentLink(where=where, text=text, target=related[key][1][:2000]))


def _blank_runs(body: Element, where: str, told: _Told) -> None:
    row = 0
    began = False
    for paragraph in body.iterfind(f"{A}p"):
        if any((each.text or "").strip() for each in paragraph.iter(f"{A}t")):
            if began and row >= EMPTY_IN_A_ROW:
                told.blank_runs.append(f"{row} empty paragraphs on {where}")
            row, began = 0, True
        else:
            row += 1


def _place(shape: Element) -> Element | None:
    for path in (f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm", f"{P}xfrm"):
        found = shape.find(path)
        if found is not None:
            return found
    return None


def _shape(name: str, placed: Element) -> Shape | None:
    off, ext = placed.find(f"{A}off"), placed.find(f"{A}ext")
    if off is None or ext is None:
        return None
    try:
        x, y, width, height = (
            float(e.get(k, "0")) for e, k in ((off, "x"), (off, "y"), (ext, "cx"), (ext, "cy"))
        )
    except ValueError:
        return None
    return Shape(name=name, left=x, top=y, right=x + width, bottom=y + height)
