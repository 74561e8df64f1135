"""WCAG 2.5.3: the name of a control holds the words that it shows, in their order (failure F96)."""

from __future__ import annotations

import contextlib
import re
import string
import unicodedata
from collections.abc import Iterator, Sequence

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.names import Control, Names

LONG = 8  # words: more are no label but a text in a link
_ASIDE = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)  # no spaces between words


def judge(names: Names) -> Iterator[Verdict]:
    for control in names.controls:
        label = _words(control.label)
        if label and "".join(label) not in string.ascii_lowercase:  # one letter stands for a picture
            yield _verdict(control, label)
    if names.controls_left_out:
        yield untested(
            names.page, f"{names.controls_left_out:,} more controls were not held against what they show"
        )


def _verdict(control: Control, label: Sequence[str]) -> Verdict:
    name = _words(control.name)
    is_there = _within(label, name)
    if _UNSPACED.search(control.label):
        is_there = "".join(label) in "".join(name)
    if "-" in control.label + control.name:  # "e-mail" and "email" are said alike
        is_there |= _within(*(_words(text.replace("-", "")) for text in (control.label, control.name)))
    # What stands in brackets may be left out, such as "(required)" (Understanding 2.5.3).
    if is_there or _within(_words(_ASIDE.sub(" ", control.label)), name):
        return passed(control.place)
    said = f"It shows “{control.label[:80]}” and is called “{control.name[:80]}”"
    if len(label) > LONG and any(_within(label[at : at + 2], name) for at in range(len(label) - 1)):
        return cant_tell(control.place, f"{said}. Which of these words is its label, and is it in the name?")
    is_spelt = any(unicodedata.category(sign) == "Sm" for sign in control.label)  # "3 × 4" as "3 times 4"
    if _in_order(label, name) and not is_spelt:
        return cant_tell(control.place, f"{said}: other words come between those that it shows")
    if (
        len(label) == 1
        and label[0].isdigit()
        and any(word.strip(string.ascii_lowercase) == label[0] for word in name)
    ):
        return cant_tell(control.place, f"{said}. Is it found by what it shows?")  # "1" of "A1"
    return failed(control.place, said)


def _words(text: str) -> list[str]:
    with contextlib.suppress(UnicodeError):  # UTF-8 that was taken for another encoding: no fault of the name
        text = text.encode("cp1252").decode("utf-8")
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def _within(label: Sequence[str], name: Sequence[str]) -> bool:
    """Whether these words stand in the name, side by side."""
    size = len(label)
    return size > 0 and any(list(name[at : at + size]) == list(label) for at in range(len(name) - size + 1))


def _in_order(label: Sequence[str], name: Sequence[str]) -> bool:
    rest = iter(name)
    return all(word in rest for word in label)
