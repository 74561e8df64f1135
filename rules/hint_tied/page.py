"""WCAG 1.3.1: a hint or an error that stands beside a field belongs to it for screen readers too."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.form_words import is_error, is_vague, names, plain, tells_format
from auditor.evidence.forms import Field, Forms, Near

SHORTEST, LONGEST = 8, 290  # characters; what is longer is a part of the page
BY_GROUP = ("radio", "checkbox")  # what stands beside one of them may be about all


def judge(forms: Forms) -> Iterator[Verdict]:
    beside = {each.place.selector for field in forms.fields for each in field.near}
    for form in forms.forms:
        for error in form.errors:
            is_known = error.tied or error.live or error.place.selector in beside
            if not is_known and not form.is_search and is_vague(error.text):
                yield failed(
                    error.place, f"The error “{error.text[:100]}” is tied to no field, and names none"
                )
    for field in forms.fields:
        around = forms.of(field)
        if field.kind in BY_GROUP or not field.name or (around and around.is_search):
            continue
        for near in field.near:
            if SHORTEST <= len(near.text) <= LONGEST and near.heard:
                yield from _judge(field, near)


def _judge(field: Field, near: Near) -> Iterator[Verdict]:
    told = plain(" ".join((field.described, field.label, field.name, field.title, field.placeholder)))
    if near.tied or near.live or plain(near.text) in told:
        if near.cue:
            yield passed(field.place)
        return
    called = field.label or field.name
    if not field.label and not near.cue:
        return  # it may be the label
    if near.cue == "error" and is_error(near.text):
        if names(near.text, called):
            yield passed(field.place)
        else:
            yield failed(field.place, _said("The error", near, called))
    elif near.cue == "hint":
        what = "The error" if is_vague(near.text, called) else "The hint"
        yield failed(field.place, _said(what, near, called))
    elif tells_format(near.text) and len(near.text) < 120 and not field.described:
        yield cant_tell(field.place, f"{_said('The text', near, called)}. Is it needed to fill in the field?")


def _said(what: str, near: Near, called: str) -> str:
    return f"{what} “{near.text[:100]}” is beside “{called[:60]}” and not tied to it"
