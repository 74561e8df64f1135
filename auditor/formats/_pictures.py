"""The picture of an issue in the HTML report: a file of its own, and what it shows in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from auditor.formats import _words
from auditor.formats._book import Book, Entry, Page
from auditor.formats._safe import visible
from auditor.formats._template import TITLE
from auditor.identity import says
from auditor.models import Component

ELEMENTS = {
    "a": "the link",
    "abbr": "the abbreviation",
    "area": "the part of an image map",
    "audio": "the sound player",
    "blockquote": "the quotation",
    "button": "the button",
    "canvas": "the drawing",
    "details": "the part that opens",
    "dl": "the list",
    "fieldset": "the group of fields",
    "figure": "the figure",
    "form": "the form",
    "frame": "the frame",
    "iframe": "the frame",
    "img": "the picture",
    "input": "the field",
    "label": "the label",
    "legend": "the name of a group of fields",
    "li": "the list item",
    "marquee": "the moving text",
    "nav": "the navigation",
    "object": "the embedded object",
    "ol": "the list",
    "p": "the paragraph",
    "select": "the list to choose from",
    "summary": "the part that opens",
    "svg": "the picture",
    "table": "the table",
    "td": "the table cell",
    "textarea": "the field",
    "th": "the table heading",
    "ul": "the list",
    "video": "the video",
}
BUTTONS = re.compile(r"input\[type=(button|image|reset|submit)\]|\w+\[role=button\]")
LANGUAGES = frozenset({"3.1.1", "3.1.2"})  # what fails where words are in another language
CHANGED = re.compile("[#@]")  # what stands in a component's text for figures and dates


NAME = 80  # characters of an element's text


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture as a page of the report shows it."""

    file: str
    width: int
    height: int
    alt: str
    title: str  # of the page
    url: str
    taken: str


def shown(book: Book, entry: Entry) -> Shown | None:
    """None where there is no picture of the issue."""
    picture = book.report.picture(entry.issue.id)
    if picture is None:
        return None
    title = book.titles.get(picture.url, "")
    # In an attribute no part can say its language.
    is_ours = not book.lang_of(picture.url)
    page = f"the page “{visible(title, TITLE)}”" if title and is_ours else "a page"
    what = element(entry.issue.component, quoted=is_ours and LANGUAGES.isdisjoint(entry.issue.wcag))
    return Shown(
        file=_file(entry),
        width=picture.width,
        height=picture.height,
        alt=f"A part of {page}, with {what} outlined.",
        title=title,
        url=picture.url,
        taken=_words.moment(picture.taken),
    )


def pictures(book: Book) -> Iterator[Page]:
    """The files, read one by one."""
    for entry in book.entries:
        if picture := book.report.picture(entry.issue.id):
            yield _file(entry), (picture.data,)


def _file(entry: Entry) -> str:
    return f"pictures/{PurePosixPath(entry.file).stem}.webp"


def element(component: Component | None, *, quoted: bool = True) -> str:
    """In words, with its text where that is known to the letter and `quoted`: “the link “Apply now””."""
    if component is None:
        return "the place"
    name = re.split(r"[.\[]", component.shape)[0]
    kind = "the heading" if re.fullmatch("h[1-6]", name) else ELEMENTS.get(name, "the place")
    if BUTTONS.match(component.shape):
        kind = "the button"
    _, text = says(component)
    text = "" if not quoted or CHANGED.search(text) else visible(text, NAME)
    return f"{kind} “{text}”" if text else kind
