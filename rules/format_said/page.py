"""WCAG 3.3.2: a field that takes entries of one form alone says which."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.form_words import bare, purpose, says, tells_format
from auditor.evidence.forms import Field, Forms

ANYTHING = re.compile(r"\^?(?:\.|\\S|\[^[^\]]{1,10}\]|\\s|\.\*\\S)[.*+\\sS]*\$?")
WITHOUT = {"email", "tel", "name", "given-name", "family-name", "postal-code"}  # whose form is known


def judge(forms: Forms) -> Iterator[Verdict]:
    for field in forms.fields:
        if field.kind != "text" or not field.name:
            continue
        called = field.label or field.name
        if field.pattern and not ANYTHING.fullmatch(field.pattern) and purpose(called) not in WITHOUT:
            yield _said(field, f"“{called[:60]}” takes entries of one form alone. Does the page say which?")
        elif _is_date(called) and len(bare(called).split()) <= 4:
            yield _said(field, f"“{called[:60]}” is typed as text. Does the page say in which order?")


def _is_date(called: str) -> bool:
    return purpose(called) == "bday" or says("date", called)


def _said(field: Field, ask: str) -> Verdict:
    texts = (field.described, field.placeholder, field.title, field.label, field.group, field.name)
    if field.value or tells_format(*texts, *(each.text for each in field.near)) or says("dated", *texts[:4]):
        return passed(field.place)
    return cant_tell(field.place, ask)
