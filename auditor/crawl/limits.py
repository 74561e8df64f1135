"""How a limit that bit is told in the ledger, and told again from it."""

from __future__ import annotations


def limit_reason(name: str, value: float | None, text: str) -> str:
    """The ledger's reason for what the limit `name` cut off."""
    return f"{text} (limit {name} = {value:g})." if value is not None else f"{text}."


def limit_name(reason: str) -> str:
    """The limit's name in such a reason; "" where there is none."""
    return reason.partition("(limit ")[2].partition(" ")[0]
