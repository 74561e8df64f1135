"""What happened when buttons were pressed by keyboard (WCAG 2.4.3, 4.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Appeared:
    """Text that was not there before, in an element of its own."""

    place: Place
    text: str  # cut to 200 characters
    was: str  # what the same element said before, "" where it was not seen
    live: bool  # it is, or is within, what assistive technology is told of by itself
    within: str  # "button", "controlled" (by it), "dialog", "label" (of something); "" elsewhere


@dataclass(frozen=True, kw_only=True)
class Dialog:
    place: Place
    modal: bool  # says so, or lies on a backdrop over the whole window
    says_modal: bool  # by aria-modal: screen readers leave out the page behind it
    focus_in: bool  # the focus moved into it by itself
    tab_in: bool  # the first press of Tab led into it
    behind: Place | None  # what had the focus outside of it, when Tab was pressed
    covered: bool  # that cannot be reached by the pointer: something lies over it
    escapes: bool  # Escape closed it
    closes: bool  # a button in it, or the trigger pressed again, closed it; where Escape did not
    returned: bool  # the focus was at the trigger again, once closed
    lost: bool  # the focus was nowhere, once closed
    strayed: Place | None  # and then Tab began the page anew, here


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """A control or picture without a name that came to be seen."""

    place: Place
    rule: str  # axe's, by which it has none: "button-name"

    @property
    def is_picture(self) -> bool:
        return self.rule in ("image-alt", "role-img-alt", "svg-img-alt")


@dataclass(frozen=True, kw_only=True)
class Clickable:
    """Words that came to be seen, that the pointer is a hand over and no key reaches."""

    place: Place
    name: str
    own: bool  # it listens for clicks itself; else something around it does
    field: bool  # a field stands near, in which the same may be typed


@dataclass(frozen=True, kw_only=True)
class Swapped:
    """An image that shows another file than before; its alternative is the same."""

    place: Place
    alt: str


@dataclass(frozen=True, kw_only=True)
class Activated:
    trigger: Place
    name: str
    moved: bool  # the focus is elsewhere since
    opens: bool  # it is marked as opening something: aria-expanded, -haspopup, -controls, a tab, a summary
    toggles: bool  # it says no state, or "closed" all the time; pressed once it adds to what is seen, pressed
    # again it takes that away
    renamed: bool  # its words were others once it was pressed
    worn: str  # "stays": pressed, it looks otherwise, pressed again as before; "chosen": it took its look
    # from a button beside it; "said": either, and it says so; "" for none
    # "words": those it shows changed and its label, which had them, did not; "picture": until it is pressed
    # again another is drawn in it, and its name and state are as before; "" for neither
    stale: str
    controls: int  # that came to be seen
    unnamed: tuple[Unnamed, ...]
    clickable: tuple[Clickable, ...]
    swapped: tuple[Swapped, ...]
    appeared: tuple[Appeared, ...]
    shown_live: bool  # some region changed that is told by itself, seen or not
    dialog: Dialog | None
    went: tuple[str, ...]  # addresses the page wanted to go to, or "a new window"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A control that was not activated."""

    place: Place
    reason: str


@dataclass(frozen=True, kw_only=True)
class Activation:
    page: Place
    activated: tuple[Activated, ...]
    refused: tuple[Refused, ...]
    left_out: int  # controls beyond the most
