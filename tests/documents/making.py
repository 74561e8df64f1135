"""PDFs made by real libraries, each with the faults that it is asked for.

`python -m tests.documents.making` writes the examples of the rules anew.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from auditor.resources import folder

Draw = Callable[[Canvas], None]
SENTENCE = "Bins are collected each Monday."


def written(canvas: Canvas) -> None:
    canvas.drawString(72, 700, SENTENCE)


def drawn(*pages: Draw) -> Pdf:
    """Pages by reportlab, with nothing that makes them accessible."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    pdf = Pdf.open(io.BytesIO(buffer.getvalue()))
    del pdf.trailer.Info
    return pdf


def sound(*pages: Draw) -> Pdf:
    """A document without a fault: title shown, language, tags. Each page's content is one paragraph."""
    pdf = drawn(*(pages or (written,)))
    pdf.docinfo["/Title"] = String("When bins are collected")
    pdf.Root.Lang = String("en-GB")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
    pdf.Root.StructTreeRoot = tree
    for page in pdf.pages:
        content = page.Contents.read_bytes()
        page.Contents = pdf.make_stream(b"/P <</MCID 0>> BDC\n" + content + b"\nEMC")
        page.obj.Tabs = Name.S
        tag(pdf, "P", page=page, kids=[0])
    return pdf


def tag(
    pdf: Pdf, kind: str, *, page: Any = None, kids: Sequence[Any] = (), parent: Any = None, **more: Any
) -> Any:
    """One more element at the end of `parent`, or of the tree."""
    above = pdf.Root.StructTreeRoot if parent is None else parent
    told = Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=above, K=Array(list(kids)), **more)
    if page is not None:
        told.Pg = page.obj
    element = pdf.make_indirect(told)
    if "/K" not in above:
        above.K = Array()
    above.K.append(element)
    return element


def untagged(pdf: Pdf) -> Pdf:
    del pdf.Root.StructTreeRoot
    return pdf


def scan(canvas: Canvas) -> None:
    canvas.drawInlineImage(Image.new("L", (60, 80), 200), 0, 0, *A4)


def dotted(canvas: Canvas) -> None:
    for at, words in enumerate(("Name", "Address", "Reason")):
        canvas.drawString(72, 700 - 40 * at, words + " " + "." * 40)


def contents(canvas: Canvas) -> None:
    for at in range(5):
        canvas.drawString(72, 700 - 20 * at, f"Chapter {at} " + "." * 40 + f" {at + 3}")


def dots_alone(canvas: Canvas) -> None:
    """As a plot has them."""
    for at in range(3):
        canvas.drawString(72, 600 - 20 * at, "." * 60)
    written(canvas)


def in_colour(text: str, behind: str | None = None, size: float = 12) -> Draw:
    def draw(canvas: Canvas) -> None:
        if behind:
            canvas.setFillColor(behind)
            canvas.rect(60, 680, 400, 60, stroke=0, fill=1)
        canvas.setFillColor(text)
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, 700, SENTENCE)

    return draw


def on_picture(canvas: Canvas) -> None:
    """Pale text, on nobody knows what."""
    canvas.drawInlineImage(Image.new("RGB", (60, 80), "#003366"), 60, 680, 400, 60)
    in_colour("#cccccc")(canvas)


def linked(canvas: Canvas) -> None:
    written(canvas)
    canvas.linkURL("https://council.example/bins", (72, 695, 250, 715))


def linked_here(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "click here")
    canvas.linkURL("https://council.example/bins", (70, 695, 132, 715))


def linked_nothing(canvas: Canvas) -> None:
    written(canvas)
    canvas.linkURL("https://council.example/bins", (72, 300, 250, 400))


def with_figure(pdf: Pdf, **more: str) -> Pdf:
    tag(pdf, "Figure", page=pdf.pages[0], kids=[7], **{key: String(value) for key, value in more.items()})
    return pdf


