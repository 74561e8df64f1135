"""WCAG 3.3.7: what was given before is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell
from auditor.evidence.form_words import bare, purpose, says
from auditor.evidence.forms import Field, Forms

SECRET = ("password", "checkbox", "radio", "file")
OWN = ("your ", "confirm ", "re-enter ", "eich ", "cadarnhewch ")


def judge(forms: Forms) -> Iterator[Verdict]:
    known = {_key(answer) for answer in forms.answers} - {""}
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


def _key(label: str) -> str:
    words = bare(label)
    for own in OWN:
        words = words.removeprefix(own)
    return purpose(words) or words
