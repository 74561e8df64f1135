"""The templates of the HTML report, and the last hand on what they print."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from auditor.formats import _figures, _words
from auditor.formats._safe import visible, web_address
from auditor.resources import folder

NAVIGATION = (
    ("index.html", "Summary"),
    ("plan.html", "Fix plan"),
    ("problems.html", "Problems"),
    ("journeys.html", "Journeys"),
    ("groups.html", "What stops whom"),
    ("pages.html", "Pages"),
    ("documents.html", "Documents"),
    ("media.html", "Sound and video"),
    ("checklist.html", "What a person must test"),
    ("statement.html", "For your statement"),
    ("inclusion.html", "Inclusion"),
    ("history.html", "History"),
    ("figures.html", "Figures"),
    ("not-covered.html", "Not covered"),
    ("about.html", "How it was tested"),
)
TITLE, URL, TEXT, CODE = 150, 300, 500, 600  # longest page data shown, in characters

_BREAK = re.compile(r"(?<=[^/:]/)(?=[^/])|(?=[?&#])")


def text_size(*texts: str) -> int:
    """Bytes that texts, ready to show, take in a page."""
    return sum(len(escape(text).encode("utf-8", "replace")) for text in texts)


def address_size(*addresses: str | None) -> int:
    """Bytes that addresses take in a page, each as breakable text and, where it may be one, as a link."""
    return sum(
        text_size(web_address(address) or "") + len(_breakable(visible(address, URL)).encode())
        for address in addresses
        if address
    )


def _breakable(address: str) -> Markup:
    """An address that may be broken before its parts, rather than within a word."""
    return Markup("<wbr>").join(_BREAK.split(address))


@cache
def style() -> bytes:
    """`report.css`, which every page of a report links to."""
    return (folder("templates") / "report.css").read_bytes()


@cache
def script() -> str:
    """What filters and sorts long tables; it stands in their pages, and the policy lets nothing else run."""
    return (folder("templates") / "report.js").read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,  # always: the usual choice by file name would leave *.j2 unescaped
        undefined=StrictUndefined,
        finalize=_finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    made.globals.update(
        script=Markup(script()),  # noqa: S704 - a file of ours, and <script> knows no entities
        policy="default-src 'none'; style-src 'self'; img-src 'self'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        navigation=NAVIGATION,
        count=_words.count,
        percent=_words.percent,
        places=_words.places,
        group_names=_figures.group_names,
    )
    made.filters.update(
        cut=visible,
        breakable=_breakable,
        number=_words.number,
        moment=_words.moment,
        day=_words.day,
        days=_words.days,
        link=web_address,
        threshold=_words.ratio_percent,
        sentence=_figures.sentence,
    )
    return made


def _finish(value: object) -> object:
    """The last hand on whatever a template prints: hidden characters spelt out, megabytes cut."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value, lines=True)
    return value
