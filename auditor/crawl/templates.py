"""Which pages are made by one template: told by the kinds of element that lay them out."""

from __future__ import annotations

from collections.abc import Mapping

ALIKE = 0.7  # of the kinds of two pages together, that both have


def templates(pages: Mapping[str, frozenset[int]]) -> list[list[str]]:
    """Groups of pages by their kinds of element, the largest first; each begins with its first page.

    A page joins the group whose first page it is most like, if it is like it at all; in the order given.
    """
    firsts: list[frozenset[int]] = []
    groups: list[list[str]] = []
    for page, kinds in pages.items():
        best, at = max(
            ((_likeness(kinds, first), -number) for number, first in enumerate(firsts)), default=(0.0, 0)
        )
        if best >= ALIKE:
            groups[-at].append(page)
        else:
            firsts.append(kinds)
            groups.append([page])
    return sorted(groups, key=lambda group: -len(group))


def _likeness(one: frozenset[int], two: frozenset[int]) -> float:
    """Jaccard's: 1 for the same, 0 for nothing in common."""
    if one == two:
        return 1.0
    return len(one & two) / len(one | two)
