"""WCAG 3.1.1, technique H57: the language that <html> states is the one that the page's text is in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.words import Words
from auditor.language import named


def judge(words: Words) -> Iterator[Verdict]:
    if not words.lang or not any(not text.is_own for text in words.texts):
        return
    found = words.foreign
    if found is None:
        yield passed(words.page)
        return
    told = f"the page says that it is in {named(words.lang)} (“{words.lang}”): “{found.text[:80]}”"
    if found.is_sure:
        yield failed(words.page, f"The text is in {named(found.code)}, and {told}")
    else:
        yield cant_tell(words.page, f"Is the text in {named(found.code)}? For {told}")
