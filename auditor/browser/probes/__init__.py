"""The probes: each drives a judged page in one way and brings one kind of evidence.

A probe restores what it changed, or comes later in the list: what cannot be undone comes last.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor import ocr
from auditor.browser.drive import Probe
from auditor.browser.probes import (
    activation,
    aria,
    forced_colours,
    forms,
    heeds,
    hover,
    icon_pixels,
    image_text,
    input_change,
    larger_text,
    link_looks,
    listeners,
    markup,
    media,
    motion,
    names,
    role_keys,
    single_keys,
    sizes,
    state_colours,
    tab_walk,
    text_pixels,
    text_spacing,
    validation,
    words,
)

PROBES: tuple[Probe, ...] = (
    heeds.PROBE,
    motion.PROBE,
    words.PROBE,
    media.PROBE,
    aria.PROBE,
    names.PROBE,
    link_looks.PROBE,
    markup.PROBE,
    text_pixels.PROBE,
    state_colours.PROBE,
    icon_pixels.PROBE,
    *((image_text.PROBE,) if ocr.is_there() else ()),
    forced_colours.PROBE,
    listeners.PROBE,
    forms.PROBE,
    sizes.PROBE,
    text_spacing.PROBE,
    larger_text.PROBE,
    tab_walk.PROBE,
    single_keys.PROBE,
    hover.PROBE,
    input_change.PROBE,
    role_keys.PROBE,
    activation.PROBE,
    validation.PROBE,
)


def giving(evidence: Iterable[type]) -> tuple[Probe, ...]:
    """The probes that bring these kinds of evidence, in the order they run."""
    wanted = set(evidence)
    return tuple(probe for probe in PROBES if probe.gives in wanted)
