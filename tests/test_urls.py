"""One identity for each URL: examples, and properties that hold for any."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.limits import MAX_URL_LENGTH
from auditor.urls import identity, start_url

LABEL = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
HOSTS = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
PART = st.text(
    st.characters(codec="utf-8", exclude_characters="/?#\\@", exclude_categories=["Cc"]), max_size=20
)
PATHS = st.lists(PART, max_size=4).map("/".join)
SCHEMES = st.sampled_from(["http", "https", "HTTP", "hTTps"])
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.builds("{}://{}/{}".format, st.text(max_size=8), st.text(max_size=20), st.text(max_size=30)),
    st.builds("{}://{}/{}".format, SCHEMES, st.text("abc.:@[]%0129x-_", max_size=15), PATHS),
)


@given(ANYTHING)
@example("http://a.example.../")
@example("http://a.example/?")
@example("http://a.example/?#")
@example("http://0x7f.1./")
@example("http://a.example/\ud800")
@example("http://[::ffff:1.2.3.4]./")
def test_the_identity_of_an_identity_is_itself(url: str) -> None:
    known = identity(url)
    if known is not None:
        assert identity(known) == known
        assert len(known) <= MAX_URL_LENGTH
        assert known.startswith(("http://", "https://"))
        assert "#" not in known
        known.encode("ascii")


@given(SCHEMES, HOSTS, PATHS, st.text(max_size=30))
def test_fragments_are_dropped(scheme: str, host: str, path: str, fragment: str) -> None:
    whole = f"{scheme}://{host}/{path}"
    assert identity(f"{whole}x#{fragment}") == identity(f"{whole}x")


@given(SCHEMES, st.text("abcXYZ:%", max_size=8), HOSTS, PATHS)
def test_user_and_password_are_never_kept(scheme: str, secret: str, host: str, path: str) -> None:
    known = identity(f"{scheme}://S3{secret}CRET:Pa55{secret}@{host}/{path}")
    assert known is not None
    assert known == identity(f"{scheme}://{host}/{path}")
    assert "@" not in urlsplit(known).netloc


@given(SCHEMES, HOSTS, PATHS)
def test_case_of_scheme_and_host_does_not_matter(scheme: str, host: str, path: str) -> None:
    known = identity(f"{scheme}://{host}/{path}")
    assert known is not None
    assert identity(f"{scheme.upper()}://{host.upper()}/{path}") == known
    assert identity(f"{scheme}://{host}./{path}") == known, "a dot at the end names the same host"
    assert urlsplit(known).netloc == host


@given(HOSTS, st.text("abcXYZ", min_size=1, max_size=9))
def test_case_of_the_path_matters(host: str, path: str) -> None:
    pages = {identity(f"http://{host}/{p}") for p in (path, path.swapcase())}
    assert len(pages) == 2


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("http://a.example", "http://a.example/"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://a.example:443/", "https://a.example/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("http://a.example/a/../b/./c", "http://a.example/b/c"),
        ("http://a.example/%7Eme", "http://a.example/%7Eme"),
        ("http://a.example/a b", "http://a.example/a%20b"),
        (" http://a.example/\n", "http://a.example/"),
        ("http:\\\\a.example\\b", "http://a.example/b"),
        ("http://bücher.example/ß", "http://xn--bcher-kva.example/%C3%9F"),
        ("http://a.example/?", "http://a.example/"),
        ("http://a.example/?a=1&b", "http://a.example/?a=1&b"),
        ("http://a.example/?b&a=1", "http://a.example/?b&a=1"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f000001/", "http://127.0.0.1/"),
        ("HTTP://[0:0::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_as_a_browser_reads_them(given_: str, expected: str) -> None:
    assert identity(given_) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "a", "/a", "mailto:a@b.example", "javascript:alert(1)", "ftp://a.example/", "data:text/html,x",
        "about:blank", "blob:http://a.example/1", "http://", "http://a b/", "http://1.2.3.4.5/",
        "http://./", "http://../", "http://a:99999/",
        "file:///etc/passwd", "view-source:http://a.example/", "http://a.example/" + "x" * MAX_URL_LENGTH,
    ],
)  # fmt: skip
def test_what_is_no_page(url: str) -> None:
    assert identity(url) is None


def test_a_length_just_allowed() -> None:
    url = "http://a.example/".ljust(MAX_URL_LENGTH, "x")
    assert identity(url) == url
    assert identity(url + "x") is None
    assert identity(url[: MAX_URL_LENGTH // 2] + "é" * 400) is None, "counted as it is sent"


def test_relative_to_a_page() -> None:
    assert identity("../b?c#d", "https://a.example/x/y/z") == "https://a.example/x/b?c"
    assert identity("//b.example", "https://a.example/") == "https://b.example/"
    assert identity("mailto:a@b.example", "https://a.example/") is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("example.org", "https://example.org/"),
        (" www.example.org/a ", "https://www.example.org/a"),
        ("example.org:8443/x", "https://example.org:8443/x"),
        ("http://example.org", "http://example.org/"),
        ("http://me:secret@example.org/", "http://example.org/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("localhost:8000", "https://localhost:8000/"),
        ("http://intranet/", "http://intranet/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
    ],
)
def test_as_a_user_types_them(typed: str, expected: str) -> None:
    assert start_url(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "birmingham",
        "http://",
        "ftp://example.org",
        "clerk@example.org",
        "mailto:clerk@example.org",
        "a b.c",
    ],
)
def test_what_a_user_types_by_mistake(typed: str) -> None:
    with pytest.raises(UsageError, match=r"no web address.*https://www\.example\.org/"):
        start_url(typed)


@given(ANYTHING)
def test_a_start_url_is_its_own_identity_or_refused(typed: str) -> None:
    try:
        known = start_url(typed)
    except UsageError:
        return
    assert identity(known) == known == start_url(known)
