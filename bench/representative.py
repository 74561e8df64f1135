"""How much of a website's issues a representative sample finds, and how well it tells so.

Each FOLDER/START.html is served from this machine and audited whole, as far as PAGES, once: its store is kept
in STORES and used again. Then samples are replayed: the same choice as `--sample representative` makes.

    python -m bench.representative STORES PAGES FOLDER/START.html [FOLDER/START.html …]
"""

from __future__ import annotations

import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import auditor
from auditor.checks.folders import find
from auditor.crawl.page_read import read
from auditor.crawl.representative import estimate, in_turn, is_enough
from auditor.crawl.sample import KnownPage, random_order
from auditor.limits import DISCOVERY_BYTES, LOOKED_EVERY
from auditor.models import Outcome, Site, UrlOutcome
from auditor.resources import folder as folder_of
from auditor.store import RunReader, Store

SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
SEEDS = 20
Issues = Mapping[str, set[str]]


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass


def _whole(start: Path, store: Path, most: int) -> RunReader:
    """The full audit of a folder: rendered and judged, not driven."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(start.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = Site(
            id=store.stem,
            name=store.stem,
            urls=(f"http://127.0.0.1:{server.server_port}/{start.name}",),
            internal=True,
            drive="no-page",
            pictures=False,
            delay=0.0,
            robots="ignore",
            concurrency=2,
            max_pages=most,
        )
        opened = Store.open(f"sqlite:///{store}")
        reader = RunReader.latest(opened, site.id)
        if reader is None or not reader.by_outcome().get(UrlOutcome.AUDITED):
            auditor.audit(site, store=opened, sandbox=False)
            reader = RunReader.latest(opened, site.id)
        server.shutdown()
    assert reader is not None
    return reader


def _pages(reader: RunReader, folder: Path) -> Iterator[KnownPage]:
    """The audited pages as discovery reads them, in the order of the ledger."""
    first = True
    for visit in reader.visits():
        file = folder / unquote(urlsplit(visit.url).path).lstrip("/")
        if visit.outcome is UrlOutcome.AUDITED and file.is_file():
            with file.open("rb") as stream:
                told = read(stream.read(DISCOVERY_BYTES), visit.url, closely=True)[0]
            yield KnownPage(url=visit.url, identity=visit.url, depth=0, start=first, read=told)
            first = False


def _greedy(issues: Issues) -> Iterator[str]:
    """What no method can beat by much: always the page with most issues that are not seen yet."""
    seen: set[str] = set()
    rest = dict(issues)
    while rest:
        best = max(rest, key=lambda url: len(rest[url] - seen))
        yield best
        seen |= rest.pop(best)


def _curve(name: str, order: Iterable[str], issues: Issues) -> None:
    """The share of the issues found at each share of the pages."""
    total = len(set().union(*issues.values()))
    marks = [max(1, round(share * len(issues))) for share in SHARES]
    seen: set[str] = set()
    told = []
    for number, url in enumerate(order, 1):
        seen |= issues[url]
        told += [len(seen) / max(1, total)] * marks.count(number)
    print(f"  {name:32}" + "".join(f"{100 * share:7.1f}" for share in told))


def _estimates(known: Sequence[KnownPage], issues: Issues) -> None:
    """At each share of the pages and where the sample ends: what was found, and what the estimate said."""
    total = len(set().union(*issues.values()))
    rows: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(SEEDS):
        turns = in_turn(known, seed)[1]
        marks = {round(share * len(turns)): f"{share:.0%}" for share in SHARES}
        ended = False
        for number in range(1, len(turns)):
            looks = not ended and number % LOOKED_EVERY == 0
            if number not in marks and not looks:
                continue
            visited = {turn.url: issues[turn.url] for turn in turns[:number]}
            told = estimate(turns, visited)
            if told is None:
                continue
            left = total - told.found
            holds = told.low <= left <= told.high
            shares = [told.share(unseen) for unseen in (told.expected, told.high, told.low)]
            row = (told.found / max(1, total), *shares, holds, number / len(turns))
            if number in marks:
                rows.setdefault(f"at {marks[number]}", []).append(row)
            if looks and is_enough(told):
                ended = True
                rows.setdefault("at its end", []).append(row)
    print(f"  {'':14}{'pages':>8}{'found':>8}{'said':>8}{'from':>8}{'to':>8}{'held':>8}  (of {SEEDS} seeds)")
    for name, told_rows in rows.items():
        mean = [sum(column) / len(told_rows) for column in zip(*told_rows, strict=True)]
        found, said, low, high, held, pages = (100 * value for value in mean)
        figures = "".join(f"{value:8.1f}" for value in (pages, found, said, low, high, held))
        print(f"  {name:14}{figures}  ({len(told_rows)})")


def _replay(reader: RunReader, folder: Path) -> None:
    known = list(_pages(reader, folder))
    of_site = {rule for rule, each in find([folder_of("rules")]).items() if each.judge == "site"}
    rules = [rule for rule in reader.rule_outcomes() if rule not in of_site]  # those that judge each page
    of_pages = reader.issues_of_pages(rules)
    issues = {page.url: of_pages[page.url] for page in known}
    on = Counter(issue for found in issues.values() for issue in found)
    failed = {count.id for count in reader.counts() if count.outcome is Outcome.FAILED}
    turns = in_turn(known, 1)[1]
    print(
        f"{folder}: {len(known)} pages, {len(on)} issues, {sum(count > 1 for count in on.values())} of them "
        f"on two pages and more, {len(failed & on.keys())} failed"
    )
    print(f"  {'share of pages visited, %':32}" + "".join(f"{100 * share:7g}" for share in SHARES))
    order = [turn.url for turn in turns]
    _curve("with full knowledge", _greedy(issues), issues)
    _curve("representative", order, issues)
    _curve("in the order of crawling", issues, issues)
    _curve("by chance", [page.url for page in random_order(known, 1)], issues)
    for name, wanted in (
        ("on 2 pages and more", {issue for issue, count in on.items() if count > 1}),
        ("on one page alone", {issue for issue, count in on.items() if count == 1}),
        ("failed", failed),
    ):
        part = {url: found & wanted for url, found in issues.items()}
        _curve(f"full knowledge, {name}", _greedy(part), part)
        _curve(f"representative, {name}", order, part)
    _estimates(known, issues)


def main(arguments: Sequence[str]) -> None:
    stores, most, *starts = arguments
    Path(stores).mkdir(parents=True, exist_ok=True)
    for start in map(Path, starts):
        name = re.sub(r"[^a-z0-9]+", "-", str(start.parent).lower()).strip("-")
        reader = _whole(start, Path(stores) / f"{name}.db", int(most))
        _replay(reader, start.parent)


if __name__ == "__main__":
    main(sys.argv[1:])
