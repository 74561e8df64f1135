"""A secret is found in every form a text may hold it in, and nothing else is touched."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.redact import MARK, SHORTEST, Redactor

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=40).filter(
    lambda text: " " not in text and text not in MARK
)
AROUND = st.text(max_size=30)


def lower_hex(text: str) -> str:
    return "".join(
        char if char.isalnum() and char.isascii() else quote(char, safe="").lower() for char in text
    )


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, few": quote,
    "percent, small": lower_hex,
    "percent, plus": quote_plus,
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 in a URL": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, as it is": lambda text: json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
    "HTML, by number": lambda text: "".join(f"&#x{ord(c):X};" if not c.isalnum() else c for c in text),
    "HTML in JSON": lambda text: json.dumps(html.escape(text))[1:-1],
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30)
@given(SECRETS, AROUND, AROUND)
def test_every_form_is_found(form: str, secret: str, before: str, after: str) -> None:
    assume(not any(char in secret for char in "\b\f\n\r\t"))
    redact = Redactor([secret])
    assert redact(FORMS[form](secret)).strip("=") == MARK
    text = f"{before}{FORMS[form](secret)}{after}"
    assert FORMS[form](secret) not in redact(text)
    assert MARK in redact(text)


@given(SECRETS, st.binary(max_size=20), st.binary(max_size=20))
def test_base64_of_more_than_the_secret(secret: str, before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + secret.encode() + after).decode()
    kept = Redactor([secret])(text)
    assert MARK in kept
    assert len(kept) - len(MARK) <= (len(before) + len(after)) * 4 / 3 + 8


@given(st.lists(SECRETS, max_size=4), st.data())
def test_no_secret_is_left_and_nothing_else_is_touched(secrets: list[str], data: st.DataObject) -> None:
    parts = st.one_of(
        st.text(max_size=5), *([st.sampled_from(secrets).map(lambda s: s[1:])] if secrets else [])
    )
    words = st.one_of(parts, *([st.sampled_from(secrets)] if secrets else []))
    text = "".join(data.draw(st.lists(words, max_size=6)))
    once = Redactor(secrets)(text)
    rest = once.replace(MARK, "\ud800")
    assert not any(secret in rest for secret in secrets)
    if MARK not in once:
        assert once is text
    at = 0
    for kept in rest.split("\ud800"):
        assert kept in text[at:]
        at = text.index(kept, at) + len(kept)


@given(st.lists(SECRETS, min_size=1, max_size=5, unique=True), st.data())
def test_several_at_once(secrets: list[str], data: st.DataObject) -> None:
    """The longest first: of one that begins another, nothing of the longer is left."""
    secrets.append(secrets[0] + "-longer")
    words = data.draw(st.lists(st.sampled_from(secrets), min_size=1, max_size=6))
    assert Redactor(secrets)("\n\n".join(words)).replace(MARK, "").strip() == ""


def test_a_header_as_it_is_sent() -> None:
    assert Redactor(["Bearer abcdefgh12"])("the Bearer of abcdefgh12, Bearer abcdefgh12") == (
        f"the Bearer of {MARK}, Bearer {MARK}"
    )
    pair = "council:pa ss/w&rd?"
    redact = Redactor(["Basic " + base64.b64encode(pair.encode()).decode()])
    for text in (
        pair,
        "pa ss/w&rd?",
        "Y291bmNpbDpwYSBzcy93JnJkPw==",
        "pa+ss%2Fw%26rd%3F",
        "pa%20ss%2fw%26rd%3f",
        "pa ss/w&amp;rd?",
        r"pa ss\/w\u0026rd?",
    ):
        assert redact(f"<{text}>").rstrip("=>") == f"<{MARK}", text
    assert redact("https://council:pa%20ss%2Fw%26rd%3F@a.example/") == f"https://{MARK}@a.example/"
    assert redact("the council's Basic things") == "the council's Basic things"
    assert Redactor(["Basic no/base64!"])("no/base64!") == MARK


def test_none_and_too_short_ones() -> None:
    text = "any text"
    assert Redactor([])(text) is text
    for short in ("", "12345", "Bearer 12345", "Basic " + base64.b64encode(b"a-long-user:12345").decode()):
        with pytest.raises(UsageError) as error:
            Redactor([short])
        assert "12345" not in str(error.value)


def test_it_shows_nothing_of_itself() -> None:
    assert "abcdefgh12" not in repr(Redactor(["abcdefgh12"]))


def test_a_long_text_takes_no_time() -> None:
    redact = Redactor(["s3cr3t/K3y&abc", "Basic " + base64.b64encode(b"council:password").decode()])
    for text in (
        "<a href='/x?y=1&amp;z=2'>council pages</a> " * 50_000,
        "%25" * 700_000,
        "s3cr3t%" + "25" * 1_000_000,
        "&#" + "0" * 2_000_000,
        "s3cr3t/" * 300_000,
    ):
        began = time.process_time()
        assert redact(text) is text
        assert time.process_time() - began < 1
