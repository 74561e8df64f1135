"""WCAG 2.4.6, technique G131: a label says what its field is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Field, Words
from auditor.wordlists import in_any, plain, words


def judge(page: Words) -> Iterator[Verdict]:
    named = [each for each in page.fields if each.has_label and each.name]
    same = Counter(_asked(each) for each in named)
    for field in named:
        told = plain(field.name)
        is_general = told in in_any("labels", "general")
        if not told:
            yield cant_tell(field.place, f"Does the label “{field.name[:80]}” say what the field is for?")
        elif told in in_any("labels", "placeholder") or (is_general and _misses(field, told)):
            yield _vague(field)
        elif is_general and not field.group and not field.in_row:
            yield cant_tell(field.place, f"Does the label “{field.name[:80]}” say what the field is for?")
        elif same[_asked(field)] > 1 and not field.in_row and field.kind != "select":
            yield cant_tell(
                field.place,
                f"{same[_asked(field)]} fields of this form have the label “{field.name[:80]}”. "
                "Can they be told apart?",
            )
        else:
            yield passed(field.place)


def _vague(field: Field) -> Verdict:
    message = f"The label “{field.name[:80]}” does not say what the field is for"
    return (
        failed(field.place, message)
        if not field.group
        else cant_tell(field.place, f"{message}. Does its group?")
    )


def _asked(field: Field) -> tuple[str, str, int, str]:
    """What tells fields of a form apart: label, group, form and the heading above."""
    return plain(field.name), field.group, field.form, field.heading


def _misses(field: Field, told: str) -> bool:
    """Whether the field's own code names a purpose, and the label has none of the words for it."""
    code = {
        field.code.casefold(),
        *re.split(r"[\s.\[\]]+", field.code.casefold()),
        field.autocomplete.casefold(),
        f"type:{field.type}",
    }
    purposes = [
        each
        for lists in words("labels").values()
        for each in lists.get("purpose", ())
        if code & set(each["code"])
    ]
    said = set(re.findall(r"[^\W_]+(?:-[^\W_]+)*", told))
    return bool(purposes) and not any(said & set(each["words"]) for each in purposes)
