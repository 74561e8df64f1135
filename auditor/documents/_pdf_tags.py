"""The structure tree of a PDF: what its tags say of its parts (ISO 32000-1, 14.7 and 14.8).

Walked without recursion, each object once: files hold trees that turn back into themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from auditor.evidence.document import Heading, Picture, Table
from auditor.limits import PDF_PARTS, PDF_TAGS

HEADING = re.compile(r"H([1-9]\d?)?")
TEXT = 300  # characters of one part
CELLS = 8  # of a table's first row
Id = tuple[int, int]  # number and generation of an object
Marked = tuple[int, int]  # page from 0, and number of the marked content on it


@dataclass(slots=True)
class Tag:
    """One element of the tree. `kids`: elements and marked content, in order."""

    type: str = ""  # by the role map
    page: int | None = None
    alternative: str = ""  # /Alt, else /ActualText
    element: Any = None
    parent: Tag | None = None
    kids: list[Tag | Marked] = field(default_factory=list)
    annotations: list[Id] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"page {self.page + 1}" if self.page is not None else "a page that is not told"


class Tags:
    """The tree as read; `is_whole` False where it has more than is read."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[Id, int]) -> None:
        self.all: list[Tag] = []  # in their order
        self.is_whole = True
        self._pages = pages
        root = pdf.Root.get("/StructTreeRoot")
        if not isinstance(root, pikepdf.Dictionary):
            return
        self._roles = _roles(root)
        self._read(root)

    def __bool__(self) -> bool:
        return bool(self.all)

    def of(self, *types: str) -> Iterator[Tag]:
        return (tag for tag in self.all if tag.type in types)

    def _read(self, root: Any) -> None:
        top = Tag()
        seen: set[Id] = {root.objgen}
        open_: list[tuple[Any, Tag]] = [(root.get("/K"), top)]
        read = 0
        while open_:
            item, parent = open_.pop()
            if read > PDF_TAGS:
                self.is_whole = False
                return
            read += 1
            if isinstance(item, pikepdf.Array):
                open_ += [(each, parent) for each in reversed(list(item)[:PDF_TAGS])]
            elif isinstance(item, int):
                if parent.page is not None:
                    parent.kids.append((parent.page, item))
            elif isinstance(item, pikepdf.Dictionary):
                if item.is_indirect:
                    if item.objgen in seen:
                        continue
                    seen.add(item.objgen)
                if tag := self._told(item, parent):
                    open_.append((item.get("/K"), tag))

    def _told(self, item: Any, parent: Tag) -> Tag | None:
        """The element that a dictionary is; None where it is content."""
        own = self._page(item.get("/Pg"))
        page = parent.page if own is None else own
        kind = item.get("/Type")
        if kind == pikepdf.Name.MCR:
            if page is not None and isinstance(number := item.get("/MCID"), int):
                parent.kids.append((page, number))
                parent.page = page if parent.page is None else parent.page
            return None
        if kind == pikepdf.Name.OBJR:
            target = item.get("/Obj")
            known = isinstance(target, pikepdf.Dictionary) and target.is_indirect
            if known and len(parent.annotations) < PDF_PARTS:
                parent.annotations.append(target.objgen)
            return None
        tag = Tag(
            type=self._role(item.get("/S")),
            page=page,
            alternative=string(item.get("/Alt")) or string(item.get("/ActualText")),
            element=item,
            parent=parent,
        )
        parent.kids.append(tag)
        self.all.append(tag)
        return tag

    def _page(self, page: Any) -> int | None:
        return self._pages.get(page.objgen) if isinstance(page, pikepdf.Dictionary) else None

    def _role(self, name: Any) -> str:
        said = str(name)[1:100] if isinstance(name, pikepdf.Name) else ""
        for _ in range(10):
            if (mapped := self._roles.get(said)) is None or mapped == said:
                break
            said = mapped
        return said


def _roles(root: Any) -> dict[str, str]:
    told = root.get("/RoleMap")
    if not isinstance(told, pikepdf.Dictionary):
        return {}
    return {key[1:]: str(value)[1:] for key, value in told.items() if isinstance(value, pikepdf.Name)}


