"""The published statement beside what the audit found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor import wcag
from auditor.models import Conflict, ConflictKind
from auditor.statement.judge import Case, promised
from auditor.statement.text import quoted


def conflicts(case: Case, found_by: Mapping[str, int]) -> Iterator[Conflict]:
    """`found_by`: criterion -> rules that ran and can find a failure of it."""
    if case.text is None or case.other_language:
        return
    if case.claim == "fully" and case.failing:
        said = case.text.search(case.pack.claim)
        many = _count(len(case.failing), "criteria")
        yield Conflict(
            kind=ConflictKind.CLAIMS_FULL,
            sentence=f"It says “fully compliant”; confirmed problems fail {many}.",
            quote=quoted(*said) if said else "",
        )
    for num in case.unlisted:
        problems = case.failing[num]
        fail = f"{_count(problems, 'confirmed problems')} fail{'s' if problems == 1 else ''} {_named(num)}"
        yield Conflict(kind=ConflictKind.UNLISTED, criterion=num, sentence=f"{fail}, which it does not list.")
    for sentence in promised(case)[0]:
        text = f"It promises a repair by a date that had gone by on {case.today:%-d %B %Y}."
        yield Conflict(kind=ConflictKind.PAST_DATE, sentence=text, quote=sentence)
    for what, hosts in (("Pages", case.hosts), ("Linked documents", case.document_hosts)):
        for host in case.outside(hosts):
            met = f"{what} of {host} were met in the audit: {hosts[host]:,}."
            text = f"{met} Its scope does not name {host}."
            yield Conflict(kind=ConflictKind.OUTSIDE, sentence=text)
    for num in sorted(case.listed - set(case.failing), key=list(wcag.criteria()).index):
        rules = found_by.get(num, 0)
        how = (
            f"{_count(rules, 'rules')} ran that can find some failures of it"
            if rules
            else "only a person can find any"
        )
        text = f"It lists {_named(num)}; this audit found no failure of it ({how})."
        yield Conflict(
            kind=ConflictKind.NOT_SEEN, criterion=num, sentence=f"{text} That is no proof that it is mended."
        )


def _named(num: str) -> str:
    return f"{num} {wcag.criterion(num).name}"


def _count(number: int, noun: str) -> str:
    one = {"criteria": "criterion"}.get(noun, noun.removesuffix("s"))
    return f"{number:,} {one if number == 1 else noun}"
