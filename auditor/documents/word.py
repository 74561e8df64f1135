"""Word's files (ECMA-376, part 1, section 17), as Word itself would read them out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.documents import Unreadable
from auditor.documents.drawing import alternative_of, is_decorative
from auditor.documents.package import DAMAGED, Element, Package, number
from auditor.documents.prose import Prose
from auditor.evidence.document import DocumentLink, Field, Picture, Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOX = f"{W}txbxContent"
GONE = (f"{W}del", f"{W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
KINDS = {
    "checkbox": "check box",
    "dropDownList": "choice",
    "comboBox": "choice",
    "text": "text",
    "richText": "text",
    "date": "text",
}
# Of a field for any text, which has no mark of its own; other programs put such around text they know again.
PLAIN = frozenset(
    ("rPr", "alias", "tag", "id", "lock", "placeholder", "showingPlcHdr", "temporary", "appearance", "color")
)
LEGACY = {"checkBox": "check box", "ddList": "choice", "textInput": "text"}
OFF = ("0", "false", "off", "none")


def read(package: Package) -> dict[str, Any]:
    """Fields of `Document`. Raises `Unreadable`."""
    main = package.main()
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise Unreadable(DAMAGED)
    related = package.related(main)
    targets = {key: target for key, (_, target) in related.items()}
    styles = [target for kind, target in related.values() if kind == "styles"]
    reading = _Reading(_Styles(package.xml(styles[0]) if styles else None), targets)
    reading.read(body)
    return {
        **package.properties(),
        **reading.prose.fields(),
        "pages": package.count("Pages"),
        "pictures": tuple(reading.pictures),
        "tables": tuple(reading.tables),
        "links": tuple(reading.links),
        "fields": tuple(reading.fields),
    }


class _Styles:
    """What a paragraph or run looks like by its style, and by those that it is based on."""

    def __init__(self, root: Element | None) -> None:
        every = () if root is None else root.findall(f"{W}style")
        self._by_id = {each.get(f"{W}styleId"): each for each in every}
        self._default = next(
            (
                e
                for e in every
                if e.get(f"{W}type") == "paragraph" and e.get(f"{W}default") not in (None, *OFF)
            ),
            None,
        )
        found = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault")
        self._last = [] if found is None else [found]

    def chain(self, style: str | None) -> list[Element]:
        """The style and what it is based on, nearest first."""
        found: list[Element] = []
        each = self._by_id.get(style)
        while each is not None and each not in found:
            found.append(each)
            each = self._by_id.get(_value(each, "basedOn"))
        return found

    def of_paragraph(self, style: str | None) -> list[Element]:
        plain = [] if self._default is None else [self._default]
        return [*(self.chain(style) or plain), *self._last]

    def is_of_contents(self, style: str | None) -> bool:
        """Whether it is part of a table of contents, its heading too."""
        return any((_value(each, "name") or "").casefold().startswith("toc ") for each in self.chain(style))

    def level(self, properties: Element | None, style: str | None) -> int | None:
        """Of a heading from 1, of the title 0; None of anything else."""
        for each in self.chain(style):
            name = (_value(each, "name") or "").casefold()
            if name == "title":
                return 0
            if name.startswith("heading ") and name[8:].isascii() and name[8:].isdigit() and len(name) == 9:
                return int(name[8:])
        for holder in (properties, *(each.find(f"{W}pPr") for each in self.chain(style))):
            outline = number(_value(holder, "outlineLvl"))
            if outline is not None:
                return outline + 1 if outline < 9 else None
        return None


class _Reading:
    def __init__(self, styles: _Styles, targets: dict[str, str]) -> None:
        self.styles = styles
        self.targets = targets
        self.prose = Prose()
        self.pictures: list[Picture] = []
        self.tables: list[Table] = []
        self.links: list[DocumentLink] = []
        self.fields: list[Field] = []

    def read(self, body: Element) -> None:
        for each in _parts(body):
            if each.tag == f"{W}p":
                self._paragraph(each)
            elif each.tag == f"{W}tbl":
                self._table(each)
            elif each.tag == f"{W}sdt":
                self._control(each)
            elif each.tag == f"{W}ffData":
                self._legacy_field(each)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = _value(properties, "pStyle")
        looks = self.styles.of_paragraph(style)
        parts = list(_parts(paragraph, into_boxes=False))
        in_cell = _is_in_cell(paragraph)
        holds = self._pictures(parts)
        self._links(parts, self.prose.here(in_cell=in_cell))
        bolds, sizes, texts = [], [], []
        for run in (each for each in parts if each.tag == f"{W}r"):
            text = _text(run)
            texts.append(text)
            if not text.strip():
                continue
            own = run.find(f"{W}rPr")
            look = [*([] if own is None else [own]), *self.styles.chain(_value(own, "rStyle")), *looks]
            bolds.append((_first(look, "b") or "off") not in OFF)
            size = number(_first(look, "sz"))
            sizes.append(size / 2 if size else 10.0)
            self.prose.languages[_first(look, "lang") or ""] += len(text)
        in_list = self.styles.is_of_contents(style) or any(
            _has(each, "numPr") for each in (properties, *self.styles.chain(style))
        )
        self.prose.add(
            "".join(texts),
            holds=holds,
            level=self.styles.level(properties, style),
            size=min(sizes, default=None),
            bold=bool(bolds) and all(bolds),
            in_cell=in_cell,
            in_list=in_list,
            container=paragraph.getparent(),
        )

    def _pictures(self, parts: list[Element]) -> bool:
        """Keeps a paragraph's pictures; whether it holds anything but text."""
        holds = False
        for each in parts:
            name = each.tag.rpartition("}")[2]
            if name == "docPr":
                holds = True
                frame = each.getparent()
                if not _shows(frame):
                    continue
                self.pictures.append(
                    Picture(
                        where=self.prose.where("picture"),
                        alternative=alternative_of(each),
                        decorative=is_decorative(each),
                        name=each.get("name", "")[:200],
                    )
                )
            elif name == "imagedata":
                holds = True
                shape = each.getparent()
                alternative = shape.get("alt") or shape.get("title")
                self.pictures.append(Picture(where=self.prose.where("picture"), alternative=alternative))
            elif name in ("br", "sectPr", "oMath", "object", "pict"):
                holds = True
        return holds

    def _links(self, parts: list[Element], where: str) -> None:
        instructions: list[str] = []  # of fields that are open, outermost first
        texts: list[str] = []
        for each in parts:
            if each.tag == f"{W}hyperlink":
                target = self.targets.get(each.get(f"{R}id", ""), "")
                text = "".join(_text(run) for run in each.iter(f"{W}r"))
                if not text.strip():
                    text = " ".join(alternative_of(e) or "" for e in each.iter("{*}docPr"))
                self._link(where, text, target or f"#{each.get(f'{W}anchor', '')}")
            elif each.tag == f"{W}fldSimple":
                self._field_link(
                    where, each.get(f"{W}instr", ""), "".join(_text(run) for run in each.iter(f"{W}r"))
                )
            elif each.tag == f"{W}fldChar":
                kind = each.get(f"{W}fldCharType")
                if kind == "begin":
                    instructions.append("")
                    texts.append("")
                elif kind == "end" and instructions:
                    self._field_link(where, instructions.pop(), texts.pop())
            elif each.tag == f"{W}instrText" and instructions:
                instructions[-1] += each.text or ""
            elif each.tag == f"{W}t" and texts:
                texts[-1] += each.text or ""

    def _field_link(self, where: str, instruction: str, text: str) -> None:
        word, _, rest = instruction.strip().partition(" ")
        if word.upper() == "HYPERLINK":
            self._link(where, text, rest.strip().strip('"').partition('"')[0])

    def _link(self, where: str, text: str, target: str) -> None:
        if not target.startswith("#_Toc"):  # a table of contents: as long as the document, and made by Word
            text = " ".join(text.split())[:500]
            self.links.append(DocumentLink(where=where, text=text, target=target[:2000]))

    def _table(self, table: Element) -> None:
        rows = [each for each in _parts(table, within=f"{W}tbl") if each.tag == f"{W}tr"]
        cells = [[each for each in _parts(row, within=f"{W}tbl") if each.tag == f"{W}tc"] for row in rows]
        headers = 0
        for row, its in zip(rows, cells, strict=True):
            if not _has(row.find(f"{W}trPr"), "tblHeader"):
                break  # only rows at the top repeat
            headers += len(its)
        merged = 0
        for each in (cell.find(f"{W}tcPr") for row in cells for cell in row):
            merged += (number(_value(each, "gridSpan")) or 1) > 1 or _value(each, "vMerge") == "restart"
        self.tables.append(
            Table(
                where=self.prose.where("table"),
                rows=len(rows),
                columns=max((len(row) for row in cells), default=0),
                header_cells=headers,
                merged=merged,
                nested=next(table.iterancestors(f"{W}tbl"), None) is not None,
                first_row=tuple(_cell_text(each) for each in cells[0][:20]) if cells else (),
            )
        )

    def _control(self, control: Element) -> None:
        properties = control.find(f"{W}sdtPr")
        kinds = [] if properties is None else [each.tag.rpartition("}")[2] for each in properties]
        kind = next((KINDS[each] for each in kinds if each in KINDS), None)
        if kind is None:
            if not PLAIN.issuperset(kinds) or "placeholder" not in kinds:
                return  # a table of contents and the like
            kind = "text"
        self.fields.append(
            Field(
                where=self.prose.here(in_cell=_is_in_cell(control)),
                name=(_value(properties, "tag") or "")[:200],
                kind=kind,
                label=(_value(properties, "alias") or "").strip()[:500],
            )
        )

    def _legacy_field(self, data: Element) -> None:
        kind = next((LEGACY[n] for e in data if (n := e.tag.rpartition("}")[2]) in LEGACY), "text")
        label = _value(data, "statusText") or _value(data, "helpText") or ""
        self.fields.append(
            Field(
                where=self.prose.here(), name=(_value(data, "name") or "")[:200], kind=kind, label=label[:500]
            )
        )


