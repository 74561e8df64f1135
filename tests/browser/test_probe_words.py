"""What the page says, as it is read from the page: of hostile pages too, and within bounds."""

from __future__ import annotations

import pytest

from auditor.browser.probes import words
from auditor.evidence.words import Words
from tests.browser.conftest import Lab, html

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def read(lab: Lab, body: str, head: str = "") -> Words:
    lab.site.routes["/words"] = html(body, head=head)
    result = await lab.visit("/words", probes=lambda arrival: (words.PROBE,))
    assert result.snapshot is not None, result.reason
    found = result.snapshot.evidence[Words]
    assert isinstance(found, Words), found
    return found


async def test_texts_with_their_language_and_fields_with_their_groups(lab: Lab) -> None:
    seen = await read(
        lab,
        """<p>One <b>and</b> <span lang="cy" id="own">dau <i>tri</i></span> four</p><p hidden>Hidden</p>
        <div lang="pl"><section><template shadowrootmode="open"><p>Cztery</p></template></section></div>
        <iframe srcdoc="<html lang='de'><p id='deep'>Fünf</p>"></iframe>
        <h2>Delivery</h2><form><fieldset><legend>Address</legend>
        <label>Street <input name="s" id="s"></label></fieldset></form>""",
    )
    told = {text.place.selector: (text.text, text.lang, text.is_own) for text in seen.texts}
    assert told["#own"] == ("dau tri", "cy", True)
    assert ("One and four", "en", False) in told.values()
    assert ("Cztery", "pl", True) in told.values()
    assert ("Fünf", "de", False) in told.values()
    assert "Hidden" not in str(told)
    (field,) = seen.fields
    assert (field.name, field.group, field.heading, field.code) == ("Street", "Address", "Delivery", "s s")


async def test_a_form_whose_fields_stand_in_for_its_properties(lab: Lab) -> None:
    keys = "closest checkVisibility style labels contains lang"
    fields = "".join(f'<label>{name} <input name="{name}"></label>' for name in keys.split())
    seen = await read(lab, f'<form role="group" aria-labelledby="closest">{fields}</form><p>After</p>')
    assert len(seen.fields) == len(keys.split())
    assert "After" in [text.text for text in seen.texts]


async def test_more_than_is_read(lab: Lab) -> None:
    seen = await read(lab, f"<p>{'long ' * 5_000}</p>" + "<p>Words</p>" * 700)
    assert len(seen.texts) == 500
    assert all(len(text.text) <= 1200 for text in seen.texts)
