"""Which addresses belong to a site."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.crawl.scope import Scope, file_kind
from auditor.limits import MAX_URL_LENGTH
from auditor.models import Site, UrlOutcome
from auditor.urls import Addresses, identity

Make = Callable[..., Scope]


@pytest.fixture
def scope() -> Make:
    def make(*urls: str, **settings: tuple[str, ...]) -> Scope:
        return Scope(Site(id="a", name="A", urls=urls or ("https://a.example/",), **settings))  # type: ignore[arg-type]

    return make


def outcome(scope: Scope, url: str, *, start: bool = False) -> UrlOutcome | None:
    settled = scope.settle(url, start=start)
    if settled:
        assert settled[1].endswith("."), "a reason is a sentence"
    return settled[0] if settled else None


@pytest.mark.parametrize(
    "url", ["https://a.example/", "http://a.example/x", "https://www.a.example/x", "http://www.a.example/?y"]
)
def test_one_site_with_and_without_www_and_tls(scope: Make, url: str) -> None:
    assert outcome(scope(), url) is None
    assert outcome(scope("https://www.a.example/start"), url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://b.example/",
        "https://sub.a.example/",
        "https://www2.a.example/",
        "https://a.example.evil.example/",
        "https://evil-a.example/",
        "https://a.example:8443/",
        "https://b.example/?https://a.example/",
    ],
)
def test_other_hosts_and_ports_are_out(scope: Make, url: str) -> None:
    assert outcome(scope(), url) is UrlOutcome.OUT_OF_SCOPE
    assert outcome(scope(), url, start=True) is UrlOutcome.OUT_OF_SCOPE


def test_every_start_url_brings_its_host(scope: Make) -> None:
    both = scope("https://a.example/", "https://b.example:81/x")
    assert outcome(both, "https://b.example:81/y") is None
    assert outcome(both, "https://b.example/y") is UrlOutcome.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("/news", ["/news", "/news/1", "/newsletter", "/news?a"], ["/", "/old/news", "/?/news", "/New"]),
        ("/news/*/print", ["/news/1/print", "/news/1/2/print?x"], ["/news/print", "/news/1"]),
        ("*print=1", ["/a?print=1", "/a?b&print=1&c"], ["/a?print=0", "/print"]),
        ("*/archive/", ["/archive/", "/x/archive/y"], ["/archive", "/archived/"]),
        ("https://a.example/x", ["/x", "/xy"], ["/y"]),
        ("/a.b(c)[d]+", ["/a.b(c)[d]+"], ["/axb(c)[d]+", "/a.bc"]),
        ("/*", ["/", "/anything"], []),
        ("/newyddion/tŷ", ["/newyddion/t%C5%B7/1"], ["/newyddion/t"]),
        ("/Old Site/", ["/Old%20Site/x"], ["/Old+Site/x", "/OldSite/x"]),
    ],
)
def test_patterns(scope: Make, pattern: str, inside: list[str], outside: list[str]) -> None:
    including, excluding = scope(include=(pattern,)), scope(exclude=(pattern,))
    for path in inside:
        assert outcome(including, f"https://a.example{path}") is None, path
        assert outcome(excluding, f"https://a.example{path}") is UrlOutcome.OUT_OF_SCOPE, path
    for path in outside:
        assert outcome(including, f"https://a.example{path}") is UrlOutcome.OUT_OF_SCOPE, path
        assert outcome(excluding, f"https://a.example{path}") is None, path


def test_exclude_wins_over_include_and_its_reason_names_the_pattern(scope: Make) -> None:
    settled = scope(include=("/a",), exclude=("/z", "/a/b")).settle("https://a.example/a/b/c")
    assert settled is not None
    assert settled[0] is UrlOutcome.OUT_OF_SCOPE
    assert "'/a/b'" in settled[1]


def test_a_start_url_is_in_scope_whatever_the_patterns_say(scope: Make) -> None:
    narrow = scope(include=("/b",), exclude=("*",))
    assert outcome(narrow, "https://a.example/") is UrlOutcome.OUT_OF_SCOPE
    assert outcome(narrow, "https://a.example/", start=True) is None


def test_a_pattern_with_a_path_cannot_be_met_by_a_host_or_query(scope: Make) -> None:
    assert outcome(scope(exclude=("/x",)), "https://a.example/a?u=https://h/x") is None


@pytest.mark.parametrize(
    "path", ["/a.pdf", "/a.PDF?download=1", "/b/c.docx", "/x.y.jpg", "/a%2Epdf", "/rss.xml"]
)
def test_files_are_known_by_their_names(scope: Make, path: str) -> None:
    assert outcome(scope(), f"https://a.example{path}") is UrlOutcome.NOT_HTML


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/pdf",
        "/a.html",
        "/a.aspx",
        "/a.php?f=x.pdf",
        "/a.pdf/",
        "/v1.json/next",
        "/mr.smith",
        "/.pdf",
        "/a.",
        "/a.com",
    ],
)
def test_pages_are_not_taken_for_files(path: str) -> None:
    assert file_kind(f"https://a.example{path}") is None


def test_what_kind_of_file_is_said() -> None:
    assert file_kind("https://a.example/a.pdf") == "PDF document"
    assert file_kind("https://a.example/a.xlsx") == "spreadsheet"
    assert file_kind("https://a.example/a.mp4") == "file that is no page"


SEGMENTS = [
    "a",
    "b.c",
    "logout",
    "%6Cogout",
    "log%6fut",
    "delete",
    "12",
    "x.pdf",
    "x%2Epdf",
    ";jsessionid=1",
    "..",
    "é",
]
WORDS = [
    "a=1",
    "b",
    "logout",
    "do=%64elete",
    "x=/logout",
    "x=%2Flogout",
    "utm_a=1",
    "a=1",
    "",
    "delete=5",
    "c=d+e",
]
WRITTEN = st.builds(
    "http{}://{}a.example{}/{}{}".format,
    st.sampled_from(["", "s"]),
    st.sampled_from(["", "www.", "b."]),
    st.sampled_from(["", ":80", ":443", "."]),
    st.lists(st.sampled_from(SEGMENTS), max_size=4).map("/".join),
    st.lists(st.sampled_from(WORDS), max_size=4).map(lambda words: "?" + "&".join(words) if words else ""),
)


@given(WRITTEN)
def test_scope_survives_identity(url: str) -> None:
    """What is out as it was linked is out by its identity, which may show more that an encoding hid."""
    scope = Scope(Site(id="a", name="A", urls=("https://a.example/",)))
    clean, known = Addresses().clean(url), identity(url)
    assert clean is not None
    assert known is not None
    assert scope.owns(clean) == scope.owns(known)
    assert scope.settle(clean) is None or scope.settle(known) is not None
    if "%" not in clean:
        assert scope.settle(clean) == scope.settle(known)


@given(WRITTEN, st.sampled_from(["/a", "*/12", "/b.c/*a", "*.c", "http://a", "/é", "/*/*"]))
def test_patterns_on_paths_survive_identity(url: str, pattern: str) -> None:
    """With an encoding or a query they may not: both have one spelling, one order, only in the identity."""
    url = url.partition("?")[0]
    clean, known = Addresses().clean(url), identity(url)
    assert clean is not None
    assert known is not None
    for settings in ({"include": (pattern,)}, {"exclude": (pattern,)}):
        scope = Scope(Site(id="a", name="A", urls=("https://a.example/",), **settings))  # type: ignore[arg-type]
        if "%" not in url:
            assert scope.settle(clean) == scope.settle(known)


def test_one_page_has_one_answer_by_its_identity(scope: Make) -> None:
    spellings = ["/x?b=1&a=%7e", "/x?a=~&b=1", "/%78?&b=1&a=~&b=1"]
    for pattern, out in (("*?a=~&b=1", True), ("*?b=1", False), ("*utm_", False)):
        found = {
            outcome(scope(exclude=(pattern,)), identity(f"https://a.example{s}") or "") for s in spellings
        }
        assert found == {UrlOutcome.OUT_OF_SCOPE if out else None}, pattern


@given(st.text("/*.?a[](){}+^$|\\", min_size=1, max_size=30), st.text("/.?ab", max_size=20))
def test_no_pattern_breaks_anything(pattern: str, path: str) -> None:
    site = Site(id="a", name="A", urls=("https://a.example/",), exclude=(pattern,), include=(pattern,))
    settled = Scope(site).settle(f"https://a.example/{path}")
    assert settled is None or settled[0] in (UrlOutcome.OUT_OF_SCOPE, UrlOutcome.NOT_HTML)


@pytest.mark.parametrize(
    "rest",
    [
        "logout", "Account/LogOff", "users/sign_out", "log-out/", "wp-login.php?action=logout&_wpnonce=1",
        "logout.aspx?next=/", "?logout", "?logout=true", "x?a=1&do=sign-out", "item/delete/123", "x?delete=5",
        "node/5/delete", "basket/remove/7/", "news/unsubscribe?email=a",
    ],
)  # fmt: skip
def test_what_does_something_is_not_asked_for(scope: Make, rest: str) -> None:
    url = f"https://a.example/{rest}"
    assert outcome(scope(), url) is UrlOutcome.OUT_OF_SCOPE
    assert outcome(scope(url), url, start=True) is None, "the user asked for it"


@pytest.mark.parametrize(
    "rest",
    [
        "remove-graffiti", "services/delete-my-data", "unsubscribed", "how-to-sign-out", "signing-out",
        "logoutlet", "blog/logout-problems", "bins/removed", "search?q=how+to+delete+an+account", "remover/",
        "delete/your-data", "news/2024/signs-out-today",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is(scope: Make, rest: str) -> None:
    assert outcome(scope(), f"https://a.example/{rest}") is None


@pytest.mark.parametrize("pattern", ["*/a*/a*/a*b", "/" + "*a" * 20 + "*b", "*" * 50 + "b", "*%*%*%*%*!"])
def test_no_pattern_costs_much(scope: Make, pattern: str) -> None:
    """The first one took seconds for an address of 817 characters, and its fourth power for longer ones."""
    narrow = scope(exclude=(pattern,))
    began = time.process_time()
    for hostile in ("/a", "a", "%2", "/delete/1"):
        url = f"https://a.example/{hostile * (MAX_URL_LENGTH // len(hostile))}"[:MAX_URL_LENGTH]
        assert outcome(narrow, url) is None
    assert time.process_time() - began < 0.5


@given(st.text("ab*", min_size=1, max_size=8), st.text("ab/", max_size=12))
def test_a_star_stands_for_any_characters(pattern: str, path: str) -> None:
    """Against the plainest way to say it, which may try each place again."""
    url = f"https://a.example/{path}"
    plain = re.match("/" + pattern.replace("*", ".*"), f"/{path}")
    site = Site(id="a", name="A", urls=("https://a.example/",), exclude=(f"/{pattern}",))
    assert (Scope(site).settle(url) is not None) == (plain is not None)
