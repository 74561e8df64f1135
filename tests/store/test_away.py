"""A server that is away for a while: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import signal
import threading
import time

import pytest
import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.models import Site
from auditor.store import Store, database
from auditor.store import schema as t
from auditor.store.database import StoreAway
from tests.postgresql import Network, Server

SITE = Site(id="a", name="A", urls=("http://a.example/",))


@pytest.mark.parametrize("arrives", [True, False])
def test_a_commit_whose_answer_is_not_heard_is_made_once(
    postgresql_of_session: Server, postgresql: str, arrives: bool
) -> None:
    network = Network(postgresql_of_session.port)
    store = Store.open(postgresql.replace(f":{postgresql_of_session.port}/", f":{network.port}/"))
    run = store.start_run(SITE, versions={}, rules=[])
    network.break_at, network.break_after = b"COMMIT", arrives
    store.beat(run, seconds=5.0)
    assert network.break_at == b"", "it was not cut at all"
    assert store.seconds(run) == 5.0
    store.close()
    network.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_restart_costs_nothing_but_time(postgresql_to_break: Server, how: signal.Signals) -> None:
    url = postgresql_to_break.new()
    store = Store.open(url)
    run = store.start_run(SITE, versions={}, rules=[])
    done = threading.Event()

    def beats() -> None:
        mine = Store.open(url)
        for _ in range(100):
            mine.beat(run, seconds=1.0)
            time.sleep(0.01)
        mine.close()
        done.set()

    workers = [threading.Thread(target=beats) for _ in range(2)]
    for worker in workers:
        worker.start()
    time.sleep(0.3)
    postgresql_to_break.stop(how)
    assert not done.is_set()
    postgresql_to_break.start()
    for worker in workers:
        worker.join(60)
    assert store.seconds(run) == 200.0
    store.close()


def test_a_number_that_a_crashed_server_gives_anew_is_not_taken_for_ours(postgresql_to_break: Server) -> None:
    url = postgresql_to_break.new()
    store, other = Store.open(url), Store.open(url)
    run = store.start_run(SITE, versions={}, rules=[])
    given: list[str] = []

    def write() -> None:
        with store._write(run) as c:
            ours = str(c.info["transaction"])
            c.execute(t.run.update().values(seconds=1.0))
            postgresql_to_break.stop(signal.SIGQUIT)
            postgresql_to_break.start()
            while ours not in given and len(given) < 100:
                with other._write(run) as another:
                    given.append(another.info["transaction"])
            assert ours in given, "the server did not give it anew, and nothing is shown"

    with pytest.raises(StoreAway):
        write()
    assert store.seconds(run) == 0.0
    store.close()
    other.close()


def test_writers_that_are_gone_are_forgotten(postgresql: str) -> None:
    store = Store.open(postgresql)
    with store._write() as c:
        c.execute(t.writer.insert().values(name="gone", transaction="1", began=time.time() - 2 * 86_400))
        c.execute(t.writer.insert().values(name="not yet", transaction="1", began=time.time() - 3_600))
    store.start_run(SITE, versions={}, rules=[])
    with store.reading() as c:
        names = set(c.execute(sa.select(t.writer.c.name)).scalars())
    assert "not yet" in names
    assert "gone" not in names
    assert len(names) == 2, "more than our own connection"
    store.close()


def test_who_waited_long_enough_is_told(postgresql_to_break: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(postgresql_to_break.new())
    postgresql_to_break.stop()
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1.5)
    with pytest.raises(StoreError, match=r"postgresql://auditor@127.* the server runs"):
        store.start_run(SITE, versions={}, rules=[])
    store.close()
    postgresql_to_break.start()


def test_runs_do_not_wait_for_each_other(postgresql: str) -> None:
    one, other = Store.open(postgresql), Store.open(postgresql)
    runs = [one.start_run(Site(id=each, name=each, urls=SITE.urls), versions={}, rules=[]) for each in "ab"]
    with one._write(runs[0]) as c:
        c.execute(t.run.update().where(t.run.c.id == runs[0]).values(seconds=1.0))
        other.beat(runs[1], seconds=2.0)
        with other.reading() as free:
            key = f"{database.TURNS}, {runs[0]}"
            assert free.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({key})").scalar() is False
    assert [one.seconds(each) for each in runs] == [1.0, 2.0]
    one.close()
    other.close()


def test_a_transaction_that_a_crash_forgot_does_not_hold(postgresql: str) -> None:
    store = Store.open(postgresql)
    assert store._holds("nobody", str(2**40)) is False
    store.close()
