"""WCAG 1.3.4: the page is there in an upright and in a lying window. Failures F97 and F100."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.evidence import Verdict, cant_tell, failed, passed
from auditor.evidence.sizes import Sizes, Stance

LITTLE = 0.2  # of the text that is drawn the other way
ENOUGH = 40  # characters, to speak of content that is hidden


def judge(sizes: Sizes) -> Iterator[Verdict]:
    told = [
        *_way("upright", sizes.upright, sizes.lying),
        *_way("lying on its side", sizes.lying, sizes.upright),
    ]
    if sizes.locks and not told:
        told.append(
            cant_tell(
                sizes.page, "A script fixes how the screen is held. Can the page be used upright and lying?"
            )
        )
    yield from told
    if sizes.texts and not told:
        yield passed(sizes.page)


def _way(name: str, here: Stance, other: Stance) -> Iterator[Verdict]:
    if here.turned and not other.turned:
        yield failed(here.turned, f"On a device held {name}, the page is turned by a quarter")
    if not here.asks or (other.asks and other.asks.place == here.asks.place):
        return
    said = f"On a device held {name}, the page asks to turn it: “{here.asks.text}”"
    rest = here.letters - len(here.asks.text)
    if other.letters >= ENOUGH and rest < LITTLE * other.letters:
        yield failed(here.asks.place, f"{said}, and shows nothing else")
    else:
        yield cant_tell(here.asks.place, f"{said}. Can all of it be used without?")
