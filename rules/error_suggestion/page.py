"""WCAG 3.3.3: an error says how to write the entry, where only one way is right."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, passed
from auditor.evidence.form_words import names, tells_format
from auditor.evidence.validation import Validation


def judge(validation: Validation) -> Iterator[Verdict]:
    for form in validation.forms:
        for number, field in enumerate(form.fields):
            told = [each for each in form.told if number in each.fields or names(each.text, field.name)]
            if form.sends or not field.entered or not told:
                continue
            if tells_format(field.hint, *(each.text for each in told)):
                yield passed(told[0].place)
            else:
                yield cant_tell(
                    told[0].place,
                    f"“{told[0].text[:100]}”: does the page say how to write “{field.name[:60]}”?",
                )
