"""WCAG 2.4.4: a link's name, with its sentence, paragraph, list item or table cell, says where it leads.

Failures F63 and F84. A heading before the link may tell it too (technique H80).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed, untested
from auditor.evidence.names import Link, Names
from auditor.evidence.phrases import phrases, plain, telling

OPAQUE = re.compile(r"[?&=]|/[^/]*\d[^/]*/?$")  # a query, or a last part with a number


def judge(names: Names) -> Iterator[Verdict]:
    alike: dict[tuple[str, str], set[str]] = defaultdict(set)  # targets of vague links under one heading
    for link in names.links:
        if link.vague in ("phrase", "format"):
            alike[plain(link.name), link.heading].add(link.target)
    if names.link_count:
        yield passed(names.page)
    for link in names.links:
        if link.vague == "address" and OPAQUE.search(link.name) and not _is_told(link):
            yield cant_tell(link.place, f"“{link.name[:60]}”: does this address say where the link leads?")
        if link.vague not in ("phrase", "format") or _is_told(link):
            continue
        said = f"“{link.name[:60]}” does not say where the link leads, nor does what stands around it"
        if telling(link.row, less=link.name):
            yield cant_tell(link.place, f"{said} but its row, in which no header is marked. Does that tell?")
        elif link.is_in_navigation:
            yield cant_tell(link.place, f"{said}. Does the menu it is in tell?")
        elif not link.heading:
            yield failed(link.place, said)
        elif len(alike[plain(link.name), link.heading]) > 1:
            yield failed(
                link.place, f"{said}: the heading before it is the same for links that lead elsewhere"
            )
        elif link.heading_level == 1:
            yield cant_tell(link.place, f"{said}. Does the main heading before it tell?")
    if names.links_left_out:
        yield untested(names.page, f"{names.links_left_out:,} more links were not judged by their words")
    if names.links_in_frames:
        yield untested(
            names.page, f"{names.links_in_frames:,} links in frames were not judged by their words"
        )


def _is_told(link: Link) -> bool:
    """Whether a word beside it says something."""
    parts = (part for part in link.context.split(" | ") if plain(part) not in phrases("vague"))
    return bool(telling(" ".join(parts), less=link.name))
