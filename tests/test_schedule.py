"""Schedules in simulated time: every due time once, whatever dies; nothing sleeps here."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from auditor import cron, schedule
from auditor.models import Claim, DueState, RunState, Schedule, Site
from auditor.store import Store
from auditor.store import schema as t

LONDON = ZoneInfo("Europe/London")
NIGHTLY = Schedule(cron="0 2 * * *")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    yield opened
    opened.close()


def at(text: str) -> datetime:
    """In London."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def states(store: Store, site: str) -> list[tuple[str, str]]:
    """Of its due times, oldest first, as London's clocks have them."""
    rows = [each for each in reversed(store.dues(site)) if each.state is not DueState.KNOWN]
    return [(f"{each.due.astimezone(LONDON):%m-%d %H:%M}", str(each.state)) for each in rows]


@dataclass
class Machine:
    """One that audits what is due, one site after another. Its audits are rows of the real store."""

    store: Store
    schedules: dict[str, Schedule]
    name: str
    chance: random.Random
    ran: Counter[tuple[str, datetime]]  # audits that came to their end, by site and due time
    busy: tuple[Claim, int, datetime] | None = None
    resumed: int = 0
    claimed: list[Claim] = field(default_factory=list)

    def look(self, now: datetime) -> None:
        if self.busy:
            self._end(now)
        while self.busy is None:
            claimed = schedule.claim(self.store, self.schedules, now, holder=f"{self.name}:1")
            if claimed is None:
                return
            self._begin(claimed, now)

    def _begin(self, claimed: Claim, now: datetime) -> None:
        self.claimed.append(claimed)
        site = Site(id=claimed.site, name=claimed.site, urls=(f"https://{claimed.site}.example/",))
        cut_off = schedule.resumes(self.store, claimed)
        if cut_off and cut_off.state is not RunState.DONE:
            run = self.store.resume_run(site)
            assert run == cut_off.id
            self.resumed += 1
        else:
            run = self.store.start_run(site, versions={}, rules=[])  # refuses where another is at work
            self._change(run, started=now.timestamp())
        self._change(run, holder=f"{self.name}:1", heartbeat=time.time())
        minutes = self.chance.randint(4, 40)
        self.busy = claimed, run, now + timedelta(minutes=minutes)

    def _end(self, now: datetime) -> None:
        assert self.busy is not None
        claimed, run, until = self.busy
        if now < until:
            return
        self.busy = None
        self.store.end_run(run, RunState.DONE)
        self._change(run, finished=now.timestamp())
        self.ran[claimed.site, claimed.due.due] += 1
        schedule.settle(self.store, claimed, self.schedules[claimed.site], now, run=run)

    def die(self, now: datetime) -> None:
        """kill -9: nothing is said to anybody."""
        if self.busy:
            self._change(self.busy[1], heartbeat=now.timestamp())
            self.busy = None

    def _change(self, run: int, **values: object) -> None:
        with self.store._write() as c:
            c.execute(t.run.update().where(t.run.c.id == run).values(**values))


