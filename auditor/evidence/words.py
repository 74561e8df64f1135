"""What a page says, and the languages it states (WCAG 1.3.3, 1.4.1, 2.4.2, 2.4.6, 3.1.1, 3.1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A language that text is in, where another is stated."""

    code: str  # BCP 47, the language alone
    is_sure: bool  # False: it takes a person to tell
    letters: int  # that it was told by
    words: int
    text: str  # the part that tells; at most 120 characters


@dataclass(frozen=True, kw_only=True)
class Text:
    """The text of one block, or of one part of it with a language of its own."""

    place: Place
    kind: str  # "text", "heading", or "alt": the text alternative of a picture
    text: str  # capped
    prose: str  # of it; what is quoted, code or a name is left out
    lang: str  # in force, as the page states it; "" where it states none
    is_own: bool  # stated on an element below <html>
    outer: str  # the language around the element that states it
    is_rtl: bool  # it runs from right to left
    linked: int  # characters of it that are in links and buttons
    level: int  # of a heading; 0 for other text
    foreign: Foreign | None  # where its language is not `lang`


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field to fill in or choose from; boxes and radio buttons are none."""

    place: Place
    name: str  # its accessible name
    kind: str  # "input", "select", "textarea", or another element
    type: str  # as HTML knows it: "text", "date"
    code: str  # its `name` and `id`
    autocomplete: str
    has_label: bool  # a <label>, aria-labelledby or aria-label names it
    group: str  # names of the groups around it
    form: int  # fields of one form share it
    heading: str  # the last one before it
    in_row: bool  # in a table's row or a list's item, which may say what it is for


@dataclass(frozen=True, kw_only=True)
class Named:
    """A control, picture or part of the page that text may speak of."""

    kind: str  # "button", "link", "field", "image", "navigation", "region"
    name: str  # capped


@dataclass(frozen=True, kw_only=True)
class Words:
    page: Place
    titles: tuple[str, ...]  # of every <title>: browsers show the first
    lang: str  # of <html>
    address: str  # the path of the page's address
    texts: tuple[Text, ...]  # in the order of the page; capped in number and length
    empty_headings: tuple[Place, ...]  # that screen readers list, without a word
    expanded: tuple[str, ...]  # abbreviations whose element has the words in full
    fields: tuple[Field, ...]
    named: tuple[Named, ...]
    foreign: Foreign | None  # where the page as a whole is in another language than `lang`
