"""Swings of light, in frames of a film or of an animated picture (WCAG 2.3.1).

A flash is a pair of opposing changes of relative luminance by a tenth of the most or more, where the darker
is below 0.80. At risk is where more than three in a second happen together over more than a quarter of any
rectangle of 341 by 256 pixels. https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

SWING = 0.1
DARKER = 0.8
TIMES = 3  # flashes in a second that are allowed
PART = (341, 256)
AREA = 341 * 256 / 4  # 21,824 square CSS pixels
GRID = (64, 64)  # a picture's frames are looked at so small
MOST_FRAMES = 150
MOST_PIXELS = 4_000_000  # of one frame
Light = np.ndarray[Any, np.dtype[np.float32]]  # relative luminance, 0 to 1


@dataclass(frozen=True, kw_only=True)
class Frame:
    at: float  # seconds
    light: Light


@dataclass(frozen=True, kw_only=True)
class Animated:
    """A picture of more than one frame that differ."""

    lasts: float  # seconds, all rounds; `inf`
    frames: tuple[Frame, ...]  # of the first round


@dataclass(frozen=True, kw_only=True)
class Worst:
    times: int  # flashes in the worst second
    area: float  # square CSS pixels in the worst part
    as_one: bool  # all of that area flashes together


def _light(image: Image.Image, size: tuple[int, int]) -> Light:
    small = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), dtype=np.float32) / 255
    linear = np.where(small <= 0.04045, small / 12.92, ((small + 0.055) / 1.055) ** 2.4)
    return (linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)).astype(np.float32)


def light(content: bytes, size: tuple[int, int]) -> Light:
    """The relative luminance of a picture made as small as `size`: width, height."""
    with Image.open(io.BytesIO(content)) as image:
        return _light(image, size)


def animated(content: bytes) -> Animated | None:
    """How a picture moves; None where it does not, or cannot be read."""
    frames: list[Frame] = []
    at = 0.0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                count = getattr(image, "n_frames", 1)
                if count < 2 or image.width * image.height > MOST_PIXELS:
                    return None
                for index in range(min(count, MOST_FRAMES)):
                    image.seek(index)
                    frames.append(Frame(at=at, light=_light(image, GRID)))
                    held = float(image.info.get("duration") or 0) / 1000
                    at += held if held > 0.01 else 0.1  # as browsers do
                loop = image.info.get("loop", 1)
                again = (
                    (loop + 1 if image.format == "GIF" and "loop" in image.info else loop)
                    if loop
                    else math.inf
                )
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError):
        return None
    if all(np.abs(each.light - frames[0].light).max() < 0.02 for each in frames):
        return None
    lasts = at * max(1, count / len(frames)) * again
    if math.isinf(again) and at < 1:  # its rounds follow each other closely
        rounds = math.ceil(1.5 / at)
        frames = [
            Frame(at=each.at + at * turn, light=each.light) for turn in range(rounds) for each in frames
        ]
    return Animated(lasts=lasts, frames=tuple(frames[: MOST_FRAMES * 2]))


def worst(frames: Sequence[Frame], width: float, height: float) -> Worst | None:
    """The worst second of these frames, drawn in `width` by `height` CSS pixels; None where all is well."""
    if len(frames) < 2 * TIMES + 2:
        return None
    lights = np.stack([each.light for each in frames])
    times = np.array([each.at for each in frames])
    flashes = _flashes(lights, times)
    mask = flashes > TIMES
    rows, columns = mask.shape
    cell = (width / columns) * (height / rows)
    area = (
        _densest(mask, max(1, round(PART[0] * columns / width)), max(1, round(PART[1] * rows / height)))
        * cell
    )
    if area <= AREA:
        return None
    together = lights[:, mask].mean(axis=1).reshape(-1, 1, 1)
    count = int(_flashes(together, times)[0, 0])
    return Worst(times=max(count, int(np.median(flashes[mask]))), area=float(area), as_one=count > TIMES)


def _flashes(lights: Light, times: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """The most flashes of each cell within one second."""
    shape = lights.shape[1:]
    turning = lights[0].copy()  # the last peak or trough
    rising = np.zeros(shape, dtype=np.int8)  # 1, -1, or 0 before the first swing
    swings: list[np.ndarray[Any, np.dtype[np.bool_]]] = []
    for now in lights[1:]:
        up = (now - turning >= SWING) & (turning < DARKER)
        down = (turning - now >= SWING) & (now < DARKER)
        swung = (up & (rising <= 0)) | (down & (rising >= 0))
        further = ((rising >= 0) & (now > turning)) | ((rising <= 0) & (now < turning))
        first = rising == 0
        rising = np.where(up & (rising <= 0), 1, np.where(down & (rising >= 0), -1, rising)).astype(np.int8)
        turning = np.where(swung | (further & ~first), now, turning)
        swings.append(swung)
    counted = np.cumsum(np.stack(swings), axis=0, dtype=np.int32)
    best = np.zeros(shape, dtype=np.int32)
    for index in range(len(swings)):
        before = int(np.searchsorted(times[1:], times[1 + index] - 1.0, side="left")) - 1
        best = np.maximum(best, counted[index] - (counted[before] if before >= 0 else 0))
    return (best // 2).astype(np.int32)


def _densest(mask: np.ndarray[Any, np.dtype[np.bool_]], across: int, down: int) -> int:
    """The most cells that are set in any part of this size."""
    summed = np.pad(mask.astype(np.int32).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    down, across = min(down, mask.shape[0]), min(across, mask.shape[1])
    parts = (
        summed[down:, across:] - summed[:-down, across:] - summed[down:, :-across] + summed[:-down, :-across]
    )
    return int(parts.max())
