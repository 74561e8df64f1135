"""WCAG 4.1.2: suggestions below a field are told to assistive technology, and keys reach them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.forms import Forms


def judge(forms: Forms) -> Iterator[Verdict]:
    for field in forms.fields:
        if field.choices is None:
            continue
        if field.choices.exposed:
            yield passed(field.place)
            continue
        texts = ", ".join(f"“{text}”" for text in field.choices.texts[:2])
        said = f"Below the field stand {texts}; neither they nor the field have a role that says so"
        if field.choices.pressable:
            yield failed(field.place, f"{said}, and no key reaches them")
        else:
            yield cant_tell(field.place, f"{said}. Can they be chosen?")
