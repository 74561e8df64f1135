"""A PDF as the neutral `Document`: its properties, tags, links and fields by pikepdf, its text by PDFium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree
from pikepdf.models.metadata import decode_pdf_date

from auditor.documents import Unreadable, _pdf_tags
from auditor.documents._pdf_tags import Id, Tags, string
from auditor.documents._pdf_text import Rect, Seen, refuse_bombs, seen
from auditor.documents.kinds import PROTECTED
from auditor.evidence.document import DocumentLink, Field
from auditor.limits import MB, PDF_PAGES, PDF_PAGES_READ, PDF_PARTS, PDF_TAGS

XMP_BYTES = 2 * MB
UA = "{http://www.aiim.org/pdfua/ns/id/}part"
DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
RDF_LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
HIDDEN = 2  # of an annotation's flags (ISO 32000-1, table 165)
PUSH_BUTTON = 1 << 16  # of a field's (table 226)
KINDS = {"/Tx": "text", "/Btn": "check box", "/Ch": "choice", "/Sig": "signature"}


def read(file: Path) -> dict[str, Any]:
    """Fields of `Document`. Raises `Unreadable`."""
    try:
        with pikepdf.open(file) as pdf:
            return _read(pdf, file)
    except pikepdf.PasswordError as error:
        raise Unreadable(PROTECTED) from error
    except MemoryError:
        raise
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, LookupError, AttributeError) as error:
        # What a broken file holds where another kind of thing belongs shows as any of these.
        raise Unreadable("It is damaged: what it is made of cannot be read.") from error


def _read(pdf: pikepdf.Pdf, file: Path) -> dict[str, Any]:
    if len(pdf.pages) > PDF_PAGES:
        raise Unreadable(f"It has more than {PDF_PAGES:,} pages.")
    if not len(pdf.pages):
        raise Unreadable("It is damaged: no page can be found in it.")
    pages = [page.obj for page in pdf.pages]
    refuse_bombs(pages[:PDF_PAGES_READ])
    number = {page.objgen: at for at, page in enumerate(pages)}
    tags = Tags(pdf, number)
    root, info = pdf.Root, pdf.trailer.get("/Info")
    info = info if isinstance(info, pikepdf.Dictionary) else pikepdf.Dictionary()
    xmp = _xmp(root)
    annotations = _annotations(pages)
    links = [each for each in annotations if each[1].get("/Subtype") == pikepdf.Name.Link]
    rects: dict[int, list[Rect]] = {}
    for page, link in links:
        rects.setdefault(page, []).append(_rect(link))
    looked = seen(file, rects)
    widgets = {a.objgen: page for page, a in annotations if a.get("/Subtype") == pikepdf.Name.Widget}
    fields = list(itertools.islice(_fields(root, widgets, tags), PDF_PARTS))
    view = root.get("/ViewerPreferences")
    form = root.get("/AcroForm")
    tagged = bool(tags) and _flag(root.get("/MarkInfo"), "/Marked")
    with_fields = set(widgets.values())
    return {
        "title": _xmp_title(xmp) or string(info.get("/Title")),
        "shows_title": _flag(view, "/DisplayDocTitle"),
        "language": string(root.get("/Lang")),
        "pages": len(pages),
        "producer": (string(info.get("/Producer")) or string(info.get("/Creator")))[:200],
        "created": _date(info.get("/CreationDate")),
        "modified": _date(info.get("/ModDate")),
        "tagged": tagged,
        "words": looked.words,
        "scanned_pages": tuple(looked.scanned),
        "blocks_assistive_technology": pdf.is_encrypted and not pdf.allow.accessibility,
        "bookmarks": _bookmarks(root),
        "claims_pdf_ua": _ua(xmp),
        "dynamic_form": isinstance(form, pikepdf.Dictionary)
        and "/XFA" in form
        and (_flag(root, "/NeedsRendering") or not fields),
        "tab_order_pages": tuple(
            page + 1 for page in sorted(with_fields) if pages[page].get("/Tabs") != pikepdf.Name.S
        )
        if tagged
        else (),
        "headings": tuple(itertools.islice(_pdf_tags.headings(tags, looked.marked), PDF_PARTS)),
        "pictures": tuple(itertools.islice(_pdf_tags.pictures(tags), PDF_PARTS)) if tagged else (),
        "tables": tuple(itertools.islice(_pdf_tags.tables(tags, looked.marked), PDF_PARTS)),
        "links": tuple(_links(links, tags, looked)),
        "fields": tuple(fields),
        "contrasts": tuple(looked.contrasts[:PDF_PARTS]),
        "dotted_lines": tuple(f"page {page}" for page in looked.dotted),
        "left_out": tuple(_left_out(len(pages), tags, len(links))),
    }


def _left_out(pages: int, tags: Tags, links: int) -> Iterator[str]:
    if pages > PDF_PAGES_READ:
        yield f"the text and links of pages after {PDF_PAGES_READ}"
    if links > PDF_PARTS:
        yield f"links after the first {PDF_PARTS:,} of {links:,}"
    if not tags.is_whole:
        yield f"tags after the first {PDF_TAGS:,}"


def _flag(told: Any, name: str) -> bool:
    value = told.get(name) if isinstance(told, pikepdf.Dictionary) else None
    return isinstance(value, bool) and value


def _date(told: Any) -> datetime | None:
    try:
        when = decode_pdf_date(str(told)) if isinstance(told, pikepdf.String) else None
        return when and (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _xmp(root: Any) -> Any:
    """The metadata's tree, or an empty one: no entity in it is resolved."""
    stream = root.get("/Metadata")
    empty = etree.Element("none")
    if not isinstance(stream, pikepdf.Stream) or len(data := stream.read_bytes()) > XMP_BYTES:
        return empty
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        tree = etree.fromstring(data.strip(b" \0\r\n\t"), parser)
    except etree.XMLSyntaxError:
        return empty
    return empty if tree is None else tree


