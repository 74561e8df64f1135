"""Page data made harmless to show: the one way in which a format prints what a website sent.

A page may hold control characters that drive a terminal, bidirectional overrides that turn a line
round, lone surrogates that no file takes, and megabytes of all of it.
"""

from __future__ import annotations

import re

# Controls (C0 without the whitespace among them, DEL, C1), bidirectional controls, line and paragraph
# separators, invisible operators, noncharacters, lone surrogates.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
)
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_HIDDEN_IN_TEXT = re.compile(f"[{_UNSEEN}\x0b\x0c\r]")
_SPACE = re.compile(r"[ \t\n\x0b\x0c\r]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WEB = re.compile(r"https?://[^\s/\\\"'<>`]++[^\s\"'<>`\\]*+", re.IGNORECASE)  # possessive: linear

LONGEST_LINK = 2_000


def visible(text: str, limit: int = 2_000, *, lines: bool = False) -> str:
    """`text` with every hidden or directing character spelt out, cut to `limit` characters.

    Whitespace becomes one space, so that one record stays one line; `lines` keeps line ends and
    indentation, for code. A cut is marked with an ellipsis and the true length.
    """
    cut = text[:limit]
    if lines:
        shown = _HIDDEN_IN_TEXT.sub(_spell, cut.replace("\r\n", "\n"))
    else:
        shown = _HIDDEN.sub(_spell, _SPACE.sub(" ", cut)).strip()
    if len(text) > limit:
        shown += f"… (cut: {len(text):,} characters in all)"
    return shown


def storable(text: str) -> str:
    """`text` without NUL and lone surrogates, which UTF-8 and databases refuse: U+FFFD stands there."""
    return _UNSTORABLE.sub("\ufffd", text)


def web_address(url: object) -> str | None:
    """`url` if it may be a link in a report: http or https, of usual length, nothing hidden in it."""
    if not isinstance(url, str) or len(url) > LONGEST_LINK or not _WEB.fullmatch(url):
        return None
    return None if _HIDDEN.search(url) else url


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
