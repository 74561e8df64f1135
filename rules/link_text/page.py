"""WCAG 2.4.9: a link's name alone says where it leads, and is its own.

It is of level AAA, and so advice where a site does not ask for that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.names import Names
from auditor.evidence.phrases import plain


def judge(names: Names) -> Iterator[Verdict]:
    targets: dict[str, set[str]] = defaultdict(set)
    of_name: Counter[str] = Counter()
    for link in names.links:
        of_name[plain(link.name)] += 1
        if link.target:
            targets[plain(link.name)].add(link.target)
    if names.link_count:
        yield passed(names.page)
    told: set[str] = set()  # names that several targets have: once each
    for link in names.links:
        name = plain(link.name)
        if link.vague == "address":
            yield failed(link.place, "The link's text is an address, which is read out sign by sign")
        elif len(targets[name]) > 1 and (link.vague or name not in told):
            told.add(name)
            said = (
                f"{of_name[name]} links of this page are called “{link.name[:60]}”, "
                f"with {len(targets[name])} addresses"
            )
            yield (
                failed(link.place, said)
                if link.vague
                else cant_tell(link.place, f"{said}. Do they lead to the same?")
            )
        elif link.vague:
            yield failed(link.place, f"By itself “{link.name[:60]}” does not say where the link leads")
