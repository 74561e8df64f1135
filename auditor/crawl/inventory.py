"""What a page is made of and what looks wrong in it, told from its HTML: by this, pages are put in order.

Nothing is judged. Two pages with the same components tend to have the same issues, and a picture without an
`alt` tends to be one: a page that shows neither anything new is not worth a visit yet. Components are named
as issues tell them apart (identity.py): by shape and by what is around. Why so: docs/decisions/0048.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

COMPONENTS = 600  # of one page
SUSPICIONS = 200

_VARIES = re.compile(r"\d+")
_UNSEEN = frozenset({"head", "title", "meta", "link", "base"})
_WRAPPERS = frozenset({"div", "span", "html", "body", "tbody", "[document]"})  # without a class
_LANDMARKS = {"header": "banner", "nav": "navigation", "main": "main", "footer": "contentinfo"} | {
    "aside": "complementary"
}
_HEADING = re.compile(r"h[1-6]$")
_BY_TAG = frozenset(
    {"center", "font", "marquee", "blink", "big", "strike", "tt", "u", "b", "i", "s", "small", "frame"}
    | {"object", "embed", "audio", "video", "iframe", "area", "canvas", "meter", "progress", "dialog"}
)
_VAGUE = frozenset({"here", "click here", "more", "read more", "link", "this", "this page", "yma", "mwy"})
_FILE = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|zip)$", re.IGNORECASE)
_LOOKS = ("color", "background", "font-size", "text-align", "position", "display:none")


def inventory(page: BeautifulSoup) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Hashes of the page's components, and of what looks wrong; each ascending, and no more than is kept.

    `page` without scripts, styles and templates.
    """
    components, suspicions = set[int](), set[int]()
    for element in page.find_all(True):
        if element.name in _UNSEEN:
            continue
        if len(components) < COMPONENTS and _shows(element):
            components.add(_hash(_component(element)))
        if len(suspicions) < SUSPICIONS:
            suspicions.update(map(_hash, _suspicions(element)))
    suspicions.update(map(_hash, _of_headings(page)))
    suspicions.update(map(_hash, _of_page(page)))
    return tuple(sorted(components)), tuple(sorted(suspicions))


def _hash(told: str) -> int:
    return zlib.crc32(told[:500].encode("utf-8", "replace"))


def _shows(element: Tag) -> bool:
    """Whether it has words of its own, or is something by itself, or a part of the page that has a name."""
    if element.get("class") or element.name in (
        "img",
        "input",
        "select",
        "textarea",
        "button",
        "svg",
        "table",
        "iframe",
        "object",
    ):
        return True
    return any(type(child) is NavigableString and child.strip() for child in element.children)


def _shape(element: Tag) -> str:
    classes = sorted({_VARIES.sub("#", each) for each in element.get("class") or ()})[:6]
    kind = f"[{element['type']}]" if element.name == "input" and element.get("type") else ""
    role = f"[role={element['role']}]" if element.get("role") else ""
    return element.name + kind + role + "".join(f".{each}" for each in classes)


def _component(element: Tag) -> str:
    """Its landmark, what is around it as far as one repair looks, and its shape."""
    shape = _shape(element)
    around: list[str] = []
    landmark = ""
    looks_on = True
    for parent in element.parents:
        landmark = landmark or _LANDMARKS.get(parent.name, "") or str(parent.get("role") or "")
        if not looks_on or parent.name == "[document]":
            continue
        told = _shape(parent)
        if told in _WRAPPERS or told in around:
            continue
        around.insert(0, told)
        looks_on = "." not in shape and "." not in told
    return f"{landmark} {'>'.join(around)} {shape}"


def _suspicions(element: Tag) -> Iterator[str]:
    name, component = element.name, ""
    style = str(element.get("style") or "").lower()
    if style and any(look in style for look in _LOOKS):
        yield f"style {_VARIES.sub('#', style)[:80]} {_component(element)}"
    if name in _BY_TAG:
        yield f"tag {_component(element)}"
    for key in ("onclick", "accesskey", "tabindex", "lang", "bgcolor", "align", "autofocus", "target"):
        if element.get(key):
            yield f"{key} {_shape(element)}"
    yield from (f"{key} {_shape(element)}" for key in element.attrs if key.startswith("aria-"))
    component = (
        _component(element) if name in ("img", "a", "table", "ul", "ol", "dl", "li", "dt", "dd") else ""
    )
    if name == "img" and not str(element.get("alt") or "").strip():
        yield f"alt {'alt' in element.attrs} {component} {element.get('src')}"
    elif name == "a" and element.get("href"):
        text = " ".join(element.get_text(" ").split()).lower()
        if not text and not element.find("img", alt=True):
            yield f"unnamed {component} {element['href']}"
        if text in _VAGUE:
            yield f"vague {component} {text}"
        if _FILE.search(str(element["href"]).partition("?")[0]):
            yield f"file {element['href']}"
    elif name == "table":
        heads = [*{th.parent.name if th.parent else "" for th in element.find_all("th")}]
        spans = element.find(True, attrs={"colspan": True}) is not None
        nested = element.find("table") is not None
        yield f"table {component} {bool(heads)} {spans} {nested} {element.find('caption') is not None}"
        if element.find("th", string=False) or any(
            not th.get_text(strip=True) for th in element.find_all("th")
        ):
            yield f"empty th {component}"
    elif name in ("ul", "ol", "dl"):
        for child in element.find_all(True, recursive=False):
            if child.name not in ("li", "dt", "dd", "div", "script", "template"):
                yield f"in list {component} {child.name}"
    elif name == "li" and element.parent and element.parent.name not in ("ul", "ol", "menu"):
        yield f"li alone {component}"
    elif name in ("dt", "dd") and element.parent and element.parent.name not in ("dl", "div"):
        yield f"dt alone {component}"
    elif name in ("input", "select", "textarea") and element.get("type") != "hidden":
        yield f"field {_component(element)} {element.get('name')} {element.get('id')}"
    elif name == "button":
        yield f"button {_component(element)} {element.get_text(strip=True)[:40]}"
    elif name == "p":
        inner = [each for each in element.children if not isinstance(each, NavigableString) or each.strip()]
        if (
            len(inner) == 1
            and isinstance(inner[0], Tag)
            and inner[0].name in ("b", "strong", "em", "i", "font")
        ):
            yield f"heading looks {_component(element)}"
        if not inner:
            yield f"empty p {_shape(element)}"


def _of_headings(page: BeautifulSoup) -> Iterator[str]:
    """Levels that are skipped, and headings that say nothing."""
    last = 0
    seen = 0
    for heading in page.find_all(_HEADING):
        level = int(heading.name[1])
        text = heading.get_text(" ", strip=True)[:60].lower()
        seen += level == 1
        if level > last + 1:
            yield f"skipped {last} {level} {_shape(heading)} {text if last else ''}"
        if not text:
            yield f"empty heading {_component(heading)}"
        last = level
    yield f"h1 {min(seen, 2)}"


def _of_page(page: BeautifulSoup) -> Iterator[str]:
    html = page.find("html")
    yield f"lang {html.get('lang') if isinstance(html, Tag) else None}"
    yield f"title {bool(page.title and page.title.get_text(strip=True))}"
    yield f"main {page.find('main') is not None or page.find(True, attrs={'role': 'main'}) is not None}"
    for refresh in page.find_all("meta", attrs={"http-equiv": True}):
        yield f"meta {str(refresh['http-equiv']).lower()}"
