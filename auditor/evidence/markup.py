"""What is seen as a heading, a list, a table or a group, beside what the markup says (WCAG 1.3.1, 2.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class HeadingLook:
    """A short line that stands out from the text below it, and is no heading."""

    place: Place
    text: str  # at most 120 characters
    size: float  # of its smallest letters, in CSS pixels
    weight: int  # of its least bold letters, 100 to 900
    text_size: float  # of the text below
    text_weight: int
    text_words: int  # below, in the next element
    text_name: str  # that element's name
    under_heading: bool  # a real heading stands just before it


@dataclass(frozen=True, kw_only=True)
class ListLook:
    """Lines that may each begin with a mark or a number."""

    place: Place
    lines: tuple[str, ...]
    how: str  # "br": parted by line breaks; "blocks": a paragraph each; "images": each begins with a picture


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: str  # at most 80 characters
    kind: str  # "header" (th), "columnheader", "rowheader", "cell", "other"
    row: int
    column: int
    rows: int
    columns: int
    scope: str
    id: str
    headers: tuple[str, ...]
    words: int
    is_bold: bool  # told of the first four rows and the first column
    shade: str  # its background, as CSS; told of the same
    has_blocks: bool  # it holds headings, lists, forms, tables or more than two paragraphs
    has_content: bool
    is_hidden: bool

    @property
    def is_header(self) -> bool:
        return self.kind.endswith("header")

    @property
    def is_figure(self) -> bool:
        """A number, an amount, a share, a date or a time."""
        digits = sum(c.isdigit() for c in self.text)
        return digits > 0 and digits >= sum(c.isalpha() for c in self.text)


@dataclass(frozen=True, kw_only=True)
class Table:
    place: Place
    is_native: bool  # <table>; else by its role
    role: str
    caption: str
    summary: str
    is_named: bool
    is_whole: bool  # False: it has more rows or columns than are told here
    is_nested: bool
    holds_tables: bool
    has_head: bool  # <thead>
    inputs: int
    widths: tuple[int, ...]  # of each row, in columns, rowspans counted
    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        cells, widths = _grid(told["rows"])
        return cls(
            place=Place.of(told["place"]),
            is_native=told["native"],
            role=told["role"],
            caption=told["caption"],
            summary=told["summary"],
            is_named=told["named"],
            is_whole=told["whole"],
            is_nested=told["nested"],
            holds_tables=told["holds"],
            has_head=told["head"],
            inputs=told["form"],
            widths=widths,
            cells=cells,
        )

    @cached_property
    def height(self) -> int:
        return len(self.widths)

    @cached_property
    def width(self) -> int:
        return max(self.widths, default=0)

    @property
    def is_presentation(self) -> bool:
        return self.role in ("presentation", "none")

    @property
    def is_table(self) -> bool:
        """By its role, native or given."""
        return self.role in ("", "table", "grid", "treegrid")

    def row(self, number: int) -> list[Cell]:
        return [cell for cell in self.cells if cell.row == number]

    def column(self, number: int) -> list[Cell]:
        return [cell for cell in self.cells if cell.column == number]

    @cached_property
    def looks_like_data(self) -> bool:
        """Rows and columns of short texts, most of them filled."""
        if self.height < 2 or self.width < 2 or self.holds_tables or self.inputs > self.height:
            return False
        if any(cell.has_blocks for cell in self.cells):
            return False
        filled = sum(cell.has_content for cell in self.cells)
        short = sum(cell.words <= 30 for cell in self.cells)
        full_rows = sum(width == self.width for width in self.widths)
        worded = sum(bool(cell.text) for cell in self.cells)
        total = len(self.cells)
        return (
            filled * 2 > total
            and worded * 2 > total
            and short >= 0.9 * total
            and full_rows * 4 >= 3 * self.height
        )


def _grid(rows: list[list[Mapping[str, Any]]]) -> tuple[tuple[Cell, ...], tuple[int, ...]]:
    """Each cell at its row and column, after HTML's way of forming a table."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, told in enumerate(rows):
        column = 0
        for each in told:
            while (row, column) in taken:
                column += 1
            down = min(each["rows"], len(rows) - row)
            taken |= {(row + y, column + x) for y in range(down) for x in range(each["columns"])}
            cells.append(_cell(each, row, column, down))
            column += each["columns"]
    widths = [0] * len(rows)
    for row, column in taken:
        widths[row] = max(widths[row], column + 1)
    return tuple(cells), tuple(widths)


