"""The hosts of the best-known trackers, from data/trackers.toml, which says how they were chosen."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def tracker_hosts() -> frozenset[str]:
    """For `Guard(blocked_hosts=…)`: each stands for its subdomains too."""
    text = (files("auditor") / "data" / "trackers.toml").read_text(encoding="utf-8")
    return frozenset(host for owner in tomllib.loads(text)["owner"] for host in owner["hosts"])
