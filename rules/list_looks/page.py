"""WCAG 1.3.1, technique H48: lines that are seen as a list and are no list in the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed
from auditor.evidence.markup import ListLook, Markup

BULLETS = "•·‣▪▫●○◦■□►▶▸➢➤➔✓✔✗✘*»›\uf0b7\uf0a7"
DASHES = "-‐‑‒–"
DOUBTFUL = "—―o"  # a dash of dialogue; a letter that a word processor left
MARK = re.compile(
    rf"^\s*(?:([{re.escape(BULLETS + DASHES + DOUBTFUL)}])|\(?(\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)])\s+(?=\S)"
)
FIRST = {"1": "figures", "a": "letters", "i": "roman"}
ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
SHORT = 25  # words a line, on average: longer ones may be numbered paragraphs, as of a law
SURE = 3  # lines


def judge(markup: Markup) -> Iterator[Verdict]:
    for each in markup.lists:
        if each.how == "images":
            if len(each.lines) >= SURE:
                message = f"{len(each.lines)} paragraphs begin with the same small picture. Are they a list?"
                yield cant_tell(each.place, message)
        else:
            verdict = _verdict(each)
            if verdict:
                yield verdict


def _verdict(looks: ListLook) -> Verdict | None:
    best: tuple[int, str, list[str]] = (0, "", [])
    for kind, lines in _runs(looks.lines):
        best = max(best, (len(lines), kind, lines), key=lambda run: run[0])
    count, kind, lines = best
    if count < 2:
        return None
    first = lines[0][:60]
    message = f"{count} lines begin as a list does (“{first}”), and are not marked up as one"
    is_short = sum(len(line.split()) for line in lines) <= SHORT * count
    sure = SURE if kind in ("numbers", "-") or kind in "*·»›✓✔✗✘" else 2
    if kind not in DOUBTFUL and count >= sure and is_short:
        return failed(looks.place, message)
    if count >= SURE or kind == "numbers":
        return cant_tell(looks.place, f"{message}. Are they a list?")
    return None


def _runs(lines: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Lines that follow each other with the same bullet, or with numbers that count on from the first."""
    kind, number = "", ""
    run: list[str] = []
    for line in lines:
        found = MARK.match(line)
        bullet = found.group(1) or "" if found else ""
        if bullet in DASHES and bullet:
            bullet = "-"
        counted = found.group(2) or "" if found else ""
        goes_on = (bullet and bullet == kind) or (counted and kind == "numbers" and _after(number, counted))
        if not goes_on:
            if run:
                yield kind, run
            starts = bullet or ("numbers" if counted in FIRST else "")
            kind, run = starts, []
        if kind:
            run.append(line)
        number = counted
    if run:
        yield kind, run


def _after(before: str, number: str) -> bool:
    if number.isdigit() and before.isdigit():
        return int(number) == int(before) + 1
    if before in ROMAN and number in ROMAN and ROMAN.index(number) == ROMAN.index(before) + 1:
        return True
    return len(before) == len(number) == 1 and before.isalpha() and ord(number) == ord(before) + 1
