"""WCAG 3.3.2: what a field asks for can be read, also once something was typed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.form_words import plain, says
from auditor.evidence.forms import Field, Forms

TYPED = frozenset(
    {"text", "email", "tel", "url", "password", "number", "date", "time", "month", "week", "datetime-local"}
    | {"textarea", "select"}
)


def judge(forms: Forms) -> Iterator[Verdict]:
    for field in forms.fields:
        if field.kind in TYPED and (field.name or field.placeholder):
            yield from _judge(forms, field)


def _judge(forms: Forms, field: Field) -> Iterator[Verdict]:
    form = forms.of(field)
    beside = [each.text for each in field.near if any(character.isalpha() for character in each.text)]
    if field.label or beside or field.headed:
        yield passed(field.place)
        return
    alone = not any(each.kind in TYPED for each in forms.beside(field)) and field.kind != "password"
    is_search = says("search", field.placeholder, field.name) or (form and form.is_search)
    if field.options or is_search or (alone and not field.placeholder):
        return  # a button says what it is for, or its first option
    if not field.placeholder and plain(field.name) == plain(field.title):
        return  # label-title-only has it
    if field.group:
        yield cant_tell(
            field.place,
            f"It has no label of its own under “{field.group[:60]}”. Is it clear what goes where?",
        )
    elif field.placeholder and alone:
        yield cant_tell(
            field.place,
            f"Its only label, “{field.placeholder[:60]}”, is gone as soon as something is typed. "
            "Does the button beside it say what to enter?",
        )
    elif field.placeholder:
        yield failed(
            field.place, f"Its only label, “{field.placeholder[:60]}”, is gone as soon as something is typed"
        )
    else:
        yield cant_tell(field.place, f"No label can be seen: it is called “{field.name[:60]}”. Is it clear?")
