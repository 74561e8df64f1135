"""WCAG 2.4.4: links with one name in one sentence, paragraph, list item or cell lead to the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from auditor.evidence import Place, Verdict, cant_tell, failed, passed
from auditor.evidence.names import Link, Names
from auditor.evidence.phrases import plain, telling


def judge(names: Names) -> Iterator[Verdict]:
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in names.links:
        if link.target:
            groups[link.around, plain(link.name)].append(link)
    if names.link_count:
        yield passed(names.page)
    for group in groups.values():
        if len({link.target for link in group}) < 2:
            continue
        said = f"{len(group)} links beside each other are called “{group[0].name[:60]}” and"
        if _are_parts([link.target for link in group]):
            yield failed(group[-1].place, f"{said} lead to different parts of one page or service")
        else:
            yield cant_tell(
                group[-1].place,
                f"{said} have different addresses. Do they lead to the same? Else each needs its own name",
            )
    yield from _alone(names, {link.place for group in groups.values() if len(group) > 1 for link in group})


def _alone(names: Names, told: set[Place]) -> Iterator[Verdict]:
    """Of links with one name under one heading, in paragraphs of their own that say nothing else."""
    groups: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in names.links:
        is_plain = not (link.vague or link.is_in_navigation or link.place in told)
        if link.target and is_plain and not telling(f"{link.context} {link.row}", less=link.name):
            groups[link.heading, plain(link.name)].append(link)
    for group in groups.values():
        if len({link.target for link in group}) > 1:
            yield cant_tell(
                group[-1].place,
                f"{len(group)} links under one heading are called “{group[0].name[:60]}”, with different "
                "addresses and nothing beside them that says more. Do they lead to the same? "
                "Else each needs its own name",
            )


def _are_parts(targets: list[str]) -> bool:
    """Whether two lead to one address but for a number in the query, such as "?item=4"."""
    numbers: dict[str, set[tuple[tuple[str, str], ...]]] = defaultdict(set)
    for target in targets:
        parts = urlsplit(target)
        found = tuple(pair for pair in parse_qsl(parts.query) if pair[1].isdigit())
        if found:
            numbers[f"{parts.netloc}{parts.path}"].add(found)
    return any(len(found) > 1 for found in numbers.values())
