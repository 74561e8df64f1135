"""What the forms of a page say of themselves as it stands: labels, hints, errors, what must be filled in."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence import Place


@dataclass(frozen=True, kw_only=True)
class Near:
    """Text beside a field that is not its label; at most 300 characters of it."""

    place: Place
    text: str
    after: bool  # the field comes first
    cue: str  # what its class or id calls it: "error", "hint" or ""
    tied: bool  # the field, its group or its label refers to it
    heard: bool  # assistive technology gets it: it is not within aria-hidden
    live: bool  # it is told when it comes: role=alert, aria-live


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Short texts right below a field in which something was typed: suggestions, as it looks."""

    texts: tuple[str, ...]  # the first of them
    exposed: bool  # the field says that it has a list, or the texts have roles or take the focus
    pressable: bool  # the pointer is a hand on each


@dataclass(frozen=True, kw_only=True)
class Field:
    """A native control that takes an entry and is shown."""

    place: Place
    kind: str  # the type of an input; "select" or "textarea"
    form: int  # an index of `Forms.forms`; -1 outside of all
    name: str  # what a screen reader calls it
    label: str  # the part of it that is seen: labels, and what aria-labelledby refers to
    group: str  # the legends and names of groups around it
    group_error: str  # of a field marked as wrong: what the groups around it say of an error
    described: str  # what aria-describedby and aria-errormessage refer to
    placeholder: str
    title: str
    value: bool  # it has one
    options: bool  # of a select: it begins with an option that stands for no choice
    required: bool
    required_shown: bool  # by a sign that the style sheet adds to its label
    invalid: bool  # aria-invalid says so
    red: bool  # it is edged or filled with red
    cue: bool  # its class, or that of what is around it alone, speaks of an error
    pattern: str
    autocomplete: str | None
    headed: bool  # it lies in a table whose headings may name it
    near: tuple[Near, ...]
    choices: Choices | None
    no_paste: bool  # pasting into it is prevented; asked of passwords and codes alone
    gap: float | None  # CSS pixels between it and its label, None where there is none


@dataclass(frozen=True, kw_only=True)
class FormSeen:
    place: Place
    text: str  # at most 5,000 characters, with what stands right before it
    is_search: bool
    buttons: tuple[str, ...]  # what sends it
    errors: tuple[Near, ...]  # at its head, or right before it


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A state that a journey met before."""

    title: str
    is_here: bool  # it has the same address, but for its query
    forms: Forms


@dataclass(frozen=True, kw_only=True)
class Forms:
    page: Place
    forms: tuple[FormSeen, ...]
    fields: tuple[Field, ...]
    answers: tuple[str, ...]  # what the page lists with an answer beside it, as a summary does: "Postcode"
    left_out: int  # fields beyond the most
    earlier: tuple[Earlier, ...] = ()  # what the same journey met before it; () outside of journeys

    def of(self, field: Field) -> FormSeen | None:
        """The form that a field is in."""
        return self.forms[field.form] if field.form >= 0 else None

    def beside(self, field: Field) -> tuple[Field, ...]:
        """The other fields of its form."""
        return tuple(each for each in self.fields if each.form == field.form and each is not field)

    def shapes(self) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        """By number of the form, -1 outside of all: what it asks, and how it is sent.

        The same form on another page has the same.
        """
        asked: dict[int, list[str]] = {number: [] for number in range(-1, len(self.forms))}
        for field in self.fields:
            asked[field.form].append(field.label or field.name)
        return {
            number: (tuple(labels), self.forms[number].buttons if number >= 0 else ())
            for number, labels in asked.items()
        }