@pytest.mark.parametrize(
    ("first", "days"), [("2026-03-26", 7), pytest.param("2025-10-24", 7, marks=pytest.mark.soak)]
)
def test_a_week_of_40_sites_with_two_schedulers_that_die_now_and_then(
    store: Store, first: str, days: int
) -> None:
    """Over the change to summer time, and back: each due time is audited to its end exactly once."""
    begin = date.fromisoformat(first)
    kinds = {
        "nightly": Schedule(cron="30 1 * * *", spread=240),  # in the hour that is left out, or doubled
        "quiet": Schedule(cron="0 6 * * *", quiet_hours=("05:00-20:00",)),
        "sunday": Schedule(cron="15 1 * * 0", spread=30),
        "tokyo": Schedule(cron="0 3 * * *", timezone="Asia/Tokyo"),
    }
    schedules = {f"{kind}-{n}": each for kind, each in kinds.items() for n in range(10)}
    chance, ran = random.Random(first), Counter[tuple[str, datetime]]()
    machines = [Machine(store, schedules, name, chance, ran) for name in ("one", "two")]
    now = at(f"{first}T00:00")
    until = at(f"{begin + timedelta(days=days)}T01:00")
    killed = 0
    while now < until or any(each.busy for each in machines):
        is_calm = now > until - timedelta(hours=3)  # so that the last night's work is done by its end
        for each in machines:
            each.look(now)
            if each.busy and not is_calm and chance.random() < 0.1:
                each.die(now)
                killed += 1
        now += timedelta(minutes=20)
    assert killed > 10
    assert sum(each.resumed for each in machines) > 4
    assert set(ran.values()) == {1}, "no due time is audited twice"
    for site in schedules:
        told = states(store, site)
        assert {state for _, state in told} <= {"done"}, f"{site}: {told}"
        nights = [begin + timedelta(days=n) for n in range(days)]
        if site.startswith("sunday"):
            nights = [night for night in nights if night.weekday() == 6]
        assert [when[:5] for when, _ in told] == [f"{night:%m-%d}" for night in nights], site
    assert len(ran) == 3 * 10 * days + 10


def test_sites_are_spread_over_the_window_each_at_its_own_minute() -> None:
    nightly = Schedule(cron="0 2 * * *", spread=240)
    after = at("2026-06-01T00:00")
    minutes = [
        (cron.first(nightly, f"site-{n}", after) - at("2026-06-01T02:00")).seconds // 60 for n in range(400)
    ]
    assert min(minutes) < 10
    assert 230 < max(minutes) < 240
    assert max(Counter(minute // 60 for minute in minutes).values()) < 150, "no hour has more than its share"
    again = cron.first(nightly, "site-7", at("2026-06-02T00:00"))
    assert again - cron.first(nightly, "site-7", after) == timedelta(days=1)


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        ("30 1 * * *", "2026-03-28T12:00", ["03-29 02:00", "03-30 01:30"]),  # 01:30 is left out
        ("30 1 * * *", "2025-10-25T12:00", ["10-26 01:30", "10-27 01:30"]),  # and comes twice
        ("0 1-3 * * *", "2026-03-28T12:00", ["03-29 02:00", "03-29 03:00", "03-30 01:00"]),
        ("0 2 29 2 *", "2026-03-01T12:00", ["02-29 02:00"]),
    ],
)
def test_the_hour_that_is_left_out_and_the_one_that_is_doubled(
    expression: str, after: str, due: list[str]
) -> None:
    found = cron.times(Schedule(cron=expression), "town", at(after))
    assert [f"{next(found).astimezone(LONDON):%m-%d %H:%M}" for _ in due] == due


def test_begun_within_the_doubled_hour_nothing_before_it_is_due() -> None:
    second = datetime(2025, 10, 26, 1, 10, tzinfo=UTC)  # 01:10 for the second time
    assert cron.first(Schedule(cron="30 1 * * *"), "town", second) == at("2025-10-27T01:30")


def test_a_machine_that_was_off_catches_up_once_and_says_what_it_missed(store: Store) -> None:
    machine = Machine(store, {"town": NIGHTLY}, "one", random.Random(1), Counter())
    machine.look(at("2026-06-01T12:00"))  # the schedule is new: nothing before is missed
    assert machine.claimed == []
    now = at("2026-06-05T09:00")
    stands = schedule.standing(store, "town", NIGHTLY, now)
    assert stands.overdue == at("2026-06-02T02:00")
    assert stands.next == at("2026-06-06T02:00")
    machine.look(now)
    machine.look(now + timedelta(hours=1))
    (claimed,) = machine.claimed
    assert claimed.missed == tuple(at(f"2026-06-0{day}T02:00") for day in (2, 3, 4))
    assert not schedule.is_late(claimed, now)
    assert states(store, "town") == [
        ("06-02 02:00", "missed"),
        ("06-03 02:00", "missed"),
        ("06-04 02:00", "missed"),
        ("06-05 02:00", "done"),
    ]
    stands = schedule.standing(store, "town", NIGHTLY, now + timedelta(hours=1))
    assert (stands.overdue, stands.known, stands.states[DueState.MISSED]) == (None, 4, 3)