def _xmp_title(xmp: Any) -> str:
    for title in xmp.iter(DC_TITLE):
        for each in title.iter(RDF_LI):
            if words := " ".join((each.text or "").split()):
                return words[:2000]
    return ""


def _ua(xmp: Any) -> str:
    for each in xmp.iter():
        told = each.get(UA) if isinstance(each.tag, str) else None
        if told is None and each.tag == UA:
            told = each.text
        if told and told.strip().isdigit():
            return str(told.strip()[:3])
    return ""


def _bookmarks(root: Any) -> int:
    outlines = root.get("/Outlines")
    open_ = [outlines.get("/First")] if isinstance(outlines, pikepdf.Dictionary) else []
    seen_: set[Id] = set()
    while open_ and len(seen_) < PDF_PARTS:
        item = open_.pop()
        if isinstance(item, pikepdf.Dictionary) and item.objgen not in seen_:
            seen_.add(item.objgen)
            open_ += [item.get("/Next"), item.get("/First")]
    return len(seen_)


def _annotations(pages: list[Any]) -> list[tuple[int, Any]]:
    """What can be pressed or filled in on the first pages: page from 0, and the annotation."""
    found: list[tuple[int, Any]] = []
    for at, page in enumerate(pages[:PDF_PAGES_READ]):
        told = page.get("/Annots")
        for each in list(told)[:PDF_PARTS] if isinstance(told, pikepdf.Array) else ():
            if isinstance(each, pikepdf.Dictionary) and _is_shown(each):
                found.append((at, each))
    return found


def _is_shown(annotation: Any) -> bool:
    left, bottom, right, top = _rect(annotation)
    return not int(annotation.get("/F", 0)) & HIDDEN and right - left > 1 and top - bottom > 1


def _rect(annotation: Any) -> Rect:
    told = annotation.get("/Rect")
    if not isinstance(told, pikepdf.Array) or len(told) != 4:
        return (0.0, 0.0, 0.0, 0.0)
    x0, y0, x1, y1 = (float(each) for each in told)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _links(links: list[tuple[int, Any]], tags: Tags, looked: Seen) -> Iterator[DocumentLink]:
    """`text`: by its tag, else its description, else what stands in its rectangle."""
    by_tag = {
        each: words
        for tag in tags.of("Link")
        if (words := _pdf_tags.text(tag, looked.marked))
        for each in tag.annotations
    }
    at = dict.fromkeys({page for page, _ in links}, 0)
    for page, link in links[:PDF_PARTS]:
        inside = looked.in_rects.get((page, at[page]), "")
        at[page] += 1
        action = link.get("/A")
        target = string(action.get("/URI")) if isinstance(action, pikepdf.Dictionary) else ""
        words = by_tag.get(link.objgen, "") if link.is_indirect else ""
        yield DocumentLink(
            where=f"page {page + 1}",
            text=words or string(link.get("/Contents")) or inside,
            target=target,
        )


def _fields(root: Any, widgets: Mapping[Id, int], tags: Tags) -> Iterator[Field]:
    """Fields that show on a page (ISO 32000-1, 12.7.3): attributes come down from their parents.

    `label`: their own, else the alternative of their tag (ISO 14289-1, 7.18.1), else a button's caption.
    """
    by_tag = {each: tag.alternative for tag in tags.of("Form") for each in tag.annotations}
    form = root.get("/AcroForm")
    told = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    first = list(told or ())[:PDF_TAGS]
    open_: list[tuple[Any, str, Any, Any]] = [(each, "", None, 0) for each in reversed(first)]
    met: set[Id] = set()
    while open_ and len(met) < PDF_TAGS:
        item, path, kind, flags = open_.pop()
        if not isinstance(item, pikepdf.Dictionary) or item.objgen in met:
            continue
        met.add(item.objgen)
        name = ".".join(filter(None, (path, string(item.get("/T")))))[:300]
        kind, flags = item.get("/FT", kind), item.get("/Ff", flags)
        kids = [
            each for each in list(item.get("/Kids") or ())[:PDF_TAGS] if isinstance(each, pikepdf.Dictionary)
        ]
        if any("/T" in each for each in kids):
            open_ += [(each, name, kind, flags) for each in reversed(kids)]
            continue
        parts = [item, *kids]
        places = [widgets[each.objgen] for each in parts if each.objgen in widgets]
        if not places:
            continue
        button = kind == pikepdf.Name.Btn and bool(int(flags) & PUSH_BUTTON)
        yield Field(
            where=f"page {places[0] + 1}",
            name=name,
            kind="button" if button else KINDS.get(str(kind), "other"),
            label=next(filter(None, (string(each.get("/TU")) for each in parts)), "")
            or next(filter(None, (by_tag.get(each.objgen) for each in parts)), "")
            or (next(filter(None, map(_caption, parts)), "") if button else ""),
        )


def _caption(widget: Any) -> str:
    looks = widget.get("/MK")
    return string(looks.get("/CA")) if isinstance(looks, pikepdf.Dictionary) else ""
