"""Sums on pixels: colours as rows of red, green and blue, 0 to 255."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Numbers = np.ndarray[Any, np.dtype[np.float64]]


def contrasts(some: ArrayLike, others: ArrayLike) -> Numbers:
    """The contrast ratio of each with the other in its row, 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    one, other = _luminance(some) + 0.05, _luminance(others) + 0.05
    return np.asarray(np.maximum(one, other) / np.minimum(one, other))


def _luminance(colours: ArrayLike) -> Numbers:
    parts = np.asarray(colours, dtype=np.float64) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    # No matrix product: its last bit depends on how many there are.
    return np.asarray(np.sum(linear * np.array([0.2126, 0.7152, 0.0722]), axis=-1))
