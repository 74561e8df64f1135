"""A text's language against the one it states: told where two models agree, never of names and code."""

from __future__ import annotations

import pytest

from auditor.language import alike, foreign, foreign_part, named

TEXTS = {
    "en": "Please bring your bins back in by the evening of the same day.",
    "cy": "Dewch â'ch biniau yn ôl i mewn erbyn gyda'r nos yr un diwrnod.",
    "gd": "Thoir a-steach na bionaichean agad mus tig an oidhche air an aon latha.",
    "ga": "Tabhair isteach do chuid boscaí bruscair faoi thráthnóna an lae chéanna.",
    "pl": "Prosimy zabrać pojemniki z powrotem do wieczora tego samego dnia.",
    "so": "Fadlan qashin-qubkaaga dib u soo geli fiidka isla maalintaas.",
    "ur": "براہ کرم اپنے کوڑے دان اسی دن شام تک واپس لے آئیں۔",
    "ar": "يرجى إعادة صناديق القمامة قبل مساء اليوم نفسه.",
    "zh": "请在当天晚上之前把您的垃圾桶收回家中。谢谢您的合作。",
}
NONE = {
    "names": "Siân Llewelyn-Ffransis, Gwenllïan Prytherch, Tegwen Blodeuwedd, Myfanwy Angharad",
    "an address": "Siop y Bobl, 14 Stryd Fawr, Llandeilo SA19 6EN, siop@llandeilo.example",
    "a short quotation": "They call it “Gesamtkunstwerk des zwanzigsten Jahrhunderts” in the museum.",
    "code": "for zeile in datei.readlines(): print(zeile.strip().split(';')[0])",
    "made-up Latin": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod",
    "few letters": "Croeso i bawb",
}


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_is_known_and_no_other_taken_for_it(code: str) -> None:
    assert foreign(TEXTS[code], code, least=30) is None
    found = foreign(TEXTS[code], "en" if code != "en" else "cy", least=30)
    assert found is not None
    assert alike(found.code, code)
    assert found.is_sure


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_prose_is_in_no_language(what: str) -> None:
    assert foreign_part(NONE[what], "en", least=30, is_own=False) is None


def test_a_sentence_in_another_language_within_a_text() -> None:
    found = foreign_part(f"{TEXTS['en']} {TEXTS['pl']} {TEXTS['en']}", "en", least=30, is_own=False)
    assert found is not None
    assert (found.code, found.text) == ("pl", TEXTS["pl"])


def test_a_code_that_says_nothing_is_not_held_against_the_text() -> None:
    for code in ("", "x-default", "english", "qaa"):
        assert foreign(TEXTS["en"], code, least=30) is None


def test_text_that_was_read_in_the_wrong_encoding() -> None:
    garbled = TEXTS["cy"].encode().decode("cp1252")
    assert garbled != TEXTS["cy"]
    assert foreign(garbled, "cy", least=30) is None


def test_names_of_languages() -> None:
    assert named("cy-GB") == "Welsh"
    assert named("xx") == "“xx”"
