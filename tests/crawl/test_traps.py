"""Traps, on sites that exist only as functions: each address gives words and links, as a page would."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import re
import time
import tracemalloc
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.browser.content import sketch
from auditor.crawl.discover import Discoverer
from auditor.crawl.traps import SKETCH_KEPT, Traps, _is_dated, forms, like, related
from auditor.limits import IDLE_PARAMETERS, MAX_URL_LENGTH
from auditor.models import Discovery, Link, NewUrl, PageShown, Site, UrlOutcome

ORIGIN = "https://town.example"
Page = tuple[str, list[str]]  # text, links


class NoFile:
    status = 404
    content_type = ""
    body = b""
    error = None


def crawl(
    page: Callable[[str], Page | None], budget: int, starts: Iterable[str] = ("/",), cut: Iterable[int] = ()
) -> Crawled:
    """What an audit asks for, in order, by the same queue: cost, then age.

    `cut`: after so many pages it is resumed, from what an audit's store would have.
    """
    return asyncio.run(_crawl(page, budget, starts, frozenset(cut)))


class Crawled:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.outcome: dict[str, UrlOutcome | None] = {}
        self.reason: dict[str, str] = {}

    def count(self, pattern: str) -> int:
        return sum(re.match(pattern, path) is not None for path in self.asked)


async def _crawl(
    page: Callable[[str], Page | None], budget: int, starts: Iterable[str], cut: frozenset[int]
) -> Crawled:
    async def fetch(url: str, max_bytes: int, sink: object = None) -> NoFile:
        return NoFile()

    async def note(sentence: str) -> None: ...

    discover = Discoverer(
        Site(id="town", name="Town", urls=tuple(ORIGIN + s for s in starts)),
        fetch=fetch,
        note=note,
        rest=note,
    )
    traps, done, queue, known, age = discover.traps, Crawled(), [], {}, itertools.count()  # type: ignore[var-annotated]
    state: dict[str, list[object]] = {}
    pages: list[PageShown] = []

    def add(entries: Iterable[NewUrl]) -> list[str]:
        new = []
        for entry in entries:
            if entry.identity in known:
                continue
            known[entry.identity] = entry
            done.outcome[entry.identity], done.reason[entry.identity] = entry.outcome, entry.reason
            if entry.outcome is None:
                heapq.heappush(queue, (entry.cost, next(age), entry.identity))
                new.append(entry.identity)
        return new

    links = [Link(url=url, discovery=Discovery.START) for url in discover.site.urls]
    add(discover.entries(links, found_on=None, depth=0))
    while queue and len(done.asked) < budget:
        if len(done.asked) in cut:
            idle, traps = traps.idle, Traps()
            discover.traps = traps
            traps.take_up(state, idle, pages)
        entry = known[heapq.heappop(queue)[2]]
        reason = traps.endless(entry.identity, entry.discovery)
        plain = discover.known(entry.identity) or ""
        if reason or plain != entry.identity:
            done.reason[entry.identity] = reason or "the same as another"
            if not reason:
                add([replace(entry, url=plain, identity=plain)])
            continue
        done.asked.append(entry.url.removeprefix(ORIGIN))
        answer = page(entry.url.removeprefix(ORIGIN))
        new: list[str] = []
        copy, words = None, frozenset[int]()
        if answer is not None:
            text, targets = answer
            words, signature = frozenset(sketch(text)), text
            copy = traps.copy_of(entry.identity, signature)
            if copy is None:
                shown = PageShown(
                    identity=entry.identity, signature=signature,
                    sketch=frozenset(sorted(words)[:SKETCH_KEPT]),
                    found_on=entry.found_on, chain=entry.chain,
                )  # fmt: skip
                traps.audited(shown)
                pages.append(shown)
                found = [Link(url=urljoin(entry.url, target)) for target in targets]
                new = add(discover.entries(found, found_on=entry.identity, depth=entry.depth + 1))
        done.outcome[entry.identity] = UrlOutcome.DUPLICATE if copy else UrlOutcome.AUDITED
        traps.visited(
            entry.identity, chain=entry.chain, how=entry.discovery, sketch=() if copy else words,
            ancestry=traps.ancestry(entry.found_on), new=new, copy=copy,
        )  # fmt: skip
        for form, (*more, stopped) in traps.changes().items():
            then = state.get(form, [0, 0, 0, None])
            state[form] = [*(a + b for a, b in zip(then, more, strict=False)), stopped]  # type: ignore[operator]
    return done


WORDS = "council tax waste bins housing benefit school library parking planning road bridge river hall vote"


def prose(seed: str, count: int = 40) -> str:
    words = WORDS.split()
    return " ".join(
        words[zlib.crc32(f"{seed} {n}".encode()) % len(words)]
        + "abcdefgh"[zlib.crc32(f"{n} {seed}".encode()) % 8]
        for n in range(count)
    )


def calendar(path: str) -> Page | None:
    found = re.fullmatch(r"/calendar/(\d+)/(\d+)(/\d+)?", path)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    after = f"/calendar/{year + month // 12}/{month % 12 + 1}"
    before = f"/calendar/{year - (month == 1)}/{(month - 2) % 12 + 1}"
    days = [f"/calendar/{year}/{month}/{day}" for day in range(1, 29)] if not found[3] else []
    return f"Events in {month} {year}\nNo events this time{found[3] or ''}", [after, before, "/", *days]


def grow(path: str) -> Page | None:
    return ("A list that links to itself", ["more/", "less/", "/"]) if path.startswith("/grow/") else None


COLOURS = ["red", "blue", "green", "white", "black"]


def facets(path: str) -> Page | None:
    if not path.startswith("/goods"):
        return None
    chosen = path.partition("?")[2]
    seeds = sorted(COLOURS, key=lambda colour: zlib.crc32((chosen + colour).encode()))
    text = "Goods\n" + "\n".join(f"A {colour} chair for the garden" for colour in seeds)
    names = ["colour", "size", "sort", "price", "page"]
    return text, [
        f"/goods?{chosen}&{n}={v}" if chosen else f"/goods?{n}={v}" for n in names for v in range(1, 5)
    ]


def session(path: str, tick: itertools.count[int]) -> list[str]:
    return [f"/desk/{name}?zz={next(tick)}x" for name in ("one", "two", "three", "four", "five", "six")]


def wiki(path: str) -> Page | None:
    if not path.startswith("/wiki/"):
        return None
    links = [f"/wiki/{prose(path + str(n), 1)}{prose(str(n) + path, 1)}" for n in range(4)]
    return prose(path), links


def site(numbered: bool) -> Callable[[str], Page | None]:
    """200 real pages in ten sections, with pages of a list between, and five traps linked before them."""
    tick = itertools.count()

    def page(path: str) -> Page | None:
        desk = session(path, tick)
        if path == "/":
            traps = ["/calendar/2026/11", "/grow/", "/goods", "/wiki/start", *desk]
            return "Welcome to the town", [*traps, *[f"/section-{n}" for n in range(10)]]
        if found := re.fullmatch(r"/section-(\d+)(\?page=(\d+))?", path):
            number, at = int(found[1]), int(found[3] or 1)
            text = f"Section {number} page {at}" if numbered else f"Section {prose(path)}"
            more = [f"/section-{number}?page={at + 1}"] if at < 4 else []
            return text, [*[f"/section-{number}/page-{5 * at + n}" for n in range(5)], *more, *desk]
        if found := re.fullmatch(r"/section-(\d+)/page-(\d+)", path):
            text = f"Page {found[2]} of section {found[1]}" if numbered else prose(path)
            return text, ["/", f"/section-{found[1]}", *desk, "/calendar/2026/11"]
        if path.startswith("/desk/"):
            return prose(path.partition("?")[0]), [*desk, "/"]
        return calendar(path) or grow(path) or facets(path) or wiki(path)

    return page


@pytest.mark.parametrize("numbered", [False, True], ids=["prose", "numbers-only"])
def test_five_traps_do_not_eat_the_budget_of_200_pages(numbered: bool) -> None:
    done = crawl(site(numbered), 400)
    assert len({path for path in done.asked if re.fullmatch(r"/section-\d+/page-\d+", path)}) == 200
    asked = Counter(re.match(r"/[a-z]*", path)[0] for path in done.asked)  # type: ignore[index]
    assert asked["/calendar"] <= 40, asked
    assert asked["/grow"] <= 12, asked
    assert asked["/goods"] <= 40, asked
    assert asked["/desk"] <= 25, asked
    left = {reason.partition(" (")[0] for reason in done.reason.values() if "endless" in reason}
    assert any("/calendar/" in reason for reason in left), left


@pytest.mark.parametrize("numbered", [False, True], ids=["prose", "numbers-only"])
@pytest.mark.parametrize("cut", [[57], [150], range(20, 400, 20)], ids=["early", "late", "often"])
def test_a_crawl_that_is_resumed_decides_as_one_that_was_not(numbered: bool, cut: Iterable[int]) -> None:
    def plain(asked: list[str]) -> set[str]:
        return {re.sub(r"zz=\d+x", "zz=", path) for path in asked}

    whole, resumed = crawl(site(numbered), 400), crawl(site(numbered), 400, cut=cut)
    times = len(list(cut))
    differ = plain(whole.asked) ^ plain(resumed.asked)
    assert len(differ) <= (0 if times == 1 else 5), differ  # what `Traps.take_up` says is lost, 19 times over
    assert len({path for path in resumed.asked if re.fullmatch(r"/section-\d+/page-\d+", path)}) == 200
    for trap, most in (("/calendar", 40), ("/grow", 12), ("/goods", 40), ("/desk", 25)):
        assert resumed.count(trap) <= most, trap


def test_a_calendar_whose_days_link_on_to_months_is_one_trap() -> None:
    def page(path: str) -> Page | None:
        if path == "/":
            return "Home", ["/events/2026-01"]
        if found := re.fullmatch(r"/events/(\d+)-(\d+)", path):
            number = int(found[1]) * 12 + int(found[2])
            return f"Month {number}", [f"/event-{number}-{n}" for n in range(3)]
        number = int(path.split("-")[1]) + 1
        return f"Event {path}", [f"/events/{number // 12}-{number % 12}"]

    done = crawl(page, 400)
    assert len(done.asked) <= 80, len(done.asked)


TAGS = ["art", "music", "sport", "youth", "food", "green"]


def tags(path: str) -> Page | None:
    """/clubs/art/food/ lists the clubs that are about both; each tag can be added, in any order."""
    if not path.startswith("/clubs/"):
        return None
    chosen = path.strip("/").split("/")[1:]
    clubs = [n for n in range(20) if not chosen or zlib.crc32(str((n, sorted(chosen))).encode()) % 3]
    text = "\n".join([f"Clubs for {' and '.join(chosen)}", *(f"The {prose(str(n), 6)} club" for n in clubs)])
    return text, [f"/clubs/{'/'.join([*chosen, tag])}/" for tag in TAGS if tag not in chosen]


def test_facets_in_the_path_are_one_trap() -> None:
    def page(path: str) -> Page | None:
        if path == "/":
            return "Welcome", ["/clubs/", *(f"/advice/{n}/" for n in range(5))]
        if path.startswith("/advice/"):  # a tree: the same words come again, always in one order
            parts = path.strip("/").split("/")
            deeper = [
                f"{path}{tag}/" for tag in TAGS[:3] if len(parts) < 4 and tag > max(parts[2:], default="")
            ]
            return prose(path), deeper
        return tags(path)

    done = crawl(page, 1000)
    assert done.count("/clubs/") <= 40
    assert done.count("/clubs/") > 7, "each tag by itself is a page"
    advice = {path for path in done.asked if path.startswith("/advice/")}
    assert len(advice) == 5 * (1 + 3 + 3)
    assert any("/clubs/*/…" in reason for reason in done.reason.values())


def test_an_archive_with_new_words_on_each_page_is_no_trap() -> None:
    def page(path: str) -> Page | None:
        at = int(path.partition("=")[2] or 1)
        if path.startswith("/news?") or path == "/":
            items = [prose(f"{at} {n}", 6) for n in range(10)]
            return "News\n" + "\n".join(items), [f"/news?page={at + 1}"] if at < 200 else []
        return None

    assert crawl(page, 400).count(r"/news\?page=") == 199


def test_pages_that_call_one_another_in_a_row_are_all_asked_for() -> None:
    def page(path: str) -> Page | None:
        at = int(path.rpartition("-")[2] or 0) if path != "/" else 0
        return prose(path), [f"/story-{at + 1}"] if at < 120 else []

    assert crawl(page, 400).count("/story-") == 120


def test_what_the_user_lists_is_never_left() -> None:
    starts = [f"/calendar/2026/{n}" for n in range(1, 60)]
    done = crawl(calendar, 60, starts)
    assert set(starts) <= set(done.asked)


def test_the_same_page_at_every_address_is_audited_a_few_times() -> None:
    def page(path: str) -> Page | None:
        return "All the same, whatever was asked for", [f"/{prose(path + str(n), 1)}" for n in range(3)]

    outcomes = Counter(crawl(page, 100).outcome.values())
    assert outcomes[UrlOutcome.AUDITED] <= 5, outcomes


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://www.a.example/", "a.example/"),
        ("https://a.example/calendar/2026/11", "a.example/calendar/#/#"),
        ("https://a.example/news/roof-repaired", "a.example/news/*"),
        ("https://a.example/news/item-17.html", "a.example/news/item-#.html"),
        ("https://a.example/s/3f2a9bc04d11/about", "a.example/s/*/*"),
        ("https://a.example/list?page=2", "a.example/list?"),
    ],
    ids=["home", "numbers", "words", "mixed", "random", "query"],
)
def test_forms(url: str, form: str) -> None:
    assert forms(url)[0] == form


@given(
    st.lists(st.sampled_from(["a", "12", "x-7.html", "3f2a9bc04d11", "%7e", "_"]), max_size=9), st.booleans()
)
def test_an_address_matches_the_like_of_its_forms(segments: list[str], query: bool) -> None:
    url = f"https://www.a.example/{'/'.join(segments)}{'?b=1' if query else ''}"
    for form in forms(url):
        written = re.escape(like(form)).replace("%", ".*").replace("_", ".")  # as SQL reads it
        assert re.fullmatch(written, url)


def test_related_addresses() -> None:
    assert related("https://a.example/x?a=1", "https://a.example/x")
    assert related("https://a.example/s/3f2a9bc04d11/about", "https://a.example/s/99aa88bb77cc/about")
    assert not related("https://a.example/x", "https://a.example/y")
    assert not related("https://a.example/x", "https://b.example/x")


def test_dates_are_told() -> None:
    for dated in (
        "/2026/11",
        "/x?month=11",
        "/week/12",
        "/x-11-2026",
        "/x?a=1&startdate=5",
        "/events/date/x/5",
    ):
        assert _is_dated(f"https://a.example{dated}"), dated
    for none in ("/12345", "/x?page=2", "/weekly/12", "/x?q=date", "/week/", "/x?month=may&page=2"):
        assert not _is_dated(f"https://a.example{none}"), none


@pytest.mark.parametrize("hostile", ["/date", "/dates/", "&date", ";year", "&date=", "?week;", "/201", "1-"])
def test_no_address_costs_much(hostile: str) -> None:
    url = "https://a.example/".ljust(MAX_URL_LENGTH, " ").replace(" " * len(hostile), hostile).strip() + "x"
    queried = url.replace("/", "?", 4).replace("?", "/", 3)
    began = time.process_time()
    for _ in range(20):
        for each in (url, queried):
            _is_dated(each)
            forms(each)
            related(each, url)
    assert time.process_time() - began < 0.5


def test_what_is_known_of_a_large_site_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of 256 unlike words each in 1,000 forms, and three more addresses known for each page.

    An audit of 10,000 such pages has 4 times as much as these, and all the words that are kept.
    """
    pages, words_kept = 2_500, 400_000
    monkeypatch.setattr("auditor.crawl.traps.SITE_WORDS", words_kept)
    traps, chance = Traps(), random.Random(1)
    tracemalloc.start()
    try:
        for n in range(pages):
            url = f"https://town.example/services-{letters(n % 1000)}/a-page-of-it-{letters(n)}?view={n}"
            words = array("I", chance.randbytes(1024))
            sketch = frozenset(sorted(words)[:SKETCH_KEPT])
            traps.audited(PageShown(identity=url, signature=f"{n:016x}", sketch=sketch))
            new = [f"https://town.example/other-{letters(n)}{c}/a?b=1" for c in "xyz"]
            for each in new:
                traps.endless(each, Discovery.LINK)
                traps.cost(each, 2, 0, Discovery.LINK)
            traps.visited(url, chain=0, how=Discovery.LINK, sketch=words, new=new)
            del words, sketch
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < pages * 1_600 + words_kept * 5, kept  # 16 MB and 10 MB at 10,000 pages


def letters(n: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(n))


def test_parameters_that_change_nothing_are_learnt_a_few_and_only_then() -> None:
    traps = Traps()

    def visit(path: str, copy: str) -> None:
        url = f"https://town.example{path}"
        traps.visited(url, chain=0, how=Discovery.LINK, copy=f"https://town.example{copy}")

    visit("/a?x=1", "/b")
    assert traps.idle == {}, "an empty entry would be news to the audit"
    for name in range(IDLE_PARAMETERS + 5):
        for path in ("/a", "/b", "/c"):
            visit(f"{path}?p{name}=1", path)
    assert len(traps.idle["town.example"]) == IDLE_PARAMETERS


def test_an_address_of_a_thousand_parameters_costs_little() -> None:
    traps, query = Traps(), "&".join(map(str, range(500)))
    began = time.process_time()
    for n in range(100):
        url = f"https://town.example/a?{query}&{n}"
        traps.audited(PageShown(identity=url, signature=str(n), sketch=frozenset()))
        traps.visited(url, chain=0, how=Discovery.LINK, copy=f"https://town.example/a?{query}")
    assert time.process_time() - began < 0.5
