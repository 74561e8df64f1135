"""WCAG 1.3.5: fields that ask for the user's own name, address and the like say so to the browser."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.form_words import purpose, says
from auditor.evidence.forms import Field, Forms

TYPED = ("text", "email", "tel", "date", "password", "textarea", "select")
FEWEST = 2  # such fields in one form, one of `PERSON` among them: it asks for a person's details
PERSON = {"name", "given-name", "family-name", "email", "tel", "bday"}
# Families of tokens that may stand for each other.
ALIKE = (
    {"name", "given-name", "family-name", "additional-name", "nickname", "username"},
    {"tel", "tel-national", "tel-local"},
    {"bday", "bday-day", "bday-month", "bday-year"},
    {"email", "username"},
    {"postal-code"},
    {"address-line1", "address-line2", "address-line3", "street-address", "address-level1", "address-level2"}
    | {"address-level3", "address-level4"},
    {"country", "country-name"},
    {"organization-title"},
)
TOKENS = frozenset[str]().union(*ALIKE)


def judge(forms: Forms) -> Iterator[Verdict]:
    for number, form in enumerate(forms.forms):
        fields = [each for each in forms.fields if each.form == number and each.kind in TYPED]
        asked = [(each, purpose(each.label or each.name)) for each in fields]
        asked = [(field, token) for field, token in asked if token]
        if form.is_search:
            continue
        about_others = says("others", *(each.label for each in fields), *(each.group for each in fields))
        tokens = {token for _, token in asked}
        is_of_user = len(tokens) >= FEWEST and not tokens.isdisjoint(PERSON) and not about_others
        for field, token in asked:
            yield from _judge(field, token, is_of_user)


def _judge(field: Field, token: str, is_of_user: bool) -> Iterator[Verdict]:
    called = (field.label or field.name)[:60]
    given = (field.autocomplete or "").lower().split()
    known = [each for each in given if each in TOKENS]
    if known:
        if any(token in family and known[-1] in family for family in ALIKE):
            yield passed(field.place)
        elif not (token in ("email", "tel") and known[-1] == "username"):
            yield failed(
                field.place,
                f"“{called}” is said to be for `{known[-1]}`, and its label asks for `{token}`",
            )
    elif not is_of_user or (given and given not in (["off"], ["on"])):
        return  # whose it is cannot be told, or another rule judges what is given
    elif given == ["off"]:
        yield cant_tell(
            field.place,
            f"“{called}” keeps browsers from filling it in. Is it about whoever fills in the form?",
        )
    else:
        yield failed(field.place, f"“{called}” has no `autocomplete`; `{token}` tells what it is for")
