"""A site of 200 real pages and seven traps without end. The home page links to the traps first.

`real`: pages in ten sections with texts of their own, found over lists with pages and over each other.
`numbered`: entries of a register, whose texts differ by a number alone, all listed on hub pages.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode

from tests.sites.prose import heading, prose
from tests.sites.wire import Asked, Serve, Server, Wire

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
STYLE = "<style>a { display: inline-block; padding: 1em }</style>"
PAGES = 200  # real ones, of either kind of site
SECTIONS = (
    "bins-and-recycling", "council-tax", "schools", "planning", "housing", "libraries", "parks", "roads",
    "benefits", "business",
)  # fmt: skip
TRAPS: Mapping[str, tuple[str, int | None]] = {  # where each lives, and how many requests it may cost
    "calendar": ("/events", 40),
    "growing path": ("/help", 12),
    "facets": ("/find", 40),
    "facets in the path": ("/clubs", 40),
    "session": ("/shop", 25),
    "session in the path": ("/forms", 25),
    "wiki": ("/wiki", None),
}
ENTRANCES = (
    "/events/calendar?month=2026-11", "/events/2026/11/23", "/help/", "/find?topic=all", "/clubs/", "/shop/",
    "/forms/",
    "/wiki/Town", "/wiki/list?page=1",
)  # fmt: skip
TODAY = date(2026, 11, 23)
FACETS = {
    "area": ("north", "south", "east", "west"), "topic": ("all", "jobs", "sport", "art"),
    "price": ("free", "low", "high"), "when": ("today", "week", "month"), "sort": ("name", "date", "near"),
    "view": ("list", "map", "grid"),
}  # fmt: skip


def html(title: str, body: str, links: Mapping[str, str]) -> str:
    listed = "".join(f'<li><a href="{escape(to)}">{text}</a></li>' for to, text in links.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Trap Borough</title>'
        f'{STYLE}</head><body><header><p><a href="/">Trap Borough Council</a></p></header><main>'
        f'<h1>{title}</h1><img src="{PIXEL}"><p>{body}</p><ul><li>See also</li>{listed}</ul></main><footer>'
        '<p><a href="/events/2026/11/23">Today</a> <a href="/find?topic=all">Search</a></p></footer></body>'
        "</html>"
    )


# The real pages


def real() -> dict[str, str]:
    """Path -> page: home, ten sections with three list pages each, and 169 leaves."""
    pages: dict[str, str] = {}
    numbers = iter(range(PAGES))
    leaves = PAGES - 1 - 3 * len(SECTIONS)
    for place, section in enumerate(SECTIONS):
        size = leaves // len(SECTIONS) + (place < leaves % len(SECTIONS))
        slugs = [_slug(f"{section}-{n}") for n in range(size)]
        listed, hidden = slugs[:-2], slugs[-2:]  # the last two are linked from the one before them alone
        third = len(listed) // 3
        parts = [listed[:third], listed[third : 2 * third], listed[2 * third :]]
        for number, part in enumerate(parts, start=1):
            path = f"/{section}/" if number == 1 else f"/{section}/?page={number}"
            links = {f"/{section}/{slug}": heading(f"{section}{slug}") for slug in part}
            if number < len(parts):
                links[f"/{section}/?page={number + 1}"] = "Next page"
            pages[path] = html(f"{_name(section)}: part {number}", prose(path, 2), links)
        for slug in slugs:
            path = f"/{section}/{slug}"
            links = {f"/{section}/": _name(section)}
            if slug == listed[-1]:
                links |= {f"/{section}/{more}": heading(f"{section}{more}") for more in hidden}
            pages[path] = html(heading(f"{section}{slug}"), f"{prose(path, 8)} Page {next(numbers)}.", links)
    pages["/"] = _home({f"/{section}/": _name(section) for section in SECTIONS})
    assert len(pages) == PAGES, len(pages)
    return pages


def numbered() -> dict[str, str]:
    """Path -> page: home, nine hubs, and 190 entries that differ by their number."""
    pages: dict[str, str] = {}
    hubs = 9
    entries = [f"/register/entry-{n:04d}" for n in range(1, PAGES - hubs)]
    for hub in range(1, hubs + 1):
        part = entries[hub - 1 :: hubs]
        pages[f"/register/volume-{hub}"] = html(
            f"Register of premises, volume {hub}",
            "The entries of this volume.",
            {e: _name(e[10:]) for e in part},
        )
    hub_links = {path: f"Volume {n}" for n, path in enumerate(pages, start=1)}
    for entry in entries:
        number = int(entry[-4:])
        pages[entry] = html(
            f"Premises {number}", f"Entry {number} of the register. The licence is valid.", {"/": "Home"}
        )
    pages["/"] = _home(hub_links)
    assert len(pages) == PAGES, len(pages)
    return pages


def _home(links: Mapping[str, str]) -> str:
    traps = {path: f"Go to {path}" for path in ENTRANCES}
    return html("Trap Borough Council", prose("home", 3), traps | dict(links))


def _slug(seed: str) -> str:
    return re.sub(r"[^a-z]+", "-", heading(seed).lower()).strip("-") + "-" + "abcdefghijklmnopqrst"[
        int(seed.rpartition("-")[2]) % 20
    ]  # fmt: skip


def _name(path: str) -> str:
    return path.strip("/").replace("-", " ").capitalize()


# The traps


def calendar(asked: Asked) -> str:
    """Months and days, backwards and forwards for ever; hardly a day has an event."""
    query = dict(parse_qsl(asked.target.partition("?")[2]))
    if asked.path == "/events/calendar":
        year, month = (int(part) for part in query.get("month", "2026-11").split("-"))
        first = date(year, month, 1)
        before, after = first - timedelta(days=1), first + timedelta(days=31)
        days = [first + timedelta(days=n) for n in range(28)]
        links = {f"/events/calendar?month={m:%Y-%m}": f"{m:%B %Y}" for m in (before, after)}
        links |= {f"/events/{d:%Y/%m/%d}": f"{d:%d %B}" for d in days}
        return html(f"Events in {first:%B %Y}", "Choose a day.", links)
    year, month, day = (int(part) for part in asked.path.split("/")[2:5])
    on = date(year, month, day)
    near = [on - timedelta(days=1), on + timedelta(days=1)]
    links = {f"/events/{d:%Y/%m/%d}": f"{d:%A %d %B}" for d in near}
    links[f"/events/calendar?month={on:%Y-%m}"] = "The month"
    return html(f"Events on {on:%d %B %Y}", "There are no events on this day.", links)


def growing(asked: Asked) -> str:
    """Relative links that were meant to be absolute."""
    return html("Help", prose("help", 4), {"more/": "More help", "contact/": "Contact us", "a-z/": "A to Z"})


def facets(asked: Asked) -> str:
    """Each choice adds a parameter, in the order of the clicks; the list is much the same."""
    chosen = dict(parse_qsl(asked.target.partition("?")[2]))
    links = {}
    for name, values in FACETS.items():
        for value in values:
            if chosen.get(name) != value:
                others = {key: kept for key, kept in chosen.items() if key != name}
                links["/find?" + urlencode({**others, name: value})] = f"{name}: {value}"
    found = sorted(range(12), key=lambda n: hash_of(f"{sorted(chosen.items())}{n}"))[:6]
    return html("Find an activity", " ".join(prose(f"activity {n}", 1) for n in found), links)


TAGS = ("art", "music", "sport", "youth", "food", "green")


def path_facets(asked: Asked) -> str:
    """Each choice adds a segment, in the order of the clicks; what is listed is about all of them."""
    chosen = [tag for tag in asked.path.split("/")[2:] if tag]
    found = [n for n in range(20) if not chosen or hash_of(f"{sorted(chosen)}{n}") % 3]
    links = {f"/clubs/{'/'.join([*chosen, tag])}/": tag for tag in TAGS if tag not in chosen}
    return html(f"Clubs {' and '.join(chosen)}", " ".join(prose(f"club {n}", 1) for n in found), links)


def session(asked: Asked) -> str:
    """Four pages, and a new name of the visitor in each link, in a parameter."""
    token = _token()
    name = asked.path.rstrip("/").rpartition("/")[2]
    links = {f"/shop/{goods}?zk={token}": goods for goods in ("mugs", "maps", "flags", "books")}
    return html(f"Gift shop: {name}", prose(f"shop {name}", 4), links)


def path_session(asked: Asked) -> str:
    """Four pages, and a new name of the visitor in each link, in the path."""
    token = _token()
    name = asked.path.rstrip("/").rpartition("/")[2]
    links = {f"/forms/s/{token}/{step}": step for step in ("name", "address", "send", "help")}
    return html(f"Tell us: {name}", prose(f"form {name}", 4), links)


def wiki(asked: Asked) -> str:
    """Any word is a page and names ten more words; a list has always one more page."""
    if asked.path == "/wiki/list":
        number = int(dict(parse_qsl(asked.target.partition("?")[2])).get("page", "1"))
        words = {f"/wiki/{_word(f'list{n}')}": _word(f"list{n}") for n in range(5)}
        return html(
            "All words", "The words of this wiki.", {**words, f"/wiki/list?page={number + 1}": "Next page"}
        )
    word = asked.path.rpartition("/")[2]
    words = {f"/wiki/{_word(f'{word}{n}')}": _word(f"{word}{n}") for n in range(10)}
    return html(word, " ".join(_word(f"{word} text {n}") for n in range(40)), words)


TOKENS = itertools.count()


def _token() -> str:
    return f"{random.Random(f'token {next(TOKENS)}').getrandbits(64):016x}"


def hash_of(text: str) -> int:
    return random.Random(text).getrandbits(32)


def _word(seed: str) -> str:
    dice = random.Random(seed)
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(4)).capitalize()


PLAYS: Mapping[str, Callable[[Asked], str]] = {
    "/events": calendar, "/help": growing, "/find": facets, "/clubs": path_facets, "/shop": session,
    "/forms": path_session,
    "/wiki": wiki,
}  # fmt: skip


def _with_token(path: str, query: str | None) -> str:
    return f'href="{path}?{f"{query}&amp;" if query else ""}zk={_token()}"'


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site with traps that is being served."""

    pages: Mapping[str, str]
    server: Server

    @property
    def origin(self) -> str:
        return self.server.origin()

    def spent(self, trap: str) -> int:
        """Requests for addresses of one trap."""
        where = TRAPS[trap][0]
        return sum(a.path == where or a.path.startswith(f"{where}/") for a in self.server.asked)


@contextlib.contextmanager
def serve(pages: Mapping[str, str], *, named: bool = False, port: int = 0) -> Iterator[Site]:
    """Plays the real pages and the traps on a free port of 127.0.0.1.

    `named`: each link of each real page has a session's name in it too, a new one each time.
    """

    def dressed(text: str) -> str:
        return re.sub(r'href="(/[^"?]*)(\?([^"]*))?"', lambda m: _with_token(m[1], m[3]), text)

    def route(asked: Asked) -> Serve:
        async def answer(asked: Asked, wire: Wire) -> None:
            if text := pages.get(re.sub(r"[?&]zk=\w+", "", asked.target) if named else asked.target):
                await wire.answer(dressed(text) if named else text)
                return
            play = next(
                (p for where, p in PLAYS.items() if re.match(rf"{where}(/|\?|$)", asked.target)), None
            )
            try:
                text = play(asked) if play else ""
            except (ValueError, OverflowError):
                text = ""
            status = 200 if text else 404
            await wire.answer(text or html("Page not found", "No such page.", {}), status=status)

        return answer

    with Server(route, port=port) as server:
        yield Site(pages=pages, server=server)
