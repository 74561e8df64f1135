"""The store: the ledger's order and pace, whole pages or none, runs taken up and dropped, faults told."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from auditor.cli import cli
from auditor.errors import StoreBusy, StoreError, UsageError
from auditor.limits import ENDLESS, NOTES
from auditor.models import (
    Component,
    Discovery,
    Finding,
    Impact,
    IssueCounts,
    Kind,
    NewUrl,
    Outcome,
    Picture,
    RuleResult,
    RunState,
    Site,
    Snapshot,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.store import HOLD_SECONDS, ClaimedUrl, RunReader, Store, migrate
from auditor.store import queue as queue_module
from auditor.store import runs as runs_module
from auditor.store import schema as t
from tests.postgresql import Server

SITE = Site(id="a", name="A", urls=("http://a.example/",))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    return f"sqlite:///{tmp_path}/auditor.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that has no tables."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql_of_session")
        return server.new()
    return f"sqlite:///{tmp_path}/auditor.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store) -> int:
    return begin(store)


def begin(store: Store, site: Site = SITE) -> int:
    return store.start_run(site, versions={"auditor": "0"}, rules=[])


def new(path: str, *, depth: int = 1, host: str = "a.example", **more: Any) -> NewUrl:
    known = f"http://{host}{path}"
    return NewUrl(url=known, identity=known, depth=depth, discovery=Discovery.LINK, **more)


REST = 2.0
"""Seconds: longer than a busy machine takes to write a few rows."""


def claimed(store: Store, run: int, *, delay: float = 0.0, concurrency: int = 1) -> ClaimedUrl:
    got = store.claim(run, delay=lambda _: delay, concurrency=concurrency)
    assert isinstance(got, ClaimedUrl), got
    return got


def visit(url: str, outcome: UrlOutcome = UrlOutcome.AUDITED, **more: Any) -> Visit:
    return Visit(url=url, outcome=outcome, **more)


def finding(rule: str = "image-alt", **more: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": rule, "outcome": Outcome.FAILED, "kind": Kind.FAILURE, "wcag": ("1.1.1",), "act": ("23a2a8",),
        "impact": Impact.CRITICAL, "url": "http://a.example/1", "state": "loaded", "frame": ("#f",),
        "selector": "img", "excerpt": "<img>", "message": "No text.", "issue": "i", "fault": "f",
        "component": Component(landmarks=("main",), path=(), shape="img", target="a.png", text=""),
    }  # fmt: skip
    return Finding(**{**values, **more})


def rows(store: Store, table: sa.Table) -> int:
    with store.reading() as c:
        return int(c.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# -- the ledger ----------------------------------------------------------------------------------------


def test_claims_go_by_attempts_then_depth_then_age(store: Store, run: int) -> None:
    store.add_urls(run, [new("/deep", depth=3), new("/b"), new("/a"), new("/start", depth=0)])
    order = []
    for _ in range(4):
        got = claimed(store, run, concurrency=9)
        order.append(got.url.removeprefix("http://a.example"))
    assert order == ["/start", "/b", "/a", "/deep"]
    again = got
    store.release(again)
    store.add_urls(run, [new("/later", depth=9)])
    assert claimed(store, run, concurrency=9).url.endswith("/later"), "what was tried waits"
    retried = claimed(store, run, concurrency=9)
    assert (retried.url, retried.attempts) == (again.url, 2)


def counted_steps(store: Store) -> count[int]:
    """Counts the steps of SQLite's virtual machine, which a busy machine does not change."""
    steps = count()
    connection = store._engine.raw_connection()  # the pool's one, which every call uses
    assert connection.driver_connection is not None
    connection.driver_connection.set_progress_handler(lambda: next(steps) < 0, 1)
    connection.close()
    return steps


