"""How a report leaves the program: one module a format, one function each.

``render(report) -> iterator of (relative path, chunks of bytes)``: it never touches the disk, and
streams what is large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from auditor.formats import csv, earl, gitlab, html, json, junit, markdown, sarif, text, tickets, xlsx
from auditor.models import Report

Files = Iterator[tuple[str, Iterable[bytes]]]

FORMATS: dict[str, Callable[[Report], Files]] = {
    "csv": csv.render,
    "earl": earl.render,
    "gitlab": gitlab.render,
    "html": html.render,
    "json": json.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "text": text.render,
    "tickets": tickets.render,
    "xlsx": xlsx.render,
}
