"""What links, controls, pictures and frames of a page are called, and what stands around them.

WCAG 1.1.1, 2.4.4, 2.5.3, 4.1.2. Of the page and its open shadow roots; frames' own content is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that is named vaguely or as another is, opens a window, or follows one to the same target."""

    place: Place
    name: str  # accessible; cut to 300 characters
    vague: str  # "phrase", "format" or "address": all that its name is; "" where it says more
    target: str  # address, less what makes no difference; "" where it is not known
    context: str  # text of its sentence or paragraph, list items, table cell and headers, description, title
    row: str  # text of the table row it is in
    around: str  # the same for links in one sentence of one paragraph, list item or table cell
    heading: str  # the last one before it; "" where there is none
    heading_level: int  # 0 where there is none
    is_in_navigation: bool
    is_elsewhere: bool  # opens a new window
    is_twin: bool  # the link just before it leads to the same place, and one of the two holds a picture


@dataclass(frozen=True, kw_only=True)
class Control:
    """A link, button or field that is called otherwise than it shows: by aria-label or aria-labelledby."""

    place: Place
    name: str  # accessible; cut to 300 characters
    label: str  # the words it shows, in it or in its <label>; cut to 300 characters
    is_field: bool


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image, drawing or canvas that is seen."""

    place: Place
    tag: str
    name: str  # accessible; cut to 400 characters; "" where it has none or is hidden from screen readers
    hidden_by: str  # "alt", "role", "aria-hidden": why it has none; "" where it has one or only lacks it
    unread: str  # words that are given and never read, in alt, aria-label or title, or drawn
    file: str  # last part of its address
    width: float  # CSS pixels
    height: float
    is_loaded: bool  # it shows something
    link: str  # all text of the link, button or label it is in, the picture's left out
    is_in_link: bool
    is_all_of_cell: bool  # it is alone in a cell of a table that has headers
    caption: str  # of the figure it is in
    beside: str  # text of the same paragraph, list item or block; at most 300 characters


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A frame that is shown."""

    place: Place
    name: str
    source: str  # what it shows, or should show
    is_open: bool  # its content could be read
    title: str
    text: str  # at most 4000 characters


@dataclass(frozen=True, kw_only=True)
class Names:
    page: Place
    link_count: int  # of all links with a name
    links_left_out: int = 0  # links that a rule could mind, beyond the most that are told of
    links_in_frames: int = 0  # of frames of the same origin; they are not told of
    controls_left_out: int = 0  # elements of each kind that were not looked at any more
    pictures_left_out: int = 0
    frames_left_out: int = 0
    links: tuple[Link, ...]
    controls: tuple[Control, ...]
    pictures: tuple[Picture, ...]
    frames: tuple[Frame, ...]
