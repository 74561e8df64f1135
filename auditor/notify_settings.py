"""What `[notify]` in sites.toml may say, and the secrets in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from auditor.errors import ConfigError

KINDS = ("new", "gate", "incomplete", "statement", "missed")  # what is told as it happens
DIGEST_KIND = "digest"
MAIL = "mail to "  # before an owner's address, where a destination's name stands
DIGEST = "0 8 * * 1"  # when digests are sent unless `digest` says so

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(r"://[^/?#@]*:([^/?#@]+)@")


def address_fault(url: str) -> str | None:
    """What is wrong with a destination's address, without showing it; None where nothing is."""
    plain = _VARIABLE.sub("x", url)
    if url != plain and _VARIABLE.fullmatch(url):
        return None
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", plain) or re.search(r"\s", plain):
        return 'is no address of Apprise, such as "mailto://…" or "msteams://…", nor "${NAME}" that holds one'
    password = _PASSWORD.search(url)
    if password and not _VARIABLE.search(password[1]):
        return (
            'holds a password, which does not belong in this file: write "${NAME}" in its place, where NAME '
            "is a variable of the environment"
        )
    return None


def secrets(url: str, environ: Mapping[str, str]) -> list[str]:
    """The values of the variables in an address, as they are and as they stand in it."""
    values = [environ.get(name, "") for name in _VARIABLE.findall(url)]
    return [form for value in values for form in (value, quote(value, safe="")) if value]


def filled_in(url: str, environ: Mapping[str, str]) -> str:
    """The address with the values of its variables, escaped where they are a part of it.

    Raises `ConfigError`, which names a variable that is not set.
    """
    for name in _VARIABLE.findall(url):
        if not environ.get(name, "").strip():
            raise ConfigError(f"the environment variable {name} is not set")
    whole = _VARIABLE.fullmatch(url)
    if whole:
        return environ[whole[1]].strip()
    return _VARIABLE.sub(lambda found: quote(environ[found[1]], safe=""), url)
