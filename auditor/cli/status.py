"""`auditor status`: what runs, hosts and workers are doing, and whether they get on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli.audit import DONE, INCOMPLETE
from auditor.cli.common import config_option, find_config, open_store, store_option
from auditor.cli.due_words import overdue
from auditor.formats._safe import visible
from auditor.formats.served import next_request
from auditor.models import HostPace, Situation, Standing
from auditor.situation import ADVICE, account, an_hour, health, healthy, workers
from auditor.store import FLEET
from auditor.store.live import situation

SHOWN = 10  # hosts and reasons; --json has more


@click.command()
@config_option
@store_option
@click.option(
    "--json", "as_json", is_flag=True, help="The same for programs, as docs/status-json.md tells it."
)
def status(config_file: Path | None, store: str | None, as_json: bool) -> int:
    """Show each site's newest run, how far it is, and whether it gets on; exit code 3 if one does not."""
    config = find_config(config_file)
    opened = open_store(store, config)
    now = situation(opened)
    if as_json:
        click.echo(json.dumps(account(now), indent=1))
    else:
        for line in _lines(now, opened.shown):
            click.echo(visible(line, lines=True))
        for site, said in overdue(opened, config).items():
            click.echo(f"{visible(site)}: {said}")
    return DONE if healthy(now) else INCOMPLETE


def _lines(now: Situation, store: str) -> Iterator[str]:
    if not now.standings:
        yield f"{visible(store)} holds no audit yet."
    width = max((len(visible(each.run.site)) for each in now.standings), default=0)
    for standing in now.standings:
        yield from _run(standing, now, width)
    at_work = [each for each in now.standings if each.held]
    if at_work:
        left = sum(each.known - each.settled for each in at_work)
        pages = sum(now.recent.values())
        yield ""
        yield (
            f"Queue: {left:,} of {sum(each.known for each in at_work):,} known addresses to do, on "
            f"{_count(now.hosts_total, 'host')}. Pages audited in the last 10 minutes: {pages:,}, "
            f"which is {an_hour(pages):,} an hour."
        )
        for each in workers(now):
            runs = ", ".join(str(run) for run in each["runs"])
            pages = each["audited_lately"]
            yield f"  worker {visible(each['worker'])}: run {runs}, {pages:,} pages in 10 minutes"
        for pace in now.hosts[:SHOWN]:
            yield _host(pace, now.at)
        if now.hosts_total > SHOWN:
            yield f"  and {now.hosts_total - SHOWN:,} more of {now.hosts_total:,} hosts"
    if now.fleet:
        fleet = now.fleet
        yield ""
        yield (
            f"Fleet: {_count(fleet.workers, 'worker')} alive; jobs: {fleet.todo:,} waiting, "
            f"{fleet.doing:,} under way, {fleet.failed:,} failed for good"
        )
    if now.setbacks:
        yield ""
        number = _count(now.setbacks_total, "address", "es")
        yield f"Could not be audited, in runs that are not done: {number}"
        shown = now.setbacks[:SHOWN]
        for setback in shown:
            yield f"  {setback.count:,} {setback.outcome}: {visible(setback.reason, 200)}"
        if (rest := now.setbacks_total - sum(each.count for each in shown)) > 0:
            yield f"  {rest:,} for other reasons"


def _run(standing: Standing, now: Situation, width: int) -> Iterator[str]:
    run, state = standing.run, health(standing)
    parts = [
        f"run {run.id} of {run.started:%Y-%m-%d %H:%M} UTC",
        f"{standing.settled:,} of {standing.known:,} addresses settled, {standing.audited:,} audited",
        f"last progress {standing.progress:%Y-%m-%d %H:%M:%S} UTC ({_ago(standing.progress)} ago)",
    ]
    if standing.holder:
        name, _, pid = standing.holder.rpartition(":")
        who = "the fleet" if name == FLEET else f"process {pid} on {name}"
        parts.append(who + ("" if standing.held else ", which is gone"))
    if run.id in now.recent:
        parts.append(f"{an_hour(now.recent[run.id]):,} pages an hour")
    if run.stopped:
        parts.append(run.stopped)
    yield f"{visible(run.site):<{width}}  {state:<11}  {visible('; '.join(parts))}"
    if advice := ADVICE.get(state):
        yield f"{'':<{width}}  {'':<11}  {advice}"


def _host(pace: HostPace, now: datetime) -> str:
    return (
        f"  {visible(pace.host)}: {pace.left:,} to do, {pace.open} open, "
        f"{pace.delay:g} s between requests, next: {next_request(pace, now)}"
    )


def _count(number: int, one: str, plural: str = "s") -> str:
    return f"{number:,} {one}{'' if number == 1 else plural}"


def _ago(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
