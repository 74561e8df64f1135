"""WCAG 3.3.1 and 1.4.1: a page that finds an entry wrong says so in words, not by a colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.form_words import is_vague, names
from auditor.evidence.validation import Told, Tried, TriedForm, Validation

WORD = re.compile(r"[^\W\d_]{2}")
SOFT = frozenset({"email", "url", "tel", "date", "time", "month", "datetime-local"})


def judge(validation: Validation) -> Iterator[Verdict]:
    for form in validation.forms:
        if not form.sends:
            for number, field in enumerate(form.fields):
                yield from _judge(form, number, field)
            yield from _whole(form)
    for place in validation.refused:
        yield untested(place, "It was not tried with wrong entries: by its button it may agree or delete")
    if validation.left_out:
        yield untested(validation.page, f"{validation.left_out} more forms were not tried with wrong entries")


def _whole(form: TriedForm) -> Iterator[Verdict]:
    """Words for the whole form, where there are no others."""
    if form.told and all(not each.fields and is_vague(each.text) for each in form.told):
        for each in form.told:
            yield failed(each.place, f"“{each.text[:100]}” says neither which entry is wrong nor why")


def _judge(form: TriedForm, number: int, field: Tried) -> Iterator[Verdict]:
    beside = [each for each in form.told if number in each.fields or names(each.text, field.name)]
    own = [each for each in beside if WORD.search(each.text)]
    heard = [each for each in own if each.heard]
    if own and not heard:
        yield failed(own[0].place, f"A screen reader is not told “{own[0].text[:100]}”")
    elif heard:
        yield from _words(heard, field)
    elif field.browser:
        yield (
            passed(field.place)
            if not is_vague(field.browser, field.name)
            else failed(
                field.place,
                f"The browser says “{field.browser[:100]}” of it, as the page told it to, and not why",
            )
        )
    elif beside and form.stopped and not any(WORD.search(each.text) for each in form.told):
        sign = beside[0].text[:20]
        yield failed(
            beside[0].place, f"“{sign}” marks “{field.name[:60]}” as wrong, and no words say that or why"
        )
    elif not (field.invalid or field.red) or any(each.browser for each in form.fields):
        return
    elif not form.stopped or any(not each.fields for each in form.told) or form.dialog or form.live:
        yield cant_tell(
            field.place, f"“{field.name[:60]}” is marked as wrong. Do the words that come say why?"
        )
    else:
        how = "by colour" if field.red else "in the code"
        yield failed(
            field.place, f"“{field.name[:60]}” is marked as wrong {how}, and no words say that or why"
        )


def _words(own: list[Told], field: Tried) -> Iterator[Verdict]:
    clear = [each for each in own if not is_vague(each.text, field.name)]
    if clear:
        yield passed(clear[0].place)
    elif field.kind in SOFT:
        yield cant_tell(own[0].place, f"“{own[0].text[:100]}”: is it clear what is wrong with the entry?")
    else:
        yield failed(own[0].place, f"“{own[0].text[:100]}” does not say what is wrong with the entry")
