"""One identity for each URL, by the WHATWG's URL standard (https://url.spec.whatwg.org/) and our rules."""

from __future__ import annotations

import re

import ada_url

from auditor.errors import UsageError
from auditor.limits import MAX_URL_LENGTH


def identity(url: str, base: str | None = None) -> str | None:
    """The URL by which a page is known: parsed as a browser does, without its fragment.

    None where it is no http or https URL, or longer than `MAX_URL_LENGTH`. User names and passwords are
    dropped: they are never stored. Two URLs with one identity are one page; identity(identity(u)) is
    identity(u).
    """
    try:
        parsed = ada_url.URL(url.strip(), base) if base else ada_url.URL(url.strip())
        if parsed.protocol not in ("http:", "https:"):
            return None
        parsed.username = ""
        parsed.password = ""
        parsed.hash = ""
        if parsed.hostname.endswith("."):
            parsed.hostname = parsed.hostname.rstrip(".")
    except ValueError:  # no URL, or no host but dots
        return None
    if parsed.search in ("", "?"):
        parsed.search = ""
    return parsed.href if len(parsed.href) <= MAX_URL_LENGTH else None


def start_url(text: str) -> str:
    """A URL as a user types it: `example.org` means https. Raises `UsageError` where it is none.

    A name without a dot, such as `http://intranet/`, needs its scheme: alone it could be anything.
    """
    candidate = text.strip()
    complete = "://" in candidate
    known = identity(candidate if complete else f"https://{candidate}")
    host = known.split("/")[2] if known else ""
    named = complete or "." in host or host.startswith(("localhost", "["))
    e_mail = not complete and "@" in candidate.split("/")[0]
    if known is None or not named or e_mail:
        shown = re.sub("//[^/]*@", "//…@", text)  # there may be a password in it
        raise UsageError(f"{shown!r} is no web address. Write one such as https://www.example.org/.")
    return known
