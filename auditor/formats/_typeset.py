"""Plain text set in lines, harmless to a terminal and to a CI system."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from auditor.formats._safe import visible

WIDTH = 78
LONGEST = 3_000  # characters of a line
_COMMAND = re.compile(r"(^\s*:|##\w*)(?=[:\[])")


def inert(line: str) -> str:
    """`line` as no terminal acts on it, and no CI system: they obey "::" at its start and "##[" anywhere."""
    return _COMMAND.sub(r"\1 ", visible(line, LONGEST, lines=True).replace("\n", " "))


def section(title: str) -> Iterator[str]:
    yield title.upper()
    yield "-" * len(title)


def wrap(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
