"""The scripts of the probes, as text: beside them in probes/."""

from __future__ import annotations

import functools
from importlib import resources


@functools.cache
def script(name: str) -> str:
    """probes/NAME.js."""
    return resources.files("auditor.browser.probes").joinpath(f"{name}.js").read_text(encoding="utf-8")
