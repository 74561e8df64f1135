"""WCAG 2.4.2, techniques PDF18, G88: the title of a document's properties, and that it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.document import Document, quoted

ENDINGS = (
    ".doc",
    ".docx",
    ".odt",
    ".pdf",
    ".ppt",
    ".pptx",
    ".xls",
    ".xlsx",
    ".indd",
    ".pub",
    ".qxd",
    ".rtf",
    ".tmp",
)
PROGRAMS = ("microsoft word - ", "microsoft powerpoint - ", "microsoft excel - ")
NOBODY_WROTE = {
    "document",
    "presentation",
    "powerpoint presentation",
    "slide",
    "title",
    "untitled",
    "book",
    "pdf",
}


def judge(document: Document) -> Iterator[Verdict]:
    title = document.title
    if title is None:
        return
    if not title.strip():
        yield failed(document.place, "Its properties hold no title")
    elif _is_of_a_file(title.strip(), document.url):
        yield failed(document.place, f"Its title is a file's name or a program's: {quoted(title)}")
    elif document.shows_title is False:
        yield failed(document.place, "It has a title, and is set to show its file name in its place")
    else:
        yield passed(document.place)


def _is_of_a_file(title: str, url: str) -> bool:
    small = title.casefold()
    if small.endswith(ENDINGS) or small.startswith(PROGRAMS):
        return True
    if small.rstrip("0123456789 -_") in NOBODY_WROTE:
        return True
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem.casefold()
    return small == stem and " " not in small and any(each in small for each in "_-0123456789")
