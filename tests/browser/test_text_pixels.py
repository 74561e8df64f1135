"""What two pictures tell of a text's contrast, held against what three tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auditor.browser.pixels import Numbers
from auditor.browser.probes.text_pixels import MARK, _measure, _plainly
from auditor.evidence.text_pixels import Measured

WHITE, INK = (255, 255, 255), (60, 70, 80)
COVERED = np.array([0.0] * 40 + [0.2, 0.4, 0.6, 0.8] * 5 + [1.0] * 20)[:, None]  # by a letter, each


def text(colour: tuple[float, ...] | None = (*INK, 1), **more: Any) -> dict[str, Any]:
    plain = {"opacity": 1.0, "size": 16.0, "weight": 400, "covered": False, "outlined": False, "worded": True}
    return {"colour": colour, **plain, **more}


def pictures(
    ink: Any = INK, behind: Any = WHITE, *, covered: Numbers = COVERED, strength: float = 1.0
) -> tuple[Numbers, Numbers, Numbers]:
    """As drawn, without letters, and with letters in `MARK`."""
    under = np.broadcast_to(np.array(behind, dtype=np.float64), (len(covered), 3))

    def drawn(colour: Any) -> Numbers:
        return np.round(under + covered * strength * (np.array(colour, dtype=np.float64) - under))

    return drawn(ink), np.round(under), drawn(MARK)


@pytest.mark.parametrize(
    ("told", "strength"),
    [(text(), 1.0), (text(opacity=0.6), 0.6), (text((*INK, 0.7)), 0.7), (text(size=30.0), 1.0)],
    ids=["plain", "opacity", "alpha", "large"],
)
def test_two_pictures_tell_what_three_tell(told: dict[str, Any], strength: float) -> None:
    drawn, behind, marked = pictures(strength=strength)
    if told["colour"][3] < 1:  # the mark is drawn in full
        _, _, marked = pictures()
    found = _plainly(told, drawn, behind)
    assert isinstance(found, Measured)
    assert found == _measure(told, drawn, behind, marked)
    assert found.as_styled


EDGE = np.array([(200.0, 220.0, 240.0)] * 15 + [WHITE] * 65)  # beside the letters


def test_what_is_beside_the_letters_has_no_say() -> None:
    drawn, behind, marked = pictures(behind=EDGE)
    found = _plainly(text(), drawn, behind)
    assert found is not None
    assert found == _measure(text(), drawn, behind, marked)


LINED = np.array([INK] * 5 + [WHITE] * 75, dtype=np.float64)  # as an underline, which may hide letters
HALF = np.array([[20.0], [255.0]] * 40) * np.ones(3)  # the letters vanish on every other pixel
FADED = np.linspace(200, 255, len(COVERED))[:, None] * np.ones(3)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (text(None), pictures()),
        (text(), pictures((200, 30, 30))),
        (text(), pictures(behind=FADED)),
        (text((*WHITE, 1)), pictures(WHITE, HALF)),
        (text(), pictures(behind=LINED)),
        (text(opacity=0.6), pictures(behind=EDGE, strength=0.6)),
        (text(worded=False), pictures()),
        (text((*WHITE, 1)), pictures((240, 240, 240))),
        (text((235, 235, 235, 1)), pictures((235, 235, 235))),
        (text(), pictures(covered=COVERED * 0.7)),
        (text(), pictures(covered=np.ones((80, 1)))),
        (text(), pictures(covered=np.zeros((80, 1)))),
    ],
    ids=[
        "unknown",
        "other",
        "gradient",
        "halves",
        "lined",
        "faint",
        "sign",
        "white",
        "pale",
        "thin",
        "moved",
        "none",
    ],
)
def test_where_two_do_not_suffice(told: dict[str, Any], shown: tuple[Numbers, Numbers, Numbers]) -> None:
    drawn, behind, _ = shown
    assert _plainly(told, drawn, behind) is None


def test_a_picture_among_the_letters_is_no_letter() -> None:
    """Such as an emoji, which is drawn in colours of its own and goes with the letters."""
    drawn, behind, _ = pictures()
    drawn[45:50] = (250, 200, 20)
    assert _plainly(text(), drawn, behind) is None
