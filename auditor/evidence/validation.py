"""What a form says of wrong entries, before anything is sent (WCAG 3.3.1, 3.3.3, 4.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A field of a form that was tried; it was left empty, or got an entry that cannot be right."""

    place: Place
    kind: str  # the type of an input; "select" or "textarea"
    name: str
    hint: str  # what stands in its label, description, placeholder and beside it from the beginning
    entered: bool  # it got an entry
    invalid: bool  # aria-invalid came to say so
    red: bool  # it came to be edged or filled with red
    browser: str  # what the browser itself says; "" where it is content, or the page keeps it quiet


@dataclass(frozen=True, kw_only=True)
class Told:
    """Text that came."""

    place: Place
    text: str  # at most 300 characters
    at_end: bool  # when the form was to be sent; else when a field was left
    live: bool  # assistive technology is told of it by itself
    heard: bool  # it is not within aria-hidden
    fields: tuple[int, ...]  # of which it is: beside them or tied to them; indices of `TriedForm.fields`


@dataclass(frozen=True, kw_only=True)
class TriedForm:
    place: Place
    fields: tuple[Tried, ...]
    told: tuple[Told, ...]
    moved: bool  # the page moved the focus when the form was to be sent
    live: bool  # some region that is told by itself changed then, seen or not
    dialog: bool  # a message box of the browser's came
    stopped: bool  # the page kept the form from being sent
    sends: bool  # it asked for something or wanted to go elsewhere: the answer is the server's


@dataclass(frozen=True, kw_only=True)
class Validation:
    page: Place
    forms: tuple[TriedForm, ...]
    refused: tuple[Place, ...]  # forms that were not tried, by what their buttons say
    left_out: int  # forms beyond the most
