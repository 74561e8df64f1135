"""The probes: each drives a judged page in one way and brings one kind of evidence.

A probe restores what it changed, or comes later in the list: what cannot be undone comes last.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.browser.drive import Probe
from auditor.browser.probes import activation, hover, input_change, listeners, reflow, single_keys

PROBES: tuple[Probe, ...] = (
    reflow.PROBE,
    listeners.PROBE,
    single_keys.PROBE,
    hover.PROBE,
    input_change.PROBE,
    activation.PROBE,
)


def giving(evidence: Iterable[type]) -> tuple[Probe, ...]:
    """The probes that bring these kinds of evidence, in the order they run."""
    wanted = set(evidence)
    return tuple(probe for probe in PROBES if probe.gives in wanted)
