"""Text from outside in GitHub's and GitLab's Markdown, where nothing of it may act.

Escaping is not enough: both look for @names, #numbers and addresses in what is left, and only code keeps them
from it. So what is known to be harmless stands as it is, and everything else is code.
"""

from __future__ import annotations

import re
from html import unescape

from auditor.formats._safe import visible

# A word of letters and figures with the marks of a sentence around it; no address, no commit, no reference.
_HARMLESS = re.compile(
    r"(?!.*(?:www\.|\bgh-\d|\b[0-9a-f]{7,40}\b))"
    r"[\"'“‘(]?[^\W_]+(?:[-'’./,–][^\W_]+)*[.,;:!?%)\"'”’…]*|[–-]",
    re.IGNORECASE,
)
_TICKS = re.compile("`+")
_PAGE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9/._~%?&=+;-]*)?", re.IGNORECASE)


def prose(text: str, limit: int = 500) -> str:
    """`text` on one line, with each run of words that might mean something to Markdown as code."""
    runs: list[tuple[bool, list[str]]] = []
    for word in visible(text, limit).split(" "):
        harmless = _HARMLESS.fullmatch(word) is not None
        if runs and runs[-1][0] == harmless:
            runs[-1][1].append(word)
        else:
            runs.append((harmless, [word]))
    return " ".join(" ".join(words) if harmless else _code_in(" ".join(words)) for harmless, words in runs)


def _code_in(text: str) -> str:
    """Code in a sentence, the marks of which stay outside."""
    words = text.rstrip(",.;")
    return code(words) + text[len(words) :]


def code(text: str, limit: int = 500) -> str:
    """`text` on one line as code; its fence is longer than any in it (https://github.github.com/gfm/#code-spans)."""
    shown = visible(text, limit)
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, _TICKS.findall(shown)), default=0))
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def page(url: str) -> str:
    """The address of a page that was audited: a link where it is a plain one, else code."""
    is_plain = len(url) <= 500 and _PAGE.fullmatch(url) and unescape(url) == url  # entities would be read
    return f"<{url}>" if is_plain else code(url, 300)
