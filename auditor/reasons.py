"""A ledger's reason as a log or a count may tell it."""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"[^"]*+"?')  # `quoted` of auditor.browser.recognise leaves no quotation mark inside
_FAULT = re.compile(r"(please report it: \w+)\(.*+", re.DOTALL)


def bare(reason: str) -> str:
    """`reason` without words of the page: what it quotes, and what an exception of ours says.

    So alike for all pages that fail in the same way.
    """
    return _FAULT.sub(r"\1.", _QUOTED.sub('"…"', reason))
