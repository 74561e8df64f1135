"""Advice after WCAG's technique G162: a label stands right at its field."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.forms import Forms

FAR = 200.0  # CSS pixels: a window magnified to 320 of them shows one without the other


def judge(forms: Forms) -> Iterator[Verdict]:
    for field in forms.fields:
        if field.gap is None:
            continue
        if field.gap <= FAR:
            yield passed(field.place)
        else:
            yield failed(
                field.place, f"“{field.label[:60]}” stands {field.gap:.0f} pixels away from its field"
            )
