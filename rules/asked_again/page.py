"""WCAG 3.3.7: what was given before is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.form_words import bare, purpose, says
from auditor.evidence.forms import Field, Forms

SECRET = ("password", "checkbox", "radio", "file")
CONFIRMS = ("confirm ", "re-enter ", "cadarnhewch ")
OWN = ("your ", "eich ", *CONFIRMS)


def judge(forms: Forms) -> Iterator[Verdict]:
    known = {_key(answer) for answer in forms.answers} - {""}
    before = {field.place.selector: title for field, title in _steps_before(forms)}
    for field in forms.fields:
        form = forms.of(field)
        if form is None or form.is_search or field.kind in SECRET or field.value:
            continue
        called = field.label or field.name
        if _key(called) in known:
            yield cant_tell(field.place, f"The page shows an answer to “{called[:60]}” and asks for it again")
        elif (earlier := _earlier(forms, field)) and not says("same", form.text):
            ask = f"“{called[:60]}” is asked under “{earlier.group[:60]}” too"
            yield cant_tell(field.place, f"{ask}. Can the first answer be used again?")
        elif field.place.selector in before:
            step = before[field.place.selector][:60]
            ask = f"“{called[:60]}” was asked in an earlier step, “{step}”, and is not filled in here"
            yield cant_tell(field.place, f"{ask}. Is that needed for safety, or may the answer have changed?")


def _earlier(forms: Forms, field: Field) -> Field | None:
    """A field before it in the same form that asks for the same of the user under another heading."""
    token = purpose(field.label)
    if token not in ("postal-code", "address-line1", "email", "tel") or not field.group:
        return None
    for each in forms.fields:
        if each is field:
            return None
        if (
            each.form == field.form
            and purpose(each.label) == token
            and each.group
            and each.group != field.group
        ):
            return each
    return None


def _steps_before(forms: Forms) -> Iterator[tuple[Field, str]]:
    """Fields whose question an earlier step asked of the same person, with that step's title."""
    here = forms.shapes()
    steps = [(step, step.forms.shapes()) for step in forms.earlier]
    met = {shape for _, shapes in steps for shape in shapes.values()}
    for field in forms.fields:
        token, form = _asks_for(field, forms), forms.of(field)
        if not token or form is None or here[field.form] in met:
            continue  # the form stands on each page, as a newsletter's does, or it is the same step again
        if field.value or says("same", form.text) or any(x.kind == "password" for x in forms.beside(field)):
            continue
        was_away = False
        for step, shapes in reversed(steps):
            asked = [
                each
                for each in step.forms.fields
                if _asks_for(each, step.forms) == token and shapes[each.form] not in here.values()
            ]
            is_new = was_away and all(each.place.selector != field.place.selector for each in asked)
            if asked and (is_new or not step.is_here) and not says("others", step.title):
                yield field, step.title
                break
            was_away |= not asked


def _asks_for(field: Field, forms: Forms) -> str:
    """The token of what it asks of whoever fills it in; "" where that is not sure, or may be left out."""
    form = forms.of(field)
    called = field.label or field.name
    if form is None or form.is_search or field.kind in (*SECRET, "select"):
        return ""
    if says("optional", called) or says("others", called, field.group) or bare(called).startswith(CONFIRMS):
        return ""
    return purpose(called)


def _key(label: str) -> str:
    words = bare(label)
    for own in OWN:
        words = words.removeprefix(own)
    return purpose(words) or words
