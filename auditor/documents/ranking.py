"""Which documents are fetched, and why: the most linked, then the newest, with every kind among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from urllib.parse import unquote, urlsplit

YEAR = re.compile(r"(?<!\d)(19[89]\d|20[0-4]\d)(?!\d)")
SHARE = 4  # every so many-th of a sample is for the newest, and for kinds that would be left out


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A document that may be fetched, by what is known before that."""

    id: int
    url: str
    kind: str  # in words, by its name or the server's word
    links: int  # pages that link to it


def year(url: str) -> int | None:
    """The last year that stands in an address; None where there is none."""
    try:
        found = YEAR.findall(unquote(urlsplit(url).path))
    except ValueError:  # the ledger has addresses that are none of the web
        return None
    return int(found[-1]) if found else None


def sample(candidates: Iterable[Candidate], most: int) -> list[tuple[int, tuple[str, ...]]]:
    """At most `most` ids in the order to fetch them, with the reasons in words.

    Three of four are the most linked. The rest are the most linked of each kind that these lack, then those
    with the latest year in their address. Reads `candidates` once, and holds no more than it may choose.
    """
    linked: list[Candidate] = []
    newest: list[Candidate] = []
    by_kind: dict[str, Candidate] = {}
    for some in _batches(candidates, most):
        linked = nlargest(most, [*linked, *some], key=_by_links)
        newest = nlargest(most, [*newest, *(each for each in some if year(each.url))], key=_by_year)
        for each in some:
            if each.kind not in by_kind or _by_links(each) > _by_links(by_kind[each.kind]):
                by_kind[each.kind] = each
    chosen: dict[int, tuple[Candidate, list[str]]] = {}
    for each in linked[: most - most // SHARE]:
        chosen[each.id] = each, [_linked(each)]
    kinds = {each.kind for each, _ in chosen.values()}
    for kind, each in sorted(by_kind.items()):
        if kind not in kinds and len(chosen) < most:
            chosen[each.id] = each, [f"the most linked of its kind ({kind})"]
    for each in newest:
        if len(chosen) < most and each.id not in chosen:
            chosen[each.id] = each, [f"among the newest: {year(each.url)} stands in its address"]
    for each in linked:
        if len(chosen) < most and each.id not in chosen:
            chosen[each.id] = each, [_linked(each)]
    return [(its_id, tuple(why)) for its_id, (_, why) in chosen.items()]


def _linked(each: Candidate) -> str:
    pages = "1 page links" if each.links == 1 else f"{each.links:,} pages link"
    return f"among the most linked: {pages} to it"


def _by_links(each: Candidate) -> tuple[int, int]:
    return each.links, -each.id


def _by_year(each: Candidate) -> tuple[int, int, int]:
    return year(each.url) or 0, *_by_links(each)


def _batches(candidates: Iterable[Candidate], most: int) -> Iterator[list[Candidate]]:
    some: list[Candidate] = []
    for each in candidates:
        some.append(each)
        if len(some) > 4 * most:
            yield some
            some = []
    yield some
