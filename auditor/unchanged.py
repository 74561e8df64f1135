"""Of what a page was made when it was audited, and whether what its servers answer is still the same.

Held against each other are answers, not pages: what a browser makes of equal answers, by the same program and
settings, is taken to be equal. Why so, and where that ends: docs/decisions/0047-unchanged-pages.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

SECONDS_OLD = 60  # what was modified later than so long before its answer may have changed within its second
VALIDATOR = 300  # characters of an ETag or a date that may go back in a request
HEADER = 16_000  # characters of a header that are held against each other

# Of a page or a frame: what else than its markup decides what a browser makes of it.
HEADERS = (
    "content-type",
    "content-language",
    "content-disposition",
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "link",
    "permissions-policy",
    "refresh",
    "set-cookie",
    "x-content-type-options",
    "x-frame-options",
)

# Fields that carry nothing but a token against forged requests, by the frameworks that write them.
TOKENS = frozenset(
    {
        "__requestverificationtoken",  # ASP.NET
        "_csrf",  # Spring, Express
        "_csrf_token",  # Symfony, Phoenix
        "_token",  # Laravel
        "_wpnonce",  # WordPress
        "authenticity_token",  # Rails
        "csrf-token",
        "csrf_token",
        "csrfmiddlewaretoken",  # Django
        "form_build_id",  # Drupal
        "form_token",  # Drupal
        "ufprt",  # Umbraco
    }
)

_NONCE = re.compile(
    rb"""(<(?:script|style|link)\b[^<>]{0,2000}?\snonce=)("[^"<>]{0,500}"|'[^'<>]{0,500}'|[^\s"'<>]{1,500})""",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"<(?:input|meta)\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([\w:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_TOKEN = re.compile(r"[\w+/=.:~%-]{8,}")
_POLICY_NONCE = re.compile(r"'nonce-[^']*'")
_RANDOM = re.compile(r"[\w+/=.:~%-]{16,}")  # a cookie's value that names a session, not a choice


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What was answered to one request of a page, as far as a later answer is held against it."""

    url: str  # as it was asked for
    final_url: str  # where redirects led; "": there were none
    kind: str  # Chromium's word, https://chromedevtools.github.io/devtools-protocol/tot/Network/#type-ResourceType
    status: int
    headers: tuple[tuple[str, str], ...] = ()  # of `HEADERS`; of documents alone
    etag: str = ""
    modified: str = ""  # the header Last-Modified
    sha256: str = ""  # of the body without its tokens; "": its ETag or date tells

    @property
    def key(self) -> str:
        """Another one where anything of it is another."""
        told = json.dumps(vars(self), sort_keys=True)
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]

    @property
    def is_document(self) -> bool:
        return self.kind == "document"

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Resource:
        headers = tuple((name, value) for name, value in told["headers"])
        return cls(**{**told, "headers": headers})

    def conditions(self) -> dict[str, str]:
        """The request headers that ask only for what has changed."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.modified} if self.modified else {}


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """All that a page was made of."""

    page: Resource
    resources: tuple[Resource, ...]


def digest(body: bytes, *, is_document: bool) -> str:
    """SHA-256 of a body; of a document without what is another one in each answer and judged by no rule.

    That is the value of `nonce` on scripts, styles and links, and the value of hidden fields and `meta`
    elements that carry a token against forged requests by their name.
    """
    if is_document:
        body = _FIELD.sub(_without_token, _NONCE.sub(rb'\1""', body))
    return hashlib.sha256(body).hexdigest()


def _without_token(field: re.Match[bytes]) -> bytes:
    tag = field[0]
    known: dict[str, tuple[str, tuple[int, int]]] = {}
    for each in _ATTRIBUTE.finditer(tag):
        value = each[2].decode("utf-8", "replace").strip("\"'")
        known.setdefault(each[1].decode("ascii", "replace").lower(), (value, each.span(2)))
    is_meta = tag[1:5].lower() == b"meta"
    name, _ = known.get("name", ("", (0, 0)))
    value, (start, end) = known.get("content" if is_meta else "value", ("", (0, 0)))
    is_hidden = is_meta or known.get("type", ("",))[0].lower() == "hidden"
    if not is_hidden or name.lower() not in TOKENS or not _TOKEN.fullmatch(value):
        return tag
    return tag[:start] + b'""' + tag[end:]


def told_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of `HEADERS`, as they are held against each other: (name in lower case, value)."""
    told = []
    for name, value in headers:
        name = name.lower()
        if name == "set-cookie":
            told += [(name, _cookie(line)) for line in value.split("\n")]
        elif name in HEADERS:  # HTTP has one list in several headers, and so have clients
            parts = _POLICY_NONCE.sub("'nonce-'", value[:HEADER]).replace("\n", ",").split(",")
            told += [(name, part.strip()) for part in parts]
    return tuple(sorted(told))


def _cookie(line: str) -> str:
    """Its name, and its value where a script may read it and it is no session's."""
    pair, _, attributes = line.partition(";")
    name, _, value = pair.strip().partition("=")
    hidden = "httponly" in (each.strip().lower() for each in attributes.split(";"))
    return name if hidden or _RANDOM.fullmatch(value.strip('"')) else f"{name}={value}"[:HEADER]


def validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """ETag and Last-Modified of an answer, each "" where it does not tell a change.

    `headers`: names in lower case. A date within `SECONDS_OLD` of the answer's own does not
    (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.2).
    """
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    if len(etag) > VALIDATOR or not etag.isascii() or not etag.isprintable():
        etag = ""
    try:
        old = parsedate_to_datetime(headers["date"]) - parsedate_to_datetime(modified)
        is_old = old.total_seconds() >= SECONDS_OLD and len(modified) <= VALIDATOR
    except (KeyError, ValueError, TypeError, OverflowError):
        is_old = False
    return etag, modified if is_old else ""
