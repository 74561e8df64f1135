from __future__ import annotations

import ipaddress

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.net.hosts import canonical_host, origin

LOOPBACK = [
    "127.0.0.1",
    "127.0.0.1.",
    "2130706433",
    "0177.0.0.1",
    "017700000001",
    "0x7f000001",
    "0X7F.0.0.0x1",
    "0x7f.1",
    "127.1",
    "127.0.1",
    "%31%32%37.0.0.1",
    "127%2e0%2E0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "127．0．0．1",
]


@pytest.mark.parametrize("spelling", LOOPBACK)
def test_every_spelling_of_loopback_is_one(spelling: str) -> None:
    assert canonical_host(spelling) == "127.0.0.1"


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("LOCALHOST", "localhost"),
        ("localhost.", "localhost."),
        ("ＬＯＣＡＬＨＯＳＴ", "localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a_b.example", "a_b.example"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
    ],
)
def test_canonical(spelling: str, canonical: str) -> None:
    result = canonical_host(spelling)
    if ":" in result:
        assert ipaddress.ip_address(result) == ipaddress.ip_address(canonical)
    else:
        assert result == canonical


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        ".",
        "a..b",
        ".a",
        "[::1",
        "[fe80::1%25eth0]",
        "fe80::1%eth0",
        "[127.0.0.1]",
        "256.0.0.1",
        "1.2.3.4.5",
        "1.2.3.08",
        "4294967296",
        "0xffffffff1",
        "a.1",
        "foo.0x7f",
        "a b",
        "a\x00b",
        "a%00b",
        "a%2fb",
        "a@b",
        "a/b",
        "a\nb",
        "%ff",
        "9" * 10000,
        "a" * 64,
        "a." * 128,
    ],
)
def test_not_a_host(spelling: str) -> None:
    with pytest.raises(ValueError, match="host"):
        canonical_host(spelling)


@given(
    st.one_of(
        st.from_regex(r"[0-9a-fA-Fx.]{1,20}", fullmatch=True),
        st.from_regex(r"(0x[0-9a-f]{0,8}|0[0-7]{0,11}|[0-9]{1,10})(\.(0x[0-9a-f]{0,2}|[0-9]{1,3})){0,4}\.?"),
        st.text(max_size=12),
    )
)
def test_never_laxer_than_the_browser(text: str) -> None:
    """What we take for a host, a browser's parser takes for the same host."""
    try:
        ours = canonical_host(text)
    except ValueError:
        return
    theirs = ada_url.URL(f"http://{text}/").hostname.strip("[]")
    try:
        assert ipaddress.ip_address(ours) == ipaddress.ip_address(theirs)
    except ValueError:
        assert ours == theirs


@given(st.ip_addresses(v=4))
def test_all_ipv4_spellings_agree(address: ipaddress.IPv4Address) -> None:
    value = int(address)
    a, b = value >> 24, value & 0xFFFFFF
    for spelling in (str(address), str(value), hex(value), f"0{value:o}", f"{a}.{b}", f"{a:#x}.{b:#x}"):
        assert canonical_host(spelling) == str(address)


def test_origin() -> None:
    assert origin("HTTP://Example.ORG/a?b") == "http://example.org:80"
    assert origin("https://[::1]:8443") == "https://[::1]:8443"
    assert origin("http://127.1:8000/") == "http://127.0.0.1:8000"
    for bad in ("ftp://a", "//a", "http://", "a:80", "http://a:99999"):
        with pytest.raises(ValueError, match=r"origin|Port"):
            origin(bad)