def with_field(pdf: Pdf, name: str, label: str = "", kind: str = "Tx", **more: Any) -> Pdf:
    page = pdf.pages[0]
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name(f"/{kind}"), T=String(name),
            Rect=Array([100, 100, 300, 120]), P=page.obj, F=4, **more,
        )
    )  # fmt: skip
    if label:
        widget.TU = String(label)
    page.obj.Annots = Array([*page.obj.get("/Annots", []), widget])
    if "/AcroForm" not in pdf.Root:
        pdf.Root.AcroForm = Dictionary(Fields=Array())
    pdf.Root.AcroForm.Fields.append(widget)
    return pdf


def tab_order_lost(pdf: Pdf) -> Pdf:
    del pdf.pages[0].obj.Tabs
    return pdf


def with_table(pdf: Pdf, heads: str = "TH", scope: bool = True, **more: Any) -> Pdf:
    page = pdf.pages[0]
    table = tag(pdf, "Table", page=page)
    attributes = {"A": Dictionary(O=Name.Table, Scope=Name.Column)} if scope and heads == "TH" else {}
    for kind in (heads, "TD", "TD"):
        row = tag(pdf, "TR", page=page, parent=table)
        for _ in range(2):
            tag(pdf, kind, page=page, kids=[0], parent=row, **(attributes if kind == "TH" else {}), **more)
    return pdf


def with_headings(pdf: Pdf, *levels: int) -> Pdf:
    for level in levels:
        tag(pdf, f"H{level}", page=pdf.pages[0], kids=[0])
    return pdf


def of_pages(count: int, *, bookmarks: bool) -> Pdf:
    pdf = sound(*[written] * count)
    if bookmarks:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Monday", 0))
    return pdf


def claims_ua(pdf: Pdf) -> Pdf:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        meta.register_xml_namespace("http://www.aiim.org/pdfua/ns/id/", "pdfuaid")
        meta["pdfuaid:part"] = "1"
        if "/Title" in pdf.docinfo:
            meta["dc:title"] = str(pdf.docinfo["/Title"])
    return pdf


def title(pdf: Pdf, words: str | None, *, shown: bool = True) -> Pdf:
    if words is None:
        del pdf.docinfo["/Title"]
    else:
        pdf.docinfo["/Title"] = String(words)
    pdf.Root.ViewerPreferences.DisplayDocTitle = shown
    return pdf


def language(pdf: Pdf, told: str | None) -> Pdf:
    if told is None:
        del pdf.Root.Lang
    else:
        pdf.Root.Lang = String(told)
    return pdf


def dynamic(pdf: Pdf) -> Pdf:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))
    pdf.Root.NeedsRendering = True
    return pdf


def data(pdf: Pdf, **saving: Any) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id="encryption" not in saving, **saving)
    return buffer.getvalue()


def protected(pdf: Pdf, *, user: str = "", **allowed: bool) -> bytes:
    """By revision 3, the last that lets a program shut screen readers out: later ones always allow them."""
    may = pikepdf.Permissions(**allowed)
    return data(
        pdf,
        encryption=pikepdf.Encryption(owner="owner", user=user, allow=may, R=3, aes=False, metadata=False),
    )


def spaces(megabytes: int, head: bytes = b"") -> bytes:
    """So many of them, packed; each megabyte by itself, so that one need be packed only once."""
    packer = zlib.compressobj(9)
    begins = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return begins + block * megabytes + packer.flush()


def endless_content(megabytes: int) -> bytes:
    """A page whose drawing unpacks to so much."""
    pdf = sound()
    packed = spaces(megabytes)
    stream = pdf.make_stream(packed)
    stream.Filter = Name.FlateDecode
    pdf.pages[0].obj.Contents = stream
    return data(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def endless_objects(megabytes: int) -> bytes:
    """Its page tree lies in a stream of objects that unpacks to so much."""
    packed = spaces(megabytes, b"2 0 << /Type /Pages /Kids [] /Count 0 >>")
    first = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    objects = b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        packed
    )
    objects += packed + b"\nendstream\nendobj\n"
    places = [(0, 0), (1, 9), (2, 3), (1, len(first)), (1, len(first) + len(objects))]
    table = b"".join(kind.to_bytes(1) + at.to_bytes(4) + b"\0" for kind, at in places)
    xref = (
        b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
        + table
        + b"\nendstream\nendobj\n"
    )
    end = b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(objects))
    return first + objects + xref + end