def string(told: Any) -> str:
    """A text of the file's, "" where it is none."""
    return " ".join(str(told)[:2000].split()) if isinstance(told, pikepdf.String) else ""


def text(tag: Tag, marked: Mapping[Marked, str]) -> str:
    """What is read out of an element: its alternative, else its content, cut."""
    words: list[str] = []
    open_: list[Tag | Marked] = [tag]
    steps = 0
    while open_ and steps < 1000 and sum(map(len, words)) < TEXT:
        steps += 1
        item = open_.pop()
        if isinstance(item, tuple):
            words.append(marked.get(item, ""))
        elif item.alternative:
            words.append(item.alternative)
        else:
            open_ += reversed(item.kids)
    return " ".join(" ".join(words).split())[:TEXT]


def headings(tags: Tags, marked: Mapping[Marked, str]) -> Iterator[Heading]:
    for tag in tags.all:
        if tag.type == "Title":
            yield Heading(level=0, text=text(tag, marked), where=tag.where)
        elif match := HEADING.fullmatch(tag.type):
            yield Heading(level=int(match[1] or 1), text=text(tag, marked), where=tag.where)


def pictures(tags: Tags) -> Iterator[Picture]:
    """Figures with content, or with a place on the page: LibreOffice draws the picture outside its tag.

    What lies in an element with an alternative is told by that.
    """
    for tag in tags.of("Figure"):
        around = tag.parent
        while around and not around.alternative:
            around = around.parent
        if around is None and (tag.kids or "/BBox" in _attributes(tag.element)):
            yield Picture(where=_first_page(tag), alternative=tag.alternative or None)


def _first_page(tag: Tag) -> str:
    if tag.page is None and tag.kids and isinstance(first := tag.kids[0], Tag):
        return first.where
    return tag.where


def tables(tags: Tags, marked: Mapping[Marked, str]) -> Iterator[Table]:
    cells: dict[int, list[list[Tag]]] = {id(tag): [] for tag in tags.of("Table")}
    for tag in tags.of("TR", "TD", "TH"):
        if (table := _around(tag, "Table")) is None or (rows := cells.get(id(table))) is None:
            continue
        if tag.type == "TR":
            rows.append([])
        elif rows:
            rows[-1].append(tag)
    for table in tags.of("Table"):
        rows = cells[id(table)]
        every = [cell for row in rows for cell in row]
        if not every:
            continue
        told = {id(cell): _attributes(cell.element) for cell in every}
        named = {
            str(each)
            for cell in every
            for each in (told[id(cell)].get("/Headers") or ())
            if isinstance(each, pikepdf.String)
        }
        heads = [cell for cell in every if cell.type == "TH"]
        yield Table(
            where=_first_page(table),
            rows=len(rows),
            columns=max(map(len, rows)),
            header_cells=len(heads),
            scopes_missing=sum(
                "/Scope" not in told[id(cell)] and str(cell.element.get("/ID", "")) not in named
                for cell in heads
            ),
            merged=sum(
                any(
                    isinstance(n := told[id(cell)].get(key), int) and n > 1
                    for key in ("/ColSpan", "/RowSpan")
                )
                for cell in every
            ),
            nested=_around(table, "TD", "TH") is not None,
            first_row=tuple(text(cell, marked)[:80] for cell in rows[0][:CELLS]),
        )


def _around(tag: Tag, *types: str) -> Tag | None:
    """The nearest element of a type around another."""
    around = tag.parent
    while around and around.type not in types:
        if tag.type != "Table" and around.type == "Table":
            return None
        around = around.parent
    return around


def _attributes(element: Any) -> dict[str, Any]:
    """All attributes of an element; of its classes none, which no producer was seen to use."""
    told = element.get("/A")
    owners = [told] if not isinstance(told, pikepdf.Array) else list(told)[:20]
    return {
        key: value
        for owner in owners
        if isinstance(owner, pikepdf.Dictionary)
        for key, value in owner.items()
    }