def test_a_claim_costs_the_same_however_many_hosts_other_runs_have(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    ours = begin(store)
    store.add_urls(ours, [new(f"/{n}", host=host) for host in ("b.example", "y.example") for n in range(300)])
    steps = counted_steps(store)

    def cost() -> int:
        before = next(steps)
        assert isinstance(store.claim(ours, delay=lambda host: 0.0, concurrency=99), ClaimedUrl)
        return next(steps) - before

    cost()
    alone = cost()
    theirs = begin(store, replace(SITE, id="other"))
    store.add_urls(theirs, [new("/", host=f"h{n}.example") for n in range(300)])
    beside = cost()
    store.close()
    assert alone <= beside < 1.2 * alone


def test_what_site_rules_say_costs_each_page_the_same_however_many_there_are(tmp_path: Path) -> None:
    def cost(pages: int) -> int:
        store = Store.open(f"sqlite:///{tmp_path}/{pages}.db")
        run = begin(store)
        store.add_urls(run, [new(f"/{n}") for n in range(pages)])
        for _ in range(pages):
            got = claimed(store, run, concurrency=pages)
            store.record(run, [(got, visit(got.url))])
        told = {
            f"http://a.example/{n}": (
                [RuleResult(rule="of-site", outcome=Outcome.FAILED, places=1)],
                [finding("of-site", url=f"http://a.example/{n}")],
            )
            for n in range(pages)
        }
        steps = counted_steps(store)
        before = next(steps)
        for _ in range(2):
            store.record_site(run, "of-site", told)
        cost = next(steps) - before
        assert sorted(each.url for each in RunReader(store, run).findings()) == sorted(told)
        store.close()
        return cost

    assert cost(200) < 5 * cost(50)


def test_a_claim_carries_what_the_ledger_knows(store: Store, run: int) -> None:
    store.add_urls(run, [new("/x", depth=4, found_on="http://a.example/")])
    got = claimed(store, run)
    assert (got.identity, got.host, got.depth) == ("http://a.example/x", "a.example", 4)
    assert (got.discovery, got.found_on, got.attempts) == (Discovery.LINK, "http://a.example/", 1)


def test_a_known_url_stays_as_it_is(store: Store, run: int) -> None:
    store.add_urls(run, [new("/x", depth=1)])
    store.add_urls(run, [new("/x", depth=7, outcome=UrlOutcome.DISALLOWED), new("/y"), new("/y")])
    assert store.counts(run) == {None: 2}
    assert claimed(store, run).depth == 1


def test_settled_urls_are_never_claimed(store: Store, run: int) -> None:
    store.add_urls(run, [new("/x", outcome=UrlOutcome.NOT_HTML, reason="A PDF, by its name.")])
    assert store.claim(run, delay=lambda _: 0, concurrency=1) is None
    (seen,) = RunReader(store, run).visits()
    assert (seen.outcome, seen.reason) == (UrlOutcome.NOT_HTML, "A PDF, by its name.")


def test_a_host_rests_between_claims_and_another_goes_on(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2"), new("/other", depth=5, host="b.example")])
    began = time.time()
    assert claimed(store, run, delay=REST, concurrency=9).url.endswith("/1")
    assert claimed(store, run, delay=REST, concurrency=9).host == "b.example"
    wait = store.claim(run, delay=lambda _: REST, concurrency=9)
    assert isinstance(wait, float)
    assert began + REST - time.time() - 0.01 <= wait <= REST
    time.sleep(wait)
    assert claimed(store, run, delay=REST, concurrency=9).url.endswith("/2")
    assert time.time() - began >= REST


def test_the_rest_is_counted_from_the_end_of_the_visit(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2")])
    got = claimed(store, run, delay=0.1)
    time.sleep(0.2)
    ended = time.time()
    store.record(run, [(got, visit(got.url))], delay=0.25)
    while not isinstance(wait := store.claim(run, delay=lambda _: 0.1, concurrency=1), ClaimedUrl):
        assert isinstance(wait, float)
        time.sleep(wait)
    assert time.time() - ended >= 0.25


def test_bookings_of_a_host_queue_up_and_hold_for_pages_too(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1")])
    began = time.monotonic()
    waits = [store.book("a.example", 20) for _ in range(3)]
    wait = store.claim(run, delay=lambda _: 20, concurrency=1)
    passed = time.monotonic() - began + 0.01
    for waited, asked in zip([*waits, wait], [0, 20, 40, 60], strict=True):
        assert isinstance(waited, float)
        assert asked - passed <= waited <= asked
    began = time.monotonic()
    store.rest("a.example", 500)
    for _ in range(2):
        later = store.claim(run, delay=lambda _: 20, concurrency=1)
        assert isinstance(later, float)
        assert 500 - (time.monotonic() - began) - 0.01 <= later <= 500
        store.rest("a.example", 0)  # A rest is never cut short.


def test_the_pace_of_a_host_is_shared_by_all_runs_and_processes(store: Store, run: int, url: str) -> None:
    other = Store.open(url)
    second = begin(other, replace(SITE, id="b"))
    store.add_urls(run, [new("/1")])
    other.add_urls(second, [new("/1")])
    claimed(store, run, delay=30)
    assert isinstance(other.claim(second, delay=lambda _: 30, concurrency=1), float)
    other.close()


def test_a_request_that_is_no_page_holds_its_host_however_slow_it_is(store: Store, run: int) -> None:
    """Its auditor may be too busy to say so often: what it took holds for a while."""
    store.add_urls(run, [new("/1")])
    host = store.todo(run)[0].host
    began = time.monotonic()
    assert store.take(host, 0.0, run_id=run, concurrency=1) == 0
    wait = store.claim(run, delay=lambda _: 0, concurrency=1)
    assert isinstance(wait, float)
    for held in (wait, store.take(host, 0.0, run_id=run, concurrency=1)):
        assert HOLD_SECONDS - (time.monotonic() - began) - 0.01 <= held <= HOLD_SECONDS
    store.free(host, REST)
    wait = store.claim(run, delay=lambda _: 0, concurrency=1)
    assert isinstance(wait, float)
    assert 0 < wait <= REST
    time.sleep(wait)
    claimed(store, run)


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_no_more_than_so_many_pages_of_a_host_are_open(store: Store, run: int, concurrency: int) -> None:
    store.add_urls(run, [new(f"/{n}") for n in range(5)])
    held = [claimed(store, run, concurrency=concurrency) for _ in range(concurrency)]
    assert isinstance(store.claim(run, delay=lambda _: 0, concurrency=concurrency), float), (
        "wait: others hold pages"
    )
    store.record(run, [(held[0], visit(held[0].url))])
    claimed(store, run, concurrency=concurrency)
    assert isinstance(store.claim(run, delay=lambda _: 0, concurrency=concurrency), float)


def test_nothing_left_is_said_only_when_nothing_is_held(store: Store, run: int) -> None:
    assert store.claim(run, delay=lambda _: 0, concurrency=1) is None
    store.add_urls(run, [new("/1")])
    got = claimed(store, run)
    assert isinstance(store.claim(run, delay=lambda _: 0, concurrency=1), float)
    store.record(run, [(got, visit(got.url))])
    assert store.claim(run, delay=lambda _: 0, concurrency=1) is None


def test_a_lease_that_ran_out_is_claimed_again(
    store: Store, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "LEASE_SECONDS", REST)
    store.add_urls(run, [new("/1")])
    first = claimed(store, run)
    assert isinstance(store.claim(run, delay=lambda _: 0, concurrency=1), float)
    time.sleep(REST + 0.05)
    second = claimed(store, run)
    assert (second.id, second.attempts) == (first.id, 2)
    store.record(run, [(second, visit(second.url, title="second"))], findings=[finding()])
    store.record(run, [(first, visit(first.url, title="first"))], findings=[finding(), finding()])
    (seen,) = RunReader(store, run).visits()
    assert seen.title == "second", "who was quicker counts, once"
    assert len(list(RunReader(store, run).findings())) == 1


def test_what_is_under_way_is_held_anew(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2")])
    under_way, settled = claimed(store, run), claimed(store, run, concurrency=2)
    store.settle(run, [(settled.id, UrlOutcome.FAILED, "")])
    assert store.held_urls(run) == 1

    def leases() -> list[float | None]:
        with store.reading() as c:
            return list(c.execute(sa.select(t.url.c.lease).order_by(t.url.c.id)).scalars())

    first, _ = leases()
    assert first is not None
    time.sleep(0.05)
    store.beat(run, seconds=1.0, under_way=[under_way.id, settled.id])
    later, none = leases()
    assert later is not None
    assert (later > first, none) == (True, None)


def test_workers_never_hold_the_same_url(store: Store, run: int, url: str) -> None:
    store.add_urls(run, [new(f"/{n}", host=f"h{n % 3}.example") for n in range(60)])
    taken: list[str] = []
    lock = threading.Lock()
    open_now: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def work(_: int) -> None:
        own = Store.open(url)
        while (got := own.claim(run, delay=lambda _: 0.0, concurrency=2)) is not None:
            if isinstance(got, float):
                time.sleep(min(got, 0.02))
                continue
            with lock:
                taken.append(got.url)
                open_now[got.host] += 1
                most[got.host] = max(most[got.host], open_now[got.host])
            time.sleep(0.002)
            with lock:
                open_now[got.host] -= 1
            own.record(run, [(got, visit(got.url))])
        own.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert sorted(taken) == sorted({f"http://h{n % 3}.example/{n}" for n in range(60)})
    assert max(most.values()) <= 2
    assert store.counts(run) == {UrlOutcome.AUDITED: 60}


def test_the_target_of_a_redirect_is_held_once(store: Store, run: int) -> None:
    store.add_urls(run, [new("/old"), new("/done"), new("/held")])
    old = claimed(store, run, concurrency=9)
    done = claimed(store, run, concurrency=9)
    store.record(run, [(done, visit(done.url))])
    claimed(store, run, concurrency=9)
    assert store.claim_target(run, new("/done")) is None
    assert store.claim_target(run, new("/held")) is None
    target = store.claim_target(run, new("/new", depth=7))
    assert target is not None
    assert store.claim_target(run, new("/new")) is None
    assert isinstance(store.claim(run, delay=lambda _: 0, concurrency=9), float), "nobody else gets it"
    store.record(
        run,
        [
            (old, visit(old.url, UrlOutcome.REDIRECTED, final_url=target.identity)),
            (target, visit(target.url)),
        ],
        findings=[finding()],
    )
    assert store.counts(run) == {UrlOutcome.AUDITED: 2, UrlOutcome.REDIRECTED: 1, None: 1}
    (found,) = RunReader(store, run).findings()
    assert found.url == "http://a.example/new"


# -- what is recorded ------------------------------------------------------------------------------------


def test_a_page_comes_back_as_it_was_recorded(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1", found_on="http://a.example/")])
    got = claimed(store, run)
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    sent = visit(
        got.url, final_url="http://a.example/1", status=200, content_type="text/html", title="T", depth=1,
        found_on="http://a.example/", started=when, seconds=1.5,
    )  # fmt: skip
    results = [
        RuleResult(rule="image-alt", outcome=Outcome.FAILED, places=5),
        RuleResult(rule="list", outcome=Outcome.ERROR, places=1, error="It threw."),
        RuleResult(rule="lang", outcome=Outcome.PASSED),
    ]
    lost = Untested(url=got.url, what="frame", where="#x", reason="Refused.")
    store.record(
        run,
        [(got, sent)],
        lang="en",
        features={"picture": 2},
        results=results,
        findings=[finding()],
        untested=[lost],
        links=[new("/2")],
    )
    reader = RunReader(store, run)
    assert next(reader.visits()) == dataclasses.replace(sent, lang="en")
    assert list(reader.findings()) == [finding()]
    assert list(reader.issue_pages()) == [(finding().issue, got.url)]
    assert list(reader.features()) == [(got.url, {"picture": 2})]
    assert list(reader.findings(rule="other")) == []
    assert list(reader.findings(outcome=Outcome.CANT_TELL)) == []
    assert list(reader.untested()) == [lost]
    assert list(reader.rule_results()) == [(got.url, results[n]) for n in (0, 2, 1)], "by rule"
    assert list(reader.rule_errors()) == [{"url": got.url, "rule": "list", "error": "It threw."}]
    assert reader.counts() == [
        IssueCounts(id="i", rule="image-alt", outcome=Outcome.FAILED, pages=1, places=1, faults=1)
    ]
    assert list(reader.findings(issue="i")) == [finding()]
    assert list(reader.findings(issue="other")) == []
    assert [dict(c) for c in reader.capped()] == [
        {"url": got.url, "rule": "image-alt", "outcome": "failed", "places": 5, "listed": 1}
    ]
    assert reader.rule_outcomes()["lang"] == {Outcome.PASSED: 1}
    assert store.counts(run) == {UrlOutcome.AUDITED: 1, None: 1}


def test_a_page_is_recorded_whole_or_not_at_all(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1")])
    got = claimed(store, run)

    def links() -> Iterator[NewUrl]:
        yield new("/2")
        raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError, match="power"):
        store.record(
            run,
            [(got, visit(got.url))],
            results=[RuleResult(rule="x", outcome=Outcome.FAILED, places=1)],
            findings=[finding()],
            untested=[Untested(url=got.url, what="frame", where="", reason="")],
            links=links(),
        )
    assert store.counts(run) == {None: 1}
    for table in (t.visit, t.snapshot, t.rule_result, t.finding, t.untested):
        assert rows(store, table) == 0, table.name
    store.record(run, [(got, visit(got.url))], findings=[finding()], links=[new("/2")])
    assert store.counts(run) == {UrlOutcome.AUDITED: 1, None: 1}


def test_recording_twice_changes_nothing(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1")])
    got = claimed(store, run)
    for title in ("once", "twice"):
        store.record(
            run,
            [(got, visit(got.url, title=title))],
            results=[RuleResult(rule="x", outcome=Outcome.FAILED, places=1)],
            findings=[finding()],
            links=[new("/2")],
        )
    assert [v.title for v in RunReader(store, run).visits()] == ["once", None]
    assert (rows(store, t.finding), rows(store, t.rule_result), rows(store, t.url)) == (1, 1, 2)


NASTY = "a\0b\ud800c\udfffd😀\u202e"
SAFE = "a\ufffdb\ufffdc\ufffdd😀\u202e"


def test_what_databases_refuse_is_replaced_wherever_it_stands(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1", found_on=NASTY), new("/2", outcome=UrlOutcome.DISALLOWED, reason=NASTY)])
    got = claimed(store, run)
    store.record(
        run,
        [(got, visit(got.url, reason=NASTY, final_url=NASTY, content_type=NASTY, title=NASTY))],
        lang=NASTY,
        results=[RuleResult(rule="x", outcome=Outcome.ERROR, places=1, error=NASTY)],
        findings=[finding(frame=(NASTY, "#f"), selector=NASTY, excerpt=NASTY, message=NASTY)],
        untested=[Untested(url=got.url, what="frame", where=NASTY, reason=NASTY)],
        links=[new("/3", found_on=NASTY)],
    )
    store.note(run, NASTY)
    reader = RunReader(store, run)
    first, second, third = reader.visits()
    assert (first.reason, first.final_url, first.content_type, first.title) == (SAFE,) * 4
    assert (first.found_on, second.reason, third.found_on) == (SAFE,) * 3
    (found,) = reader.findings()
    assert (found.frame, found.selector, found.excerpt, found.message) == ((SAFE, "#f"), SAFE, SAFE, SAFE)
    (lost,) = reader.untested()
    assert (lost.where, lost.reason) == (SAFE, SAFE)
    assert next(iter(reader.rule_errors()))["error"] == SAFE
    assert reader.run().notes == (SAFE,)


def test_the_rest_is_closed_with_one_reason_and_what_is_settled_stays(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2"), new("/3")])
    got = claimed(store, run)
    store.record(run, [(got, visit(got.url))])
    assert store.close_rest(run, UrlOutcome.OVER_BUDGET, "Enough (limit max_pages = 1).") == 2
    assert store.counts(run) == {UrlOutcome.AUDITED: 1, UrlOutcome.OVER_BUDGET: 2}
    assert RunReader(store, run).over_budget() == {"Enough (limit max_pages = 1).": 2}


def test_a_start_url_counts_as_audited_where_it_led(store: Store, run: int) -> None:
    starts = [
        replace(new(path, depth=0), discovery=Discovery.START) for path in ("/ok", "/led", "/lost", "/todo")
    ]
    store.add_urls(run, starts)
    ok, led, lost = (claimed(store, run, concurrency=9) for _ in range(3))
    target = store.claim_target(run, new("/home"))
    assert target is not None
    store.record(run, [(ok, visit(ok.url))])
    store.record(
        run,
        [(led, visit(led.url, UrlOutcome.REDIRECTED, final_url=target.url)), (target, visit(target.url))],
    )
    store.record(run, [(lost, visit(lost.url, UrlOutcome.FAILED, status=404, final_url=lost.url))])
    reader = RunReader(store, run)
    assert reader.start_failed() == ["http://a.example/lost", "http://a.example/todo"]
    assert reader.broken_links() == 1


def test_notes_are_kept_once(store: Store, run: int) -> None:
    for note in ("one", "two", "one"):
        store.note(run, note)
    assert RunReader(store, run).run().notes == ("one", "two")


def test_the_first_findings_of_each_issue(store: Store, run: int) -> None:
    """As many as are asked for, as all of them would tell."""
    store.add_urls(run, [new("/2"), new("/1")])
    told = [finding(selector=f"#{n}", issue=issue) for n in range(3) for issue in ("b", "a")]
    for _ in range(2):
        got = claimed(store, run, concurrency=9)
        store.record(run, [(got, visit(got.url))], findings=told)
    reader = RunReader(store, run)
    met = list(reader.met(4))
    assert [(each.issue, each.impact) for each in met] == [("a", Impact.CRITICAL)] * 4 + [
        ("b", Impact.CRITICAL)
    ] * 4
    whole = list(reader.whole(met))
    assert whole == [each for issue in "ab" for each in list(reader.findings(issue=issue))[:4]]
    assert [each.url for each in met] == [each.url for each in whole]
    assert list(reader.whole(reversed(met))) == whole[::-1]


def test_a_flood_of_notes_is_cut_off_and_that_is_noted(store: Store, run: int) -> None:
    began = time.process_time()
    for number in range(1000):
        store.note(run, f"http://a.example/{number} has too many links.")
    assert time.process_time() - began < 10 / 3
    *kept, last = RunReader(store, run).run().notes
    assert kept == [f"http://a.example/{number} has too many links." for number in range(NOTES)]
    assert last == "What else there was to note is left out (limit notes = 500)."


def test_endless_forms_are_told_by_what_was_left_out_and_in_one_pass(store: Store, run: int) -> None:
    def reason(number: int) -> str:
        return f"{ENDLESS}: form {number}."

    with store._write() as c:
        addresses = [
            {"url": f"http://a.example/{n}", "identity": str(n), "outcome": "over_budget",
             "reason": reason(n % 300 if n < 100_000 - 9 else 7)}
            for n in range(100_000)
        ]  # fmt: skip
        addresses.append({"url": "x", "identity": "x", "outcome": "over_budget", "reason": "Enough."})
        addresses.append({"url": "y", "identity": "y", "outcome": "audited", "reason": reason(7)})
        c.execute(t.url.insert().values(run_id=run, host="h", depth=0, discovery="link"), addresses)
        forms = [{"form": f"a.example/{n}/#", "visited": n, "stopped": reason(n)} for n in range(1, 300)]
        c.execute(t.form.insert().values(run_id=run, barren=0, within=0), forms)
    began = time.monotonic()
    first, second, *others = RunReader(store, run).endless()
    assert time.monotonic() - began < 5
    assert (first.pattern, first.visited, first.left_out) == ("a.example/7/#", 7, 334 + 9)
    assert first.examples == ("http://a.example/7", "http://a.example/307", "http://a.example/607")
    assert (second.pattern, second.visited, second.reason) == ("", 0, reason(0)), "a form nobody kept"
    assert len(others) == 298
    assert first.left_out + second.left_out + sum(o.left_out for o in others) == 100_000


# -- runs ------------------------------------------------------------------------------------------------


def test_a_run_remembers_its_settings_and_versions(store: Store) -> None:
    site = replace(SITE, include=("/a",), user_limits=frozenset({"max_pages"}), max_minutes=1.5)
    kept = RunReader(store, begin(store, site)).run()
    assert (kept.site, kept.state, kept.finished) == ("a", RunState.RUNNING, None)
    assert kept.settings["include"] == ["/a"]
    assert kept.settings["user_limits"] == ["max_pages"]
    assert kept.versions == {"auditor": "0"}
    assert abs((datetime.now(UTC) - kept.started).total_seconds()) < 5


def test_an_interrupted_run_is_taken_up_where_it_was(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2")])
    got = claimed(store, run)
    store.record(run, [(got, visit(got.url))])
    claimed(store, run)
    store.beat(run, seconds=2.5)
    store.end_run(run, RunState.INTERRUPTED)
    assert store.resume_run(SITE) == run
    assert claimed(store, run).url.endswith("/2"), "its lease went with its holder"
    assert store.seconds(run) == 2.5
    assert RunReader(store, run).run().state is RunState.RUNNING


def test_there_may_be_nothing_to_take_up(store: Store, run: int) -> None:
    store.end_run(run, RunState.DONE)
    assert store.resume_run(SITE) is None
    assert store.resume_run(replace(SITE, id="b")) is None


def test_only_the_last_run_of_a_site_is_taken_up(store: Store, run: int) -> None:
    store.end_run(run, RunState.INTERRUPTED)
    last = begin(store)
    store.end_run(last, RunState.DONE)
    assert store.resume_run(SITE) is None


@pytest.mark.parametrize(
    "change",
    [
        {"urls": ("http://b.example/",)}, {"include": ("/a",)}, {"exclude": ("/a",)}, {"max_pages": 1},
        {"max_depth": 1}, {"standard": "wcag21a"}, {"robots": "ignore"}, {"internal": True},
        {"internal_origins": ("http://localhost:1",)}, {"follow_links": False}, {"axe_script": "x"},
    ],
)  # fmt: skip
def test_a_run_is_not_taken_up_with_other_settings(store: Store, run: int, change: dict[str, Any]) -> None:
    store.end_run(run, RunState.INTERRUPTED)
    with pytest.raises(UsageError, match=next(iter(change))) as refused:
        store.resume_run(replace(SITE, **change))
    assert refused.value.exit_code == 2
    assert store.resume_run(SITE) == run, "nothing was changed by the attempt"


def test_what_only_concerns_pace_and_report_may_change(store: Store, run: int) -> None:
    store.end_run(run, RunState.INTERRUPTED)
    other = replace(SITE, delay=9, concurrency=3, keep=2, min_coverage=0.1, name="Other")
    assert store.resume_run(other) == run


HOLD = """
import sys, time
from auditor.models import Discovery, Site
from auditor.models import NewUrl
from auditor.store import Store
store = Store.open(sys.argv[1])
run = store.start_run(Site(id="a", name="A", urls=("http://a.example/",)), versions={}, rules=[])
page = "http://a.example/held"
store.add_urls(run, [NewUrl(url=page, identity=page, depth=0, discovery=Discovery.START)])
store.claim(run, delay=lambda _: 0, concurrency=1)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(url: str, store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process with a run of the site under way."""
    with subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_run_that_another_process_is_on_is_not_taken_up(
    store: Store, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(StoreBusy, match=rf"process {holder.pid} ") as busy:
        store.resume_run(SITE)
    assert busy.value.exit_code == 6
    holder.kill()
    holder.wait()
    run = store.resume_run(SITE)
    assert run is not None, "a dead process holds nothing"
    assert claimed(store, run).url.endswith("/held"), "nor any of its pages"


def test_a_second_run_of_a_site_waits_for_the_first(store: Store, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(StoreBusy, match=rf"process {holder.pid} "):
        begin(store)
    assert rows(store, t.run) == 1, "nothing was written"
    begin(store, replace(SITE, id="b"))
    holder.kill()
    holder.wait()
    begin(store)


BEGIN = """
import sys, time
from auditor.errors import StoreBusy
from auditor.models import Site
from auditor.store import Store
store = Store.open(sys.argv[1])
sys.stdin.readline()
try:
    store.start_run(Site(id="a", name="A", urls=("http://a.example/",)), versions={}, rules=[])
    print("begun", flush=True)
except StoreBusy:
    print("busy", flush=True)
sys.stdin.readline()
"""


def test_of_many_that_begin_at_once_one_begins(store: Store, url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline() for process in started if process.stdout]
    for process in started:
        process.communicate("end\n")
    assert sorted(said) == ["begun\n", "busy\n", "busy\n", "busy\n"]
    assert rows(store, t.run) == 1


def test_prune_leaves_a_run_at_work(store: Store, holder: subprocess.Popen[str]) -> None:
    for _ in range(2):  # as after its heartbeat was late for once
        with store._write() as c:
            c.execute(t.run.insert().values(site="a", state="done", started=0.0, settings={}, versions={},
                                            rules=[], notes=[]))  # fmt: skip
    assert store.prune("a", 1) == 1
    with store.reading() as c:
        assert list(c.execute(sa.select(t.run.c.id).order_by(t.run.c.id)).scalars()) == [1, 3]
    holder.kill()
    holder.wait()
    assert store.prune("a", 1) == 1


def test_a_process_that_gave_no_sign_for_long_holds_nothing(
    store: Store, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "HEARTBEAT_SECONDS", 0.0)
    assert store.resume_run(SITE) is not None


def test_a_holder_on_another_machine_is_believed_by_its_heartbeat(store: Store, run: int) -> None:
    def held(by: str, since: float) -> None:
        with store._write() as c:
            c.execute(t.run.update().values(holder=by, heartbeat=time.time() - since))

    held("elsewhere:1", runs_module.HEARTBEAT_SECONDS - 5)
    with pytest.raises(StoreBusy, match="elsewhere"):
        store.resume_run(SITE)
    held("elsewhere:1", runs_module.HEARTBEAT_SECONDS + 5)
    assert store.resume_run(SITE) == run


def test_prune_keeps_the_newest_and_takes_everything_of_the_rest(store: Store) -> None:
    runs = []
    for site in ("a", "b", "a", "a"):
        number = begin(store, replace(SITE, id=site))
        store.add_urls(number, [new("/1")])
        got = claimed(store, number)
        store.record(
            number,
            [(got, visit(got.url))],
            results=[RuleResult(rule="x", outcome=Outcome.FAILED, places=1)],
            findings=[finding()],
            untested=[Untested(url=got.url, what="frame", where="", reason="")],
        )
        store.end_run(number, RunState.DONE)
        runs.append(number)
    assert store.prune("a", 2) == 1
    for table in (t.run, t.url, t.visit, t.snapshot, t.rule_result, t.finding, t.untested):
        assert rows(store, table) == 3, table.name
    with store.reading() as c:
        assert list(c.execute(sa.select(t.run.c.id).order_by(t.run.c.id)).scalars()) == runs[1:]
    assert store.prune("a", 2) == 0
    latest = RunReader.latest(store, "a")
    assert latest is not None
    assert latest.run_id == runs[3]
    assert RunReader.latest(store, "z") is None
    assert RunReader.sites(store) == ["a", "b"]


def test_prune_by_age_leaves_the_last_that_came_to_its_end(store: Store) -> None:
    runs = [begin(store) for _ in range(4)]
    for number, (state, age) in zip(
        runs,
        [(RunState.DONE, 40), (RunState.DONE, 35), (RunState.INTERRUPTED, 31), (RunState.INTERRUPTED, 1)],
        strict=True,
    ):
        store.end_run(number, state)
        with store._write() as c:
            ended = time.time() - age * 86400
            c.execute(t.run.update().where(t.run.c.id == number).values(finished=ended))
    assert store.prune("a", 10, days=30) == 2
    with store.reading() as c:
        assert list(c.execute(sa.select(t.run.c.id).order_by(t.run.c.id)).scalars()) == [runs[1], runs[3]]


def test_prune_of_a_large_run_takes_no_minutes(store: Store, run: int) -> None:
    with store._write() as c:
        ids = [
            {"run_id": run, "identity": str(n), "url": str(n), "host": "h", "depth": 0} for n in range(20_000)
        ]
        c.execute(t.url.insert().values(discovery="link"), ids)
        lost = [
            {"run_id": run, "url_id": n, "what": "frame", "where": "", "reason": ""} for n in range(1, 20_001)
        ]
        c.execute(t.untested.insert(), lost)
    store.end_run(run, RunState.DONE)
    newer = begin(store)
    began = time.monotonic()
    assert store.prune("a", 1) == 1
    assert time.monotonic() - began < 5
    assert (rows(store, t.url), rows(store, t.untested)) == (0, 0)
    assert newer != run


# -- pictures ----------------------------------------------------------------------------------------------


def picture(issue: str, data: bytes = b"RIFF") -> Picture:
    return Picture(
        issue=issue, url="http://a.example/1", taken=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        media_type="image/webp", width=480, height=270, data=data,
    )  # fmt: skip


def test_the_first_picture_of_an_issue_is_kept_and_goes_with_its_run(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2")])
    for data in (b"first", b"second"):
        got = claimed(store, run)
        pictures = [picture("i", data), picture(f"only-{data.decode()}", data)]
        store.record(run, [(got, visit(got.url))], pictures=pictures)
    reader = RunReader(store, run)
    assert reader.picture("i") == picture("i", b"first")
    assert reader.picture("only-second") == replace(
        picture("only-second", b"second"), url="http://a.example/2"
    )
    assert reader.picture("j") is None
    assert store.pictured(run) == {"i", "only-first", "only-second"}
    store.end_run(run, RunState.DONE)
    later = begin(store)
    assert (store.pictured(later), RunReader(store, later).picture("i")) == (set(), None)
    store.prune("a", 1)
    assert rows(store, t.picture) == 0


def test_the_picture_of_a_page_that_another_worker_settled_stays_out(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1")])
    got = claimed(store, run)
    store.settle(run, [(got.id, UrlOutcome.FAILED, "Gone.")])
    store.record(run, [(got, visit(got.url))], pictures=[picture("i")])
    assert rows(store, t.picture) == 0


# -- opening -----------------------------------------------------------------------------------------------


def made_of(connection: sa.Connection) -> dict[str, object]:
    """All that the database tells of its tables; columns in any order, as migrations add theirs last."""
    looking = sa.inspect(connection)

    def told(table: str) -> list[str]:
        parts = [
            *(("column", {**each, "type": repr(each["type"])}) for each in looking.get_columns(table)),
            ("primary key", looking.get_pk_constraint(table)),
            *(("foreign key", each) for each in looking.get_foreign_keys(table)),
            *(("index", {**each, "dialect_options": _plain(each)}) for each in looking.get_indexes(table)),
            *(("unique", each) for each in looking.get_unique_constraints(table)),
            *(("check", each) for each in looking.get_check_constraints(table)),
        ]
        return sorted(f"{kind} {sorted(each.items())}" for kind, each in parts)

    def _plain(index: Mapping[str, Any]) -> list[tuple[str, str]]:
        return sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())

    return {table: told(table) for table in looking.get_table_names()}


def test_a_new_store_is_made_as_the_migrations_would_make_it(
    empty: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = Store.open(empty)
    with store._engine.connect() as c:
        new = made_of(c)
        assert c.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [migrate.HEAD]
    store.close()
    if empty.startswith("sqlite"):
        other = f"sqlite:///{tmp_path}/migrated.db"
    else:
        other = request.getfixturevalue("postgresql_of_session").new()
    engine = sa.create_engine(other.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as c:
        migrate.migrate(c)
    with engine.connect() as c:
        migrated = made_of(c)
    engine.dispose()
    assert len(new) > 10
    assert new == migrated


def test_the_migrations_give_exactly_the_schema(empty: str) -> None:
    engine = sa.create_engine(empty.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as c:
        migrate.migrate(c)
    store = Store.open(empty)
    with store._engine.connect() as c:
        context = MigrationContext.configure(
            c,
            opts={
                "compare_type": True,
                "compare_server_default": empty.startswith("sqlite"),  # PostgreSQL cannot compare JSON
                "render_as_batch": True,
            },
        )
        assert compare_metadata(context, t.metadata) == []
    store.close()
    engine.dispose()


def test_a_store_of_the_first_schema_is_brought_up_to_date(empty: str) -> None:
    engine = sa.create_engine(empty.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as c:
        migrate.migrate(c, to="0001")
        c.exec_driver_sql(
            "INSERT INTO run (id, site, state, started, seconds, settings, versions, rules, notes, seeded)"
            " VALUES (1, 'a', 'done', 1, 2, '{}', '{}', '[]', '[\"noted\"]', TRUE)"
        )
        c.exec_driver_sql(
            "INSERT INTO url (id, run_id, identity, url, host, depth, discovery, outcome, reason, attempts)"
            " VALUES (1, 1, 'u', 'u', 'h', 3, 'link', 'audited', '', 1),"
            " (2, 1, 'v', 'v', 'h', 1, 'link', NULL, '', 0)"
        )
        c.exec_driver_sql(
            "INSERT INTO snapshot (id, run_id, url_id, state, lang, refused)"
            " VALUES (1, 1, 1, 'loaded', 'en', '[]')"
        )
        c.exec_driver_sql(
            "INSERT INTO rule_result (snapshot_id, rule, outcome, run_id, places)"
            " VALUES (1, 'x', 'failed', 1, 4)"
        )
        c.exec_driver_sql(
            "INSERT INTO finding (run_id, snapshot_id, rule, outcome, kind, wcag, act, frame, selector,"
            " excerpt, message) VALUES (1, 1, 'x', 'cant_tell', 'failure', '[]', '[]', '[]', 'p', '', ''),"
            " (1, 1, 'x', 'cant_tell', 'failure', '[]', '[]', '[]', 'b', '', '')"
        )
    engine.dispose()
    if empty.startswith("postgresql"):
        assert "auditor store upgrade" in str(opening(empty))
    assert cli(["store", "upgrade", "--store", empty], standalone_mode=False) == 0
    store = Store.open(empty)
    reader = RunReader(store, 1)
    assert json.dumps([each.places for each in reader.counts()]) == "[2]"  # no Decimal of a server's
    assert reader.counts() == [
        IssueCounts(id="x-cant-tell", rule="x", outcome=Outcome.CANT_TELL, pages=1, places=2, faults=1)
    ]
    assert reader.run().notes == ("noted",)
    assert list(reader.features()) == [("u", None)]
    standing = reader.standing()
    assert (standing.known, standing.settled, standing.audited) == (2, 1, 1)
    with store.reading() as c:
        assert c.execute(sa.select(t.url.c.cost).order_by(t.url.c.id)).scalars().all() == [3, 1]
        if empty.startswith("sqlite"):
            assert c.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert c.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    store.close()


def test_what_was_stored_is_there_after_opening_again(url: str) -> None:
    first = Store.open(url)
    number = begin(first)
    first.close()
    again = Store.open(url)
    latest = RunReader.latest(again, "a")
    assert latest is not None
    assert latest.run_id == number
    again.check()
    again.close()


def test_many_may_open_a_new_store_at_once(empty: str) -> None:
    code = "import sys; from auditor.store import Store; Store.open(sys.argv[1]).check()"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, empty], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


def opening(url: str) -> StoreError:
    with pytest.raises(StoreError) as error:
        Store.open(url)
    assert error.value.exit_code == 6
    return error.value


def test_a_newer_schema_is_refused_and_left_alone(url: str) -> None:
    store = Store.open(url)
    with store._write() as c:
        c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    text = str(opening(url))
    assert "newer version" in text
    assert "9999" in text
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as c:
        assert c.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_garbage_is_no_store(tmp_path: Path) -> None:
    file = tmp_path / "garbage.db"
    file.write_bytes(os.urandom(10_000))
    before = file.read_bytes()
    assert "garbage.db" in str(opening(f"sqlite:///{file}"))
    assert file.read_bytes() == before


def test_a_database_of_another_program_is_no_store(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as c:
        c.execute(sa.text("CREATE TABLE url (id INTEGER PRIMARY KEY, address TEXT)"))
    engine.dispose()
    assert "other.db" in str(opening(f"sqlite:///{file}"))


@pytest.mark.parametrize("place", ["missing/folder/a.db", "a-file/a.db", "."])
def test_where_no_file_can_be(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("")
    assert "unable to open" in str(opening(f"sqlite:///{tmp_path}/{place}"))


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/auditor.db").close()
    read_only = Store.open(f"sqlite:///file:{tmp_path}/auditor.db?mode=ro&uri=true")
    with pytest.raises(StoreError, match="readonly"):
        begin(read_only)
    with pytest.raises(StoreError, match="readonly"):
        read_only.check()
    read_only.close()


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/auditor.db"
    store = Store.open(url)
    number = begin(store)
    store.add_urls(number, [new(f"/{n}" + "x" * 200) for n in range(500)])
    with store._engine.connect() as c:
        c.exec_driver_sql("COMMIT")
        c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        c.exec_driver_sql("BEGIN")
    store.close()
    file = tmp_path / "auditor.db"
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 20_000] = b"\xff" * 20_000
    file.write_bytes(whole)
    again = Store.open(url)
    with pytest.raises(StoreError):
        again.check()
    again.close()


@pytest.mark.parametrize(
    "text", ["", "auditor.db", "mysql://db/x", "postgresql//me:secret@db/x", "postgresql://me:x@secret:y/x"]
)
def test_what_is_no_store_url(text: str) -> None:
    said = str(opening(text))
    assert "sqlite:///auditor.db" in said
    assert "secret" not in said


@pytest.mark.parametrize("text", ["me:secret@127.0.0.1:1/x", "me@127.0.0.1:1/x?password=secret"])
def test_no_password_is_ever_told(text: str) -> None:
    said = str(opening(f"postgresql://{text}"))
    assert "postgresql://me" in said
    assert "the server runs" in said
    assert "secret" not in said


def test_a_reader_holds_up_no_writer(store: Store, run: int, url: str) -> None:
    store.add_urls(run, [new(f"/{n}") for n in range(2000)])
    reader = Store.open(url)
    reading = RunReader(reader, run).visits()
    next(reading)
    began = time.monotonic()
    store.note(run, "written meanwhile")
    assert time.monotonic() - began < 2
    assert len(list(reading)) == 1999
    reader.close()


def test_iterators_can_be_read_again(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1"), new("/2")])
    visits: Callable[[], Iterator[Visit]] = RunReader(store, run).visits
    assert list(visits()) == list(visits()) != []


def test_a_part_of_a_run_is_kept_and_replaced(store: Store) -> None:
    run_id = store.start_run(SITE, versions={}, rules=[])
    assert RunReader(store, run_id).part("sample") is None
    store.keep_part(run_id, "sample", {"seed": 1})
    store.keep_part(run_id, "sample", {"seed": 2})
    assert RunReader(store, run_id).part("sample") == {"seed": 2}


# -- pages that are taken over ---------------------------------------------------------------------------


def test_a_page_is_taken_over_with_all_that_was_said_of_it_and_outlives_its_run(store: Store) -> None:
    began, last = datetime(2026, 11, 1, tzinfo=UTC), 0
    made_of = {"page": "a", "links": ["é"]}
    for number in range(3):
        run = begin(store)
        store.add_urls(run, [new("/1"), new("/old")])
        page, old = claimed(store, run, concurrency=9), claimed(store, run, concurrency=9)
        store.record(run, [(old, visit(old.url, UrlOutcome.REDIRECTED, final_url=page.identity))])
        runs = store.finished_before(run)
        if number == 0:
            assert store.kept_page(runs, page.identity, since=0.0) is None
            store.record(
                run,
                [(page, visit(page.url, started=began))],
                lang="cy",
                facts={"weight": {"bytes": 7}},
                results=[
                    RuleResult(rule="image-alt", outcome=Outcome.FAILED, places=1),
                    RuleResult(rule="of-site", outcome=Outcome.FAILED, places=1),
                ],
                findings=[finding(), finding("of-site", issue="s")],
                untested=[Untested(url=page.url, what="request", where="x", reason="y")],
                pictures=[
                    Picture(
                        issue="i",
                        url=page.url,
                        taken=began,
                        media_type="image/png",
                        width=1,
                        height=1,
                        data=b"x",
                    )
                ],
                driven=[1, 2],
                made_of=made_of,
            )
            store.keep_resources(run, {"k": {"url": "u"}})
            store.keep_resources(run, {"k": {"url": "u"}})
        else:
            kept = store.kept_page(runs, old.identity, since=began.timestamp() - 1)
            assert kept is not None, "where a redirect led"
            assert (kept.run_id, kept.pictured) == (last, frozenset({"i"}))
            assert kept.told == made_of
            assert kept.failures == (2 if number == 1 else 1)
            assert kept.audited == began.timestamp()
            assert store.kept_page(runs, page.identity, since=began.timestamp() + 1) is None, "too old"
            assert store.resources(run, ["k"]) == {}
            assert store.resources(last, ["k", "l"]) == {"k": {"url": "u"}}
            store.keep_resources(run, store.resources(last, ["k"]))
            told = visit(page.url, started=datetime.now(UTC), unchanged_since=began)
            store.record(run, [(page, told)], kept=kept, driven=None, site_rules=["of-site"])
        store.end_run(run, RunState.DONE)
        store.prune(SITE.id, 1)
        last = run
    reader = RunReader(store, last)
    assert [each.rule for each in reader.findings()] == ["image-alt"]
    assert [each.component for each in reader.findings()] == [finding().component]
    assert [each.rule for _, each in reader.rule_results()] == ["image-alt"]
    assert [each.where for each in reader.untested()] == ["x"]
    assert (picture := reader.picture("i")) is not None
    assert picture.data == b"x"
    assert [each.facts for each in store.page_facts(last)] == [{"weight": {"bytes": 7}}]
    assert list(store.driven(last)) == []
    told = {each.url: each for each in reader.visits()}["http://a.example/1"]
    assert (told.lang, told.unchanged_since) == ("cy", began)
    unchanged = reader.unchanged()
    assert unchanged is not None
    assert (unchanged.pages, unchanged.oldest, unchanged.newest) == (1, began, began)
    assert RunReader(store, begin(store)).unchanged() is None


def test_a_page_with_another_state_is_not_taken_over(store: Store, run: int) -> None:
    store.add_urls(run, [new("/1")])
    page = claimed(store, run)
    more = Snapshot(url=page.url, state="menu open")
    store.record(
        run, [(page, visit(page.url, started=datetime.now(UTC)))], made_of={"a": 1}, states=[(more, [], [])]
    )
    store.end_run(run, RunState.DONE)
    assert store.kept_page([run], page.identity, since=0.0) is None
