"""The hostile site as a whole: its cases in one registry, and the servers that play it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

from tests.sites.hostile import (
    cases_answers,
    cases_crawl,
    cases_good,
    cases_network,
    cases_pages,
    cases_scripts,
)  # fmt: skip
from tests.sites.hostile.case import Case, document, page
from tests.sites.wire import Asked, Serve, Server, Wire

GOOD: list[Case] = cases_good.CASES
HOSTILE: list[Case] = [
    *cases_network.CASES, *cases_answers.CASES, *cases_scripts.CASES, *cases_pages.CASES, *cases_crawl.CASES,
]  # fmt: skip
CASES: list[Case] = [*GOOD, *HOSTILE]
QUICK = [case for case in HOSTILE if not case.slow and case.linked and case not in cases_crawl.CASES]
# What can be played in a minute or two: half of the good pages, an eighth of the others, two slow ones.
FEW_GOOD = GOOD[::2]
SHORT: list[Case] = [
    *FEW_GOOD, *cases_crawl.CASES, *QUICK[::8],
    *(case for case in HOSTILE if case.path in ("/network/never-answers", "/scripts/while-true")),
]  # fmt: skip
assert len({case.path for case in CASES}) == len(CASES), "two cases have one path"

FORBIDDEN = "/forbidden/"  # robots.txt forbids it, but for one page
MOST_COOKIES = 16_384  # bytes; a server refuses more
LATE_COOKIES = "/answers/late-cookies"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A hostile site that is being served. `other`: another host, declared as ours. `inside`: never asked."""

    cases: tuple[Case, ...]
    server: Server
    inside: Server

    @property
    def origin(self) -> str:
        return self.server.origin()

    @property
    def other(self) -> str:
        return self.server.origin(1)

    def hits_inside(self) -> list[str]:
        """What the internal service was asked for: by its port, or by its address."""
        by_address = [a.target for a in self.server.asked if a.host == self.server.addresses[2]]
        return [a.target for a in self.inside.asked] + by_address

    def times(self, path: str) -> int:
        """Requests for a path in any spelling, with any query and any session in it."""
        return sum(unquote(a.path).partition(";")[0] == path for a in self.server.asked)

    def forbidden_hits(self) -> list[str]:
        return [
            a.target
            for a in self.server.asked
            if a.host == self.server.addresses[0]
            and unquote(a.path).startswith(FORBIDDEN)
            and a.path != "/forbidden/but-not-this"
        ]


def mixed(cases: Iterable[Case]) -> list[Case]:
    """What the home page links, in this order: the good pages evenly among the hostile ones."""
    listed = [case for case in cases if case.linked]
    groups = [[c for c in listed if c in GOOD], [c for c in listed if c not in GOOD]]
    spread = [((n + 0.5) / len(group), case) for group in groups for n, case in enumerate(group)]
    return [case for _, case in sorted(spread, key=lambda pair: pair[0])]


@contextlib.contextmanager
def serve(cases: Iterable[Case] = CASES, *, entries: int = 500, port: int = 0) -> Iterator[Site]:
    """Plays the cases on a free port of 127.0.0.1, another host on 127.0.0.2, the internal service beside.

    `entries`: how many pages of other hosts one of the sitemaps lists.
    """
    chosen = tuple(cases)
    routes: dict[str, Serve] = {**cases_scripts.SHARED, **cases_crawl.SHARED}
    for case in chosen:
        routes |= case.more
    for case in chosen:
        routes[case.path.partition("?")[0]] = case.serve
        routes[case.path] = case.serve
    routes["/sitemaps/others.xml"] = cases_crawl.others(entries)
    routes["/"] = _home(mixed(chosen))
    lost = page(status=404, title="Nothing here")

    def route(asked: Asked) -> Serve:
        if asked.host == "127.0.0.2":
            return cases_pages.SHARED_BY_OTHER.get(asked.path, lost)
        # The page that refuses the first request as if late cookies had come with it may get them indeed.
        if len(asked.headers.get("cookie", "")) > MOST_COOKIES and asked.path != LATE_COOKIES:
            return page(status=431)
        return routes.get(asked.target) or routes.get(asked.path) or routes.get(unquote(asked.path)) or lost

    inside = Server(lambda asked: page(title="Internal service: nobody may read this"))
    server = Server(route, ("127.0.0.1", "127.0.0.2", "127.0.0.3"), port=port)
    with inside, server:
        server.words = {
            "$HERE": server.origin(), "$OTHER": server.origin(1), "$HOST": f"127.0.0.1:{server.port}",
            "$INTERNALPORT": str(inside.port), "$INTERNAL": inside.origin(), "$PORT": str(server.port),
        }  # fmt: skip
        routes["/sitemaps/pages.xml.gz"] = cases_crawl.nested(server.origin())
        yield Site(cases=chosen, server=server, inside=inside)


def _home(cases: list[Case]) -> Serve:
    listed = "".join(f'<li><a href="{escape(c.path)}">{escape(c.about)}</a></li>' for c in cases)

    async def home(asked: Asked, wire: Wire) -> None:
        await wire.answer(
            document("/", f"<ul><li>Everything we have</li>{listed}</ul>", title="Hostile Borough Council")
        )

    return home
