"""WCAG 3.3.8: signing in needs no remembering, copying or puzzle that a person cannot do otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.form_words import matches, says
from auditor.evidence.forms import Field, Forms


def judge(forms: Forms) -> Iterator[Verdict]:
    for field in forms.fields:
        if _is_letters(field):
            also = " and cannot be pasted" if field.no_paste else ""
            yield failed(
                field.place,
                f"“{_called(field)}” asks for parts of a secret{also}, so no password manager can help",
            )
        elif _signs_in(forms, field):
            yield from _judge(field)


def _judge(field: Field) -> Iterator[Verdict]:
    if matches("puzzles", *_texts(field)):
        yield failed(field.place, f"Signing in asks to copy or work out: “{_called(field)}”")
    elif field.no_paste:
        yield failed(
            field.place,
            f"Nothing can be pasted into “{_called(field)}”, so a password must be typed by heart",
        )
    elif field.kind == "password":
        yield passed(field.place)


def _signs_in(forms: Forms, field: Field) -> bool:
    """Whether the field is a part of signing in, and not of a choice of a password."""
    form = forms.of(field)
    together = (field, *forms.beside(field)) if form else (field,)
    secrets = [each for each in together if each.kind == "password"]
    code = "one-time-code" in (field.autocomplete or "")
    if code or len(secrets) != 1 or "new-password" in (secrets[0].autocomplete or ""):
        return code
    return form is None or len(together) <= 3 or says("sign_in", form.text, *form.buttons)


def _is_letters(field: Field) -> bool:
    return matches("letters", field.label, field.name, field.group, *(each.text for each in field.near))


def _called(field: Field) -> str:
    return (field.label or field.name or field.placeholder or field.kind)[:80]


def _texts(field: Field) -> tuple[str, ...]:
    return (field.label, field.name, field.placeholder, field.described, *(each.text for each in field.near))
