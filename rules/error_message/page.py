"""WCAG 3.3.1: an error that the page shows is told in words that say what is wrong, for everyone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.form_words import is_error, is_soft, is_vague
from auditor.evidence.forms import Field, Forms, Near

SHORTEST = 6  # characters: less is a sign


def judge(forms: Forms) -> Iterator[Verdict]:
    beside = {each.place.selector for field in forms.fields for each in field.near}
    heads = [
        [each for each in form.errors if each.place.selector not in beside and len(each.text) >= SHORTEST]
        for form in forms.forms
    ]
    clear = False
    for field in forms.fields:
        for verdict in _field(field, has_head=field.form >= 0 and bool(heads[field.form])):
            clear |= verdict.outcome == "passed"
            yield verdict
    for form, errors in zip(forms.forms, heads, strict=True):
        for error in errors:
            if form.is_search:
                continue
            if not is_vague(error.text):
                yield passed(error.place)
            elif not clear:
                yield failed(error.place, f"“{error.text[:100]}” says neither which entry is wrong nor why")


def _field(field: Field, *, has_head: bool) -> Iterator[Verdict]:
    called = (field.label, field.name, field.group)
    errors = [each for each in field.near if _is_error(each, called)]
    heard = " ".join([field.described, field.name, *(each.text for each in field.near if each.heard)])
    for error in errors:
        if not error.heard and error.text not in heard:
            yield failed(error.place, f"A screen reader is not told “{error.text[:100]}”")
        elif not is_vague(error.text, *called):
            yield passed(error.place)
        elif is_soft(field):
            yield cant_tell(error.place, f"“{error.text[:100]}”: is it clear what is wrong with the entry?")
        else:
            yield failed(error.place, f"“{error.text[:100]}” does not say what is wrong with the entry")
    if errors or has_head or field.group_error or is_error(field.described):
        return
    if field.red and (field.cue or (field.invalid and field.value)):
        yield failed(field.place, "It is marked as wrong by colour, and no text says that or why")
    elif field.invalid and not field.required:
        yield cant_tell(field.place, "It is marked as wrong for screen readers. Does a text say why?")


def _is_error(near: Near, called: tuple[str, ...]) -> bool:
    if len(near.text) < SHORTEST:
        return False
    return is_vague(near.text, *called) or (near.cue == "error" and is_error(near.text))
