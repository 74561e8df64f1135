"""robots.txt, case by case of RFC 9309 (section numbers in the names of the groups)."""

from __future__ import annotations

import pytest

from auditor.crawl.robots import Robots
from auditor.limits import ROBOTS_BYTES
from auditor.net.http import TOKEN

HOST = "https://a.example"


def robots(text: str | bytes) -> Robots:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.from_answer(200, "text/plain", body, "")


def allowed(text: str | bytes, path: str) -> bool:
    return robots(text).allows(f"{HOST}{path}")


# 2.2.1: the user-agent line


@pytest.mark.parametrize("agent", ["*", TOKEN, TOKEN.lower(), TOKEN.upper(), f"{TOKEN} # us"])
def test_groups_that_mean_us(agent: str) -> None:
    assert not allowed(f"User-agent: {agent}\nDisallow: /x\n", "/x")


@pytest.mark.parametrize("agent", ["Googlebot", f"{TOKEN}Pro", "bot"])
def test_groups_that_do_not(agent: str) -> None:
    assert allowed(f"User-agent: {agent}\nDisallow: /\n", "/x")


def test_our_own_group_replaces_the_one_for_all() -> None:
    text = f"User-agent: *\nDisallow: /\n\nUser-agent: {TOKEN}\nDisallow: /x\n"
    assert allowed(text, "/y")
    assert not allowed(text, "/x")


def test_groups_with_our_name_are_one_group() -> None:
    groups = [(TOKEN, "/x"), ("b", "/z"), (TOKEN, "/y")]
    text = "\n".join(f"User-agent: {agent}\nDisallow: {path}\n" for agent, path in groups)
    assert [allowed(text, path) for path in ("/x", "/y", "/z")] == [False, False, True]


def test_several_names_share_a_group() -> None:
    text = f"User-agent: b\nUser-agent: {TOKEN}\nUser-agent: c\nDisallow: /x\n"
    assert not allowed(text, "/x")


def test_rules_before_any_group_mean_nobody() -> None:
    assert allowed("Disallow: /\n", "/x")


# 2.2.2: allow and disallow


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Disallow: /a", "/a", False),
        ("Disallow: /a", "/ab/c", False),
        ("Disallow: /a", "/b/a", True),
        ("Disallow: /a", "/A", True),
        ("Disallow: /a/", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /\nAllow: /a", "/a/b", True),
        ("Allow: /a\nDisallow: /a/b", "/a/b", False),
        ("Disallow: /a/b\nAllow: /a", "/a/b", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /a\nAllow: /*.html", "/a.html", True),
        ("Disallow: /a?b=", "/a?b=1", False),
        ("Disallow: /a?b=", "/a?c=1", True),
        ("disallow : /a", "/a", False),
        ("Disallow: /a # not this", "/a", False),
        ("Disallow: /", "/robots.txt", True),
    ],
)
def test_the_longest_rule_wins_and_allow_wins_a_tie(rules: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is expected


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("/*.php", "/x/a.php?y", False),
        ("/*.php$", "/a.php", False),
        ("/*.php$", "/a.php?y", True),
        ("/a*b", "/acccb", False),
        ("/a*b", "/a", True),
        ("/*?", "/a?b", False),
        ("/*?", "/a", True),
        ("/caf%C3%A9", "/caf%c3%a9", False),
        ("/café", "/caf%C3%A9", False),
        ("/a%2Fb", "/a/b", True),
    ],
)  # 2.2.3
def test_special_characters(rule: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\nDisallow: {rule}\n", path) is expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_a_byte_order_mark_and_junk(end: str) -> None:
    lines = ["\ufeffUser-agent: *", "this is no rule", "", "Unknown: x", "Disallow: /x"]
    assert not allowed(end.join(lines), "/x")
    assert allowed(end.join(lines), "/y")


def test_bytes_that_are_no_text_break_nothing() -> None:
    text = b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /x\n\0\0"
    assert not allowed(text, "/x")
    assert allowed(text, "/y")


# 2.3.1: the answer itself


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 301])
def test_no_robots_txt_means_no_rules(status: int) -> None:
    said = Robots.from_answer(status, "text/plain", b"User-agent: *\nDisallow: /", "")
    assert said.allows(f"{HOST}/x")
    assert not said.reason


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (500, "", "status 500"),
        (503, "", "status 503"),
        (None, "timeout: silent", "timeout: silent"),
        (None, "dns: no such name", "dns"),
        (200, "protocol: cut off", "cut off"),
    ],
)
def test_an_unreachable_robots_txt_means_nothing_may_be_visited(
    status: int | None, error: str, words: str
) -> None:
    said = Robots.from_answer(status, "text/plain", b"User-agent: *\nDisallow:", error)
    assert not said.allows(f"{HOST}/x")
    assert words in said.why_not()
    assert said.crawl_delay is None
    assert said.sitemaps == []


def test_where_the_guard_refused_the_cure_is_named() -> None:
    said = Robots.from_answer(None, "", b"", "refused: loopback address")
    assert not said.allows(f"{HOST}/x")
    assert "--internal" in said.why_not()
    assert "loopback address" in said.why_not()


def test_a_page_in_place_of_robots_txt_is_none() -> None:
    page = b"<!doctype html><pre>\nUser-agent: *\nDisallow: /\n</pre>"
    assert Robots.from_answer(200, "text/html; charset=utf-8", page, "").allows(f"{HOST}/x")


def test_rules_that_are_sent_as_html_hold_all_the_same() -> None:
    said = Robots.from_answer(200, "text/html", b"User-agent: *\nDisallow: /x\n", "")
    assert not said.allows(f"{HOST}/x")


def test_an_empty_file_allows_all() -> None:
    assert allowed("", "/x")


# 2.5: limits


def test_what_is_beyond_the_limit_is_not_read_and_no_rule_is_cut_in_two() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    tail = b"Disallow: /y/only-this-page\n"
    filling = b"#".ljust(ROBOTS_BYTES - len(head) - len(b"Disallow: /"), b".")[:-1] + b"\n"
    body = head + filling + tail
    assert body[:ROBOTS_BYTES].endswith(b"\nDisallow: /")
    assert not allowed(body, "/x")
    assert allowed(body, "/y/only-this-page")
    assert allowed(body, "/")


# beyond the RFC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 100", 100.0),
        (f"User-agent: *\nCrawl-delay: 9\n\nUser-agent: {TOKEN}\nDisallow: /x", None),
        ("User-agent: *\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -3", None),
        ("User-agent: *\nCrawl-delay: inf", None),
    ],
)
def test_crawl_delay(text: str, expected: float | None) -> None:
    assert robots(text).crawl_delay == expected


def test_sitemaps_stand_anywhere() -> None:
    text = "Sitemap: https://a.example/1.xml\nUser-agent: b\nDisallow: /\nSITEMAP: /2.xml\n"
    assert robots(text).sitemaps == ["https://a.example/1.xml", "/2.xml"]