def _parts(root: Element, *, into_boxes: bool = True, within: str = "") -> Iterator[Element]:
    """What is within an element, in its order, but for what is deleted or stands there twice.

    Not into elements named `within`, nor into boxes of text where those are read by themselves.
    """
    waiting = list(root.iterchildren(tag="*", reversed=True))
    while waiting:
        each = waiting.pop()
        if each.tag in GONE or (each.tag == BOX and not into_boxes):
            continue
        yield each
        if each.tag != within:
            waiting += each.iterchildren(tag="*", reversed=True)


def _is_in_cell(each: Element) -> bool:
    return next(each.iterancestors(f"{W}tc"), None) is not None


def _shows(frame: Element) -> bool:
    """Whether a drawing is a picture, a chart or the like: not a box of text, nor a mere line or shape."""
    data = next(frame.iter("{*}graphicData"), None)
    kind = "" if data is None else data.get("uri", "").rpartition("/")[2]
    return kind in ("picture", "chart", "chartex", "diagram") or next(frame.iter("{*}pic"), None) is not None


def _text(run: Element) -> str:
    told = []
    for each in run:
        if each.tag == f"{W}t":
            told.append(each.text or "")
        elif each.tag in (f"{W}tab", f"{W}br", f"{W}cr"):
            told.append("\t")
    return "".join(told)


def _cell_text(cell: Element) -> str:
    return " ".join("".join(each.text or "" for each in cell.iter(f"{W}t")).split())[:80]


def _value(holder: Element | None, name: str) -> str | None:
    found = None if holder is None else holder.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val")


def _has(holder: Element | None, name: str) -> bool:
    """Whether a mark is set, here or in the properties that a style holds."""
    found = None if holder is None else holder.find(f"{W}{name}")
    if found is None and holder is not None:
        found = holder.find(f"{W}pPr/{W}{name}")
    return found is not None and found.get(f"{W}val") not in OFF


def _first(look: list[Element], name: str) -> str | None:
    """A property of text from the nearest that says it; a mark without a value is "on"."""
    for each in look:
        found = each.find(f"{W}{name}") if each.tag == f"{W}rPr" else each.find(f"{W}rPr/{W}{name}")
        if found is not None:
            return str(found.get(f"{W}val") or ("" if name == "lang" else "on"))
    return None
