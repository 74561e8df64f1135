"""What forms say of themselves as the page stands. Nothing is filled in, pressed or sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.browser.drive import Drive, Probe
from auditor.evidence import Place
from auditor.evidence.forms import Choices, Field, Forms, FormSeen, Near


async def run(drive: Drive) -> Forms:
    told = await drive.call("forms.read")
    return Forms(
        page=Place.of(told["page"]),
        forms=tuple(
            FormSeen(
                place=Place.of(each["place"]),
                text=each["text"],
                is_search=each["search"],
                buttons=tuple(each["buttons"]),
                errors=near_of(each["errors"]),
            )
            for each in told["forms"]
        ),
        fields=tuple(_field(each) for each in told["fields"]),
        answers=tuple(told["answers"]),
        left_out=told["leftOut"],
    )


def _field(told: Mapping[str, Any]) -> Field:
    kept = {key: told[key] for key in SAME}
    return Field(
        place=Place.of(told["place"]),
        required_shown=told["requiredShown"],
        group_error=told["groupError"],
        choices=Choices(**{**told["choices"], "texts": tuple(told["choices"]["texts"])})
        if told["choices"]
        else None,
        no_paste=told["noPaste"],
        near=near_of(told["near"]),
        **kept,
    )


SAME = (
    *("kind", "form", "name", "label", "group", "described", "placeholder", "title", "value", "options"),
    *("required", "invalid", "red", "cue", "pattern", "autocomplete", "headed", "gap"),
)


def near_of(told: Iterable[Mapping[str, Any]]) -> tuple[Near, ...]:
    """From what `nearOf` of forms.js tells."""
    return tuple(Near(**{**each, "place": Place.of(each["place"])}) for each in told)


PROBE = Probe(gives=Forms, run=run, seconds=10, only_looks=True)
