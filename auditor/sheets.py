"""What spreadsheets of the user's have in common: their encodings, their delimiters, their dates."""

from __future__ import annotations

import codecs
from contextlib import suppress
from datetime import date, datetime


def text(raw: bytes) -> str:
    """In whatever a spreadsheet saves: UTF-8, UTF-16 with its mark, Windows-1252. Raises `ValueError`."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in raw:
        raise ValueError("it is no text. Save it as “CSV UTF-8”")
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    raise ValueError("its encoding is not known. Save it as “CSV UTF-8”")


def delimiter(line: str) -> str:
    """Of a line that names the columns: Excel's depends on the country."""
    return max(",;\t", key=line.count)


def day(text: str) -> date | None:
    """A date as ISO 8601 writes it, or as people do in the United Kingdom; None for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    return None
