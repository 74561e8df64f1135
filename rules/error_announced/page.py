"""WCAG 4.1.3: errors that come when a form is to be sent are announced, or the focus goes to them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.form_words import is_error
from auditor.evidence.validation import Validation


def judge(validation: Validation) -> Iterator[Verdict]:
    for form in validation.forms:
        errors = [each for each in form.told if each.at_end and is_error(each.text)]
        if form.sends or not errors or not form.stopped or any(each.browser for each in form.fields):
            continue
        if form.moved or form.live or form.dialog or any(each.live for each in form.told):
            yield passed(form.place)
        else:
            yield failed(
                errors[0].place,
                f"“{errors[0].text[:100]}” comes when the form is sent with wrong entries. "
                "It is not announced, and the focus stays where it was",
            )
