"""Secrets taken out of any text before it is stored, shown or logged, in each form they may have there."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from auditor.errors import UsageError

MARK = "[secret]"
SHORTEST = 6  # characters; shorter ones would be found in ordinary words

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*) +(?=\S)")  # RFC 9110, 11.4: "Bearer …", "Basic …"
_NAMED = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt"}


class Redactor:
    """`Redactor(secrets)(text)`: the text with each secret replaced by "[secret]".

    A secret is a header's value as it is sent: of "Bearer …" the credentials are it, of "Basic …" also the
    decoded pair and its password. Found plain, percent-encoded (also twice), as base64 (also within a longer
    text), escaped for JSON or HTML, and in mixtures of these. Raises `UsageError` where one is shorter than
    `SHORTEST`.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {part for secret in secrets for part in _parts(secret)}
        if any(len(part) < SHORTEST for part in known):
            raise UsageError(f"a secret of fewer than {SHORTEST} characters cannot be kept out of a report")
        longest_first = sorted(known, key=lambda part: (-len(part), part))
        forms = [form for part in longest_first for form in (_any_form(part), *_base64(part))]
        self._pattern = re.compile("|".join(forms)) if forms else None

    def __repr__(self) -> str:
        return "<Redactor>"

    def __call__(self, text: str) -> str:
        """The same object where there is nothing to replace."""
        return self._pattern.sub(MARK, text) if self._pattern and self._pattern.search(text) else text


def _parts(secret: str) -> Iterator[str]:
    """What of a header's value is secret."""
    scheme = _SCHEME.match(secret)
    credentials = secret[scheme.end() :] if scheme else secret
    yield credentials
    if scheme and scheme[1].lower() == "basic":
        try:
            pair = base64.b64decode(credentials, validate=True)
        except binascii.Error:
            return
        try:
            text = pair.decode()
        except UnicodeDecodeError:
            text = pair.decode("latin-1")
        yield text
        yield text.partition(":")[2]


def _base64(part: str) -> Iterator[str]:
    """Its base64 at each of its three places in a longer text, but for what depends on the rest."""
    data = part.encode(errors="surrogatepass")
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        inner = whole[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        loose = "" if (before + len(data)) % 3 == 0 else "(?:[A-Za-z0-9+/_-](?:=|%3[Dd]){0,2})?"
        yield "".join(map(_any_form_of_base64, inner)) + loose


def _any_form_of_base64(char: str) -> str:
    other = {"+": "-", "/": "_"}.get(char)
    return f"(?:{_any_form(char)}|{other})" if other else char


def _any_form(text: str) -> str:
    return "".join(map(_any_form_of_char, text))


def _any_form_of_char(char: str) -> str:
    """Letters and digits are never encoded; anything else may be, in several ways."""
    if char.isascii() and char.isalnum():
        return char
    code = ord(char)
    utf8 = char.encode(errors="surrogatepass")
    utf16 = char.encode("utf-16-be", errors="surrogatepass").hex()
    forms = [
        "".join(f"%(?:25)*{_hex(f'{byte:02x}')}" for byte in utf8),
        "".join(rf"\\u{_hex(utf16[at : at + 4])}" for at in range(0, len(utf16), 4)),
        f"&#0*{code};",
        f"&#[xX]0*{_hex(f'{code:x}')};",
    ]
    if char in _NAMED:
        forms.append(f"&{_NAMED[char]};")
    if char in '"\\/':
        forms.append(r"\\" + re.escape(char))
    if char == " ":
        forms.append(r"\+")
    forms.append(re.escape(char))  # last: it begins some of the others
    return f"(?:{'|'.join(forms)})"


def _hex(digits: str) -> str:
    """Hexadecimal digits in either case."""
    return "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits)


def without(redact: Redactor, value: Any) -> Any:
    """A value with every text in it redacted: in dataclasses, mappings, sequences, however deep."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return redact(value)
    if isinstance(value, Mapping):
        return {without(redact, key): without(redact, each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(without(redact, each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: without(redact, getattr(value, each.name)) for each in fields(value)}
        )
    return value
