"""Whether what stands on a slide is read in the order in which it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHAPES = 60  # of a slide that are compared; more is a drawing


@dataclass(frozen=True, kw_only=True)
class Shape:
    """In whatever unit the format has, from the top left."""

    name: str
    left: float
    top: float
    right: float
    bottom: float


def odd_order(shapes: Sequence[Shape]) -> tuple[str, ...]:
    """Names in the order of reading where one is read before another that stands wholly above it, in the same
    column; nothing where no two do. Columns side by side may be read either way.
    """
    if len(shapes) > SHAPES:
        return ()
    pairs = ((a, b) for at, a in enumerate(shapes) for b in shapes[at + 1 :])
    if not any(b.bottom <= a.top and _share_a_column(a, b) for a, b in pairs):
        return ()
    return tuple(each.name for each in shapes)


def _share_a_column(a: Shape, b: Shape) -> bool:
    common = min(a.right, b.right) - max(a.left, b.left)
    return common > min(a.right - a.left, b.right - b.left) / 2
