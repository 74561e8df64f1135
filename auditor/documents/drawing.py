"""What Word, Excel and PowerPoint have in common: drawings (ECMA-376, part 1, section 20)."""

from __future__ import annotations

from auditor.documents.package import Element

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def alternative_of(properties: Element) -> str | None:
    """The alternative in a drawing's properties (docPr, cNvPr); where there is none, its title is read."""
    told = (properties.get("descr") or "").strip() or (properties.get("title") or "").strip()
    return told[:1000] or None


def is_decorative(properties: Element) -> bool:
    return any(each.get("val") in ("1", "true") for each in properties.iter(DECORATIVE))