EXAMPLES: dict[str, dict[str, Callable[[], Pdf | bytes]]] = {
    "document_title_property": {
        "failed-none": lambda: title(sound(), None),
        "failed-file-name": lambda: title(sound(), "Microsoft Word - bins_v3.doc"),
        "failed-not-shown": lambda: title(sound(), "Bins", shown=False),
        "passed-shown": sound,
    },
    "document_language": {
        "failed-none": lambda: language(sound(), None),
        "failed-no-language": lambda: language(sound(), "English"),
        "passed-en": sound,
        "passed-cy": lambda: language(sound(), "cy"),
    },
    "document_tags": {"failed-untagged": lambda: untagged(sound()), "passed-tagged": sound},
    "document_scanned": {
        "failed-scan": lambda: sound(scan, scan),
        "cant-tell-one-page": lambda: sound(written, scan),
        "passed-text": sound,
        "inapplicable-empty": lambda: sound(lambda canvas: None),
    },
    "document_permissions": {
        "failed-shut-out": lambda: protected(sound(), accessibility=False, extract=False),
        "passed-no-copying": lambda: protected(sound(), extract=False),
        "passed-open": sound,
    },
    "document_pictures": {
        "failed-bare": lambda: with_figure(sound()),
        "cant-tell-file-name": lambda: with_figure(sound(), Alt="chart2.png"),
        "passed-described": lambda: with_figure(sound(), Alt="Collections by month: most in May"),
        "inapplicable-none": sound,
    },
    "document_links": {
        "failed-empty": lambda: sound(linked_nothing),
        "cant-tell-click-here": lambda: sound(linked_here),
        "passed-words": lambda: sound(linked),
        "inapplicable-none": sound,
    },
    "document_fields": {
        "failed-no-label": lambda: with_field(sound(), "Text1"),
        "cant-tell-name": lambda: with_field(sound(), "Surname"),
        "passed-label": lambda: with_field(sound(), "Text1", "Surname"),
        "inapplicable-none": sound,
    },
    "document_tab_order": {
        "cant-tell-not-set": lambda: tab_order_lost(with_field(sound(), "Text1", "Surname")),
        "passed-set": lambda: with_field(sound(), "Text1", "Surname"),
        "inapplicable-no-fields": sound,
    },
    "document_bookmarks": {
        "failed-none": lambda: of_pages(21, bookmarks=False),
        "passed-some": lambda: of_pages(21, bookmarks=True),
        "inapplicable-short": lambda: of_pages(20, bookmarks=False),
    },
    "document_contrast": {
        "failed-grey": lambda: sound(in_colour("#999999")),
        "failed-on-box": lambda: sound(in_colour("#ffffff", "#99ccff")),
        "passed-black": sound,
        "passed-white-on-blue": lambda: sound(in_colour("#ffffff", "#003366")),
        "passed-large": lambda: sound(in_colour("#808080", size=20)),
        "passed-on-picture": lambda: sound(on_picture),
    },
    "document_dynamic_form": {
        "failed-xfa": lambda: dynamic(sound()),
        "passed-plain": lambda: with_field(sound(), "Text1", "Surname"),
        "inapplicable-none": sound,
    },
    "document_pdf_ua": {
        "cant-tell-untagged": lambda: untagged(claims_ua(sound())),
        "passed-claim": lambda: claims_ua(sound()),
        "inapplicable-no-claim": sound,
    },
    "document_to_print": {
        "failed-dots": lambda: sound(dotted),
        "passed-fields": lambda: with_field(sound(dotted), "Text1", "Surname"),
        "inapplicable-contents": lambda: sound(contents),
    },
}  # fmt: skip


def as_bytes(made: Pdf | bytes) -> bytes:
    return made if isinstance(made, bytes) else data(made)


def main() -> None:
    for rule, examples in EXAMPLES.items():
        place: Path = folder("rules") / rule / "examples"
        for name, make in examples.items():
            (place / f"{name}.pdf").write_bytes(as_bytes(make()))


if __name__ == "__main__":
    main()