def test_what_falls_due_while_the_last_audit_goes_on_is_skipped_and_told(store: Store) -> None:
    hourly = {"town": Schedule(cron="0 * * * *")}
    schedule.claim(store, hourly, at("2099-06-01T00:30"))
    claimed = schedule.claim(store, hourly, at("2099-06-01T01:00"))
    assert claimed is not None
    assert schedule.claim(store, hourly, at("2099-06-01T02:00")) is None, "this process is at work on it"
    skipped = schedule.settle(store, claimed, hourly["town"], at("2099-06-01T03:10"))
    assert skipped == (at("2099-06-01T02:00"), at("2099-06-01T03:00"))
    again = schedule.claim(store, hourly, at("2099-06-01T04:05"))
    assert again is not None
    assert again.missed == ()
    assert [state for _, state in states(store, "town")] == ["done", "skipped", "skipped", "running"]


def test_somebody_who_audits_by_hand_is_not_doubled(store: Store) -> None:
    schedule.claim(store, {"town": NIGHTLY}, at("2026-06-01T12:00"))
    run = store.start_run(Site(id="town", name="Town", urls=("https://a.example/",)), versions={}, rules=[])
    assert schedule.claim(store, {"town": NIGHTLY}, at("2026-06-02T02:05")) is None
    assert states(store, "town") == [("06-02 02:00", "skipped")]
    store.end_run(run, RunState.DONE)
    assert schedule.claim(store, {"town": NIGHTLY}, at("2026-06-02T02:20")) is None


def test_what_was_let_go_in_quiet_hours_goes_on_after_them(store: Store) -> None:
    long = {"town": Schedule(cron="0 2 * * *", quiet_hours=("07:00-19:00",))}
    schedule.claim(store, long, at("2026-06-01T22:00"))
    claimed = schedule.claim(store, long, at("2026-06-02T02:00"))
    assert claimed is not None
    schedule.let_go(store, claimed, at("2026-06-02T07:00"))
    assert schedule.claim(store, long, at("2026-06-02T12:00")) is None
    again = schedule.claim(store, long, at("2026-06-02T19:00"))
    assert again is not None
    assert again.is_again
    assert again.due.due == claimed.due.due
    assert not schedule.settle(store, claimed, long["town"], at("2026-06-02T20:00")), "it is another's now"
    assert states(store, "town") == [("06-02 02:00", "running")]


def test_another_schedule_begins_anew_and_misses_nothing(store: Store) -> None:
    schedule.claim(store, {"town": Schedule(cron="0 2 * * 1")}, at("2026-06-01T12:00"))
    assert schedule.claim(store, {"town": NIGHTLY}, at("2026-06-06T12:00")) is None
    claimed = schedule.claim(store, {"town": NIGHTLY}, at("2026-06-07T02:00"))
    assert claimed is not None
    assert claimed.missed == ()


def test_of_two_that_saw_the_same_due_time_one_gets_it(store: Store) -> None:
    schedule.claim(store, {"town": NIGHTLY}, at("2026-06-01T12:00"))
    now, dues = at("2026-06-03T03:00"), store.newest_dues()
    seen = [schedule._open(store, "town", dues["town"], NIGHTLY, now, who) for who in ("a:1", "b:1")]
    taken = [
        schedule._take(store, each, now, who) for each, who in zip(seen, ("a:1", "b:1"), strict=True) if each
    ]
    assert [each is not None for each in taken] == [True, False]
    assert [state for _, state in states(store, "town")] == ["missed", "running"]


def test_the_table_stays_small(store: Store) -> None:
    hourly = {"town": Schedule(cron="0 * * * *")}
    now = at("2026-06-01T00:30")
    schedule.claim(store, hourly, now)
    for _ in range(120):
        now += timedelta(hours=1)
        claimed = schedule.claim(store, hourly, now)
        assert claimed is not None
        schedule.settle(store, claimed, hourly["town"], now)
    assert len(store.dues("town")) == 100
