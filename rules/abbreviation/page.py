"""WCAG 3.1.4, which is AAA and so advice: what an abbreviation stands for is said (G97, G102, H28)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.evidence import Verdict, failed, passed
from auditor.evidence.words import Text, Words
from auditor.wordlists import in_any, words

SHORT = re.compile(r"(?<![\w.@/#&:'’-])((?:[A-Z]\.){3,6}|[A-Z]{3,6})s?(?!\.?\w|[@/&'’-]|\.[A-Z]| ?\d)")
ROMAN = re.compile(r"[IVXLCDM]+")
WORD = re.compile(r"[^\W\d_]+")
LEAST = 6  # words of a text: less is a label, or a line of a menu
MOST_TOLD = 5  # named in the message


def judge(page: Words) -> Iterator[Verdict]:
    texts = [each for each in page.texts if _is_prose(each)]
    in_small = {word for each in page.texts for word in WORD.findall(each.text) if word.islower()}
    told = {"".join(WORD.findall(each)).casefold() for each in page.expanded}
    left_out = in_any("abbreviations", "known") | in_any("abbreviations", "emphasis") | in_small | told
    found: dict[str, Text] = {}
    for text in texts:
        for match in SHORT.finditer(text.prose):
            name = match[1].replace(".", "")
            if name.casefold() in left_out or ROMAN.fullmatch(name) or _is_loud(text.prose, match):
                continue
            found.setdefault(name, text)
    unsaid = [name for name in found if not _is_said(name, page.texts)]
    if texts:
        yield passed(page.page)
    if unsaid:
        names = ", ".join(f"“{name}”" for name in unsaid[:MOST_TOLD])
        more = f" and {len(unsaid) - MOST_TOLD} more" if len(unsaid) > MOST_TOLD else ""
        yield failed(found[unsaid[0]].place, f"Nothing on the page says what {names}{more} stands for")


def _is_prose(text: Text) -> bool:
    told = WORD.findall(text.prose)
    language = text.lang.casefold().partition("-")[0]
    is_small = sum(word.islower() for word in told) > len(told) / 2
    return text.kind == "text" and language in words("abbreviations") and len(told) >= LEAST and is_small


def _is_loud(prose: str, match: re.Match[str]) -> bool:
    """Whether the word before or after is in capitals too: then it is a name, a code or a loud sentence."""
    before, after = WORD.findall(prose[: match.start()][-40:]), WORD.findall(prose[match.end() :][:40])
    return any(len(word) > 1 and word.isupper() for word in (*before[-1:], *after[:1]))


def _is_said(name: str, texts: Sequence[Text]) -> bool:
    """Whether it stands in brackets, has words in brackets after it, or words begin with its letters."""
    beside = re.compile(rf"\(\s*(?:the |“)?{name}s?\b[^)]{{0,80}}\)|\b{name}s?”? ?\([^)]{{0,20}}[a-z]")
    small = in_any("abbreviations", "small")
    for text in texts:
        if beside.search(text.text.replace(".", "")):
            return True
        told = WORD.findall(SHORT.sub(" ", text.text))
        for kept in (told, [word for word in told if word not in small]):
            initials = "".join(word[0] for word in kept).casefold()
            at = initials.find(name.casefold())
            while at >= 0:
                if kept[at][0].isupper() or len(name) > 3:
                    return True
                at = initials.find(name.casefold(), at + 1)
    return False
