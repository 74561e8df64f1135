"""Links in running text of which axe could not decide whether colour alone tells them (WCAG 1.4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class LinkLook:
    """A link without an underline beside the text around it."""

    place: Place
    text: str  # cut to 80 characters
    is_seen: bool
    ratio: (
        float | None
    )  # contrast of its letters with those around; None: one is see-through or there is none
    differs_by: tuple[
        str, ...
    ]  # beside colour: "typeface", "size", "weight", "slant", "background", "picture"


@dataclass(frozen=True, kw_only=True)
class LinkLooks:
    links: tuple[LinkLook, ...]  # all that axe left undecided under link-in-text-block
