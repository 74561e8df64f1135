"""WCAG 3.3.2: which fields must be filled in is said before the form is sent."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.form_words import says
from auditor.evidence.forms import Field, Forms, FormSeen

CHOSEN = ("radio", "checkbox", "range", "color")  # they have a value, or are asked by their group


def judge(forms: Forms) -> Iterator[Verdict]:
    for number, form in enumerate(forms.forms):
        fields = [each for each in forms.fields if each.form == number and each.kind not in CHOSEN]
        if not form.is_search and len(fields) > 1:
            yield from _judge(form, fields)


def _judge(form: FormSeen, fields: list[Field]) -> Iterator[Verdict]:
    if says("all_required", form.text):
        yield passed(form.place)
        return
    free = [each for each in fields if not each.required and not _is_optional(each)]
    for field in fields:
        if not field.required or any(each.kind == "password" for each in fields):
            continue
        if _is_said(field):
            yield passed(field.place)
        elif any(not _is_said(each) for each in free):
            yield failed(
                field.place,
                f"“{(field.label or field.name)[:60]}” must be filled in and is not marked so, "
                "while other fields may be left empty",
            )
    starred = [each for each in fields if "*" in each.label and not each.required]
    if starred and not says("required", form.text):
        yield cant_tell(starred[0].place, "A star stands at the label. Does the page say what it means?")


def _around(field: Field) -> tuple[str, ...]:
    near = [each.text for each in field.near]
    return (field.label, field.group, field.described, field.placeholder, field.title, *near)


def _is_optional(field: Field) -> bool:
    return says("optional", *_around(field))


def _is_said(field: Field) -> bool:
    return (
        field.required_shown
        or any("*" in each for each in _around(field))
        or says("required", *_around(field))
    )