def _cell(told: Mapping[str, Any], row: int, column: int, rows: int) -> Cell:
    return Cell(
        text=told["text"],
        kind=told["kind"],
        row=row,
        column=column,
        rows=rows,
        columns=told["columns"],
        scope=told["scope"],
        id=told["id"],
        headers=tuple(told["headers"].split()),
        words=told["words"],
        is_bold=told["bold"],
        shade=told["shade"],
        has_blocks=told["blocks"],
        has_content=told["content"],
        is_hidden=told["hidden"],
    )


@dataclass(frozen=True, kw_only=True)
class TextColumns:
    """Text that spaces or boxes set out in columns. `lines`: of text; `rows`: of boxes."""

    place: Place
    is_pre: bool
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChoiceGroup:
    """Radio buttons or check boxes of one name."""

    place: Place
    type: str  # "radio" or "checkbox"
    count: int
    name: str  # of the group around all of them; "" where there is none
    in_group: bool  # a fieldset, group or radiogroup is around all of them
    by_each: bool  # each names or describes itself by more than its label
    question: str  # the text just before them
    question_is: str  # "heading", an element's name, or "text"; "" where there is none
    labels: tuple[str, ...]  # of the first four


@dataclass(frozen=True, kw_only=True)
class Text:
    """A piece of text at a place. `beside`: what else the element says."""

    place: Place
    text: str
    beside: str = ""
    is_named: bool = False


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Text that absolute positions show in another order than it has in the code."""

    place: Place
    seen: str  # first what is out of order, at most 60 characters
    read: str  # what is read out in its stead


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """Markup that changes looks alone. `place`: of the first."""

    place: Place
    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """What a template puts before the content: a landmark, or what is called a menu."""

    name: str  # role or element
    links: int  # and other controls
    words: int


@dataclass(frozen=True, kw_only=True)
class WayPast:
    """What stands before the content, and the ways past it. `content`: how the content begins, "" if none."""

    content: str
    blocks: tuple[Block, ...]
    links: int  # before the content
    list_links: int  # in the longest list of links before the content
    has_main: bool
    has_heading: bool  # of the content, in sight
    has_hidden_heading: bool  # of the content, out of sight, and told to assistive technology
    has_skip: bool  # a link that leads past at least one block, to the content
    skip_leads_nowhere: bool  # before all other links one says that it does, to a place that is not there
    has_toggle: bool  # a control that says it opens and closes something
    has_button: bool  # another, which may


@dataclass(frozen=True, kw_only=True)
class Markup:
    page: Place
    headings: tuple[HeadingLook, ...]
    lists: tuple[ListLook, ...]
    tables: tuple[Table, ...]
    columns: tuple[TextColumns, ...]
    groups: tuple[ChoiceGroup, ...]
    generated: tuple[Text, ...]  # words that a style sheet adds
    letters: tuple[Text, ...]  # single letters with spaces between them
    presentation: tuple[Presentation, ...]
    misused: tuple[Text, ...]  # structure around what seems to be something else; `text` says what
    moved: tuple[Moved, ...]
    way_past: WayPast | None  # None: the page has no body

    def data_tables(self) -> Iterator[Table]:
        """Those that are tables by their role and look like data."""
        for table in self.tables:
            if table.is_table and table.looks_like_data:
                yield table
