"""The text of a PDF's pages and how it looks, by PDFium: words, scans, dotted lines, pale text."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from auditor.documents import Unreadable
from auditor.evidence.document import Contrast
from auditor.limits import PDF_CONTENT_BYTES, PDF_PAGE_OBJECTS, PDF_PAGES_READ, PDF_PAGES_SEEN

Rect = tuple[float, float, float, float]  # left, bottom, right, top, in points
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
SCAN = 0.5  # of a page that a picture covers
DOTS = "._…‥"
DOTTED = 10  # dots in a row that ask to be written on
LARGE, LARGE_BOLD, BOLD = 18.0, 14.0, 700  # points; WCAG 2, "large scale"
MARGIN = 0.9  # of what is needed, above which nothing is said: colours for print are converted roughly
HIDDEN = 1.1  # text of so little contrast is not meant to be seen, or lies on what was not recognised


@dataclass(slots=True)
class Seen:
    """What the first pages show."""

    words: int = 0
    scanned: list[int] = field(default_factory=list)  # pages from 1
    dotted: list[int] = field(default_factory=list)
    contrasts: list[Contrast] = field(default_factory=list)
    marked: dict[tuple[int, int], str] = field(default_factory=dict)  # page from 0, MCID -> text
    in_rects: dict[tuple[int, int], str] = field(default_factory=dict)  # page from 0, place in its list


@dataclass(slots=True)
class _Thing:
    """What is painted. `colour` None: not one that is known."""

    box: Rect
    kind: int
    colour: Colour | None
    is_plain: bool = False  # a filled rectangle
    text: str = ""
    size: float = 0.0
    bold: bool = False


def seen(file: Path, rects: Mapping[int, Sequence[Rect]]) -> Seen:
    """`rects`: of links, by page from 0: their text is read. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("It is damaged: its pages cannot be shown.") from error
    told = Seen()
    with document:
        for number in range(min(len(document), PDF_PAGES_READ)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                continue
            try:
                _look(page, number, rects.get(number, ()), told)
            finally:
                page.close()
    return told


def _look(page: Any, number: int, rects: Sequence[Rect], told: Seen) -> None:
    reader = page.get_textpage()
    try:
        text = reader.get_text_range()
        told.words += len(text.split())
        told.in_rects |= {
            (number, at): " ".join(reader.get_text_bounded(*rect).split())[:300]
            for at, rect in enumerate(rects)
        }
        lines = text.splitlines()
        if sum(map(_is_dotted, lines, [*lines[1:], ""])) > 1:
            told.dotted.append(number + 1)
        things = list(_things(page, reader, number, told))
    finally:
        reader.close()
    if not text.strip() and _covered(page, things):
        told.scanned.append(number + 1)
    if number < PDF_PAGES_SEEN and len(things) < PDF_PAGE_OBJECTS:
        told.contrasts += _pale(things, f"page {number + 1}")


def _is_dotted(line: str, after: str) -> bool:
    """Whether it is words with dots to be written on; in a list of contents or an index numbers follow them,
    or more dots and then numbers.
    """
    whole, follows = "".join(line.split()), "".join(after.split())
    words, number = whole.rstrip(DOTS), follows.lstrip(DOTS)[:1]
    leads = bool(follows) and (not number or number.isdecimal())
    return len(whole) - len(words) >= DOTTED and any(map(str.isalpha, words)) and not leads


def _covered(page: Any, things: Sequence[_Thing]) -> bool:
    width, height = page.get_width(), page.get_height()
    pictures = (thing.box for thing in things if thing.kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in pictures)
    return bool(area > SCAN * width * height)


def _things(page: Any, reader: Any, number: int, told: Seen) -> Iterator[_Thing]:
    for at in range(min(pdfium.FPDFPage_CountObjects(page), PDF_PAGE_OBJECTS)):
        raw = pdfium.FPDFPage_GetObject(page, at)
        box = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(raw, *box):
            continue
        left, bottom, right, top = (each.value for each in box)
        kind = pdfium.FPDFPageObj_GetType(raw)
        thing = _Thing(box=(left, bottom, right, top), kind=kind, colour=None)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            thing.text = _text(raw, reader)
            mark = pdfium.FPDFPageObj_GetMarkedContentID(raw)
            if mark >= 0:
                told.marked[number, mark] = told.marked.get((number, mark), "") + thing.text
            if pdfium.FPDFTextObj_GetTextRenderMode(raw) == pdfium.FPDF_TEXTRENDERMODE_FILL:
                _sized(raw, thing)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            thing.is_plain = _is_rectangle(raw)
        if not pdfium.FPDFPageObj_HasTransparency(raw):
            thing.colour = _colour(raw)
        yield thing


def _text(raw: Any, reader: Any) -> str:
    size = pdfium.FPDFTextObj_GetText(raw, reader, None, 0)
    if not 2 < size < 20_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFTextObj_GetText(raw, reader, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _sized(raw: Any, thing: _Thing) -> None:
    """Its size as it is shown, where it stands upright."""
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    if not pdfium.FPDFPageObj_GetMatrix(raw, matrix) or not pdfium.FPDFTextObj_GetFontSize(raw, size):
        return
    if abs(matrix.b) < 0.01 and abs(matrix.c) < 0.01:
        thing.size = abs(size.value * matrix.d)
        thing.bold = pdfium.FPDFFont_GetWeight(pdfium.FPDFTextObj_GetFont(raw)) >= BOLD


def _colour(raw: Any) -> Colour | None:
    channels = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(raw, *channels) or channels[3].value != 255:
        return None
    red, green, blue = (each.value for each in channels[:3])
    return red, green, blue


def _is_rectangle(raw: Any) -> bool:
    """Filled, with four straight sides along the page's."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(raw, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(raw)
    if not fill.value or count not in (4, 5):
        return False
    points: list[tuple[float, float]] = []
    for at in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(raw, at)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_BEZIERTO:
            return False
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((round(x.value, 2), round(y.value, 2)))
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, matrix) or matrix.b or matrix.c:
        return False
    return len({x for x, _ in points}) == 2 == len({y for _, y in points})


def _pale(things: Sequence[_Thing], where: str) -> Iterator[Contrast]:
    """One for each pair of colours: text that lies, whole, on nothing but a plain rectangle or the page."""
    told = set()
    others = [(at, each) for at, each in enumerate(things) if each.kind != pdfium.FPDF_PAGEOBJ_TEXT]
    for at, thing in enumerate(things):
        if thing.colour is None or not thing.size or len(thing.text.strip()) < 2:
            continue
        needed = 3.0 if thing.size >= (LARGE_BOLD if thing.bold else LARGE) else 4.5
        behind = _behind(at, thing, others)
        if behind is None or (thing.colour, behind, needed) in told:
            continue
        ratio = contrast(thing.colour, behind)
        if HIDDEN < ratio < needed * MARGIN:
            told.add((thing.colour, behind, needed))
            yield Contrast(
                where=where,
                text=" ".join(thing.text.split())[:80],
                colour="#{:02x}{:02x}{:02x}".format(*thing.colour),
                background="#{:02x}{:02x}{:02x}".format(*behind),
                ratio=round(ratio, 2),
                needed=needed,
            )


def _behind(at: int, text: _Thing, others: Sequence[tuple[int, _Thing]]) -> Colour | None:
    """The one colour behind it; None where that is not certain."""
    left, bottom, right, top = text.box
    behind: Colour | None = WHITE
    for place, each in others:
        x0, y0, x1, y1 = each.box
        if x1 <= left or x0 >= right or y1 <= bottom or y0 >= top:
            continue
        if place > at:
            return None  # painted over it
        holds = x0 <= left and x1 >= right and y0 <= bottom and y1 >= top
        behind = each.colour if each.is_plain and holds else None
    return behind


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2's contrast ratio (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    pale, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (pale + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def refuse_bombs(pages: Sequence[Any]) -> None:
    """Raises `Unreadable` where a page's drawing unpacks to more than any page needs."""
    for page in pages:
        told = page.get("/Contents")
        streams = [told] if isinstance(told, pikepdf.Stream) else list(told or ())[:1000]
        resources = page.get("/Resources")
        forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        if isinstance(forms, pikepdf.Dictionary):
            streams += [each for _, each in list(forms.items())[:1000] if _is_form(each)]
        left = PDF_CONTENT_BYTES
        for stream in streams:
            if isinstance(stream, pikepdf.Stream):
                left -= _unpacked(stream, left)
            if left <= 0:
                raise Unreadable(
                    "A page of it unpacks to far more than a page needs, as files do that are to harm."
                )


def _is_form(each: Any) -> bool:
    return isinstance(each, pikepdf.Stream) and each.get("/Subtype") == pikepdf.Name.Form


def _unpacked(stream: Any, most: int) -> int:
    """Bytes of a stream, counted up to `most`; packed twice, 20 for each of the outer layer's."""
    told = stream.get("/Filter")
    filters = [told] if isinstance(told, pikepdf.Name) else list(told or ())
    raw = stream.read_raw_bytes()
    if not filters or filters[0] not in (pikepdf.Name.FlateDecode, pikepdf.Name.Fl):
        return len(raw)
    unpacker, count = zlib.decompressobj(), 0
    try:
        while raw and count < most:
            count += len(unpacker.decompress(raw, 1 << 20))
            raw = unpacker.unconsumed_tail
    except zlib.error:
        return count
    return count * (1 if len(filters) == 1 else 20)
