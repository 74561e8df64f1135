"""`auditor schedule`: what is due and when, audits of what is due now, and who calls them again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from auditor import schedule as due
from auditor.cli.audit import DONE, SIGNALLED, overall
from auditor.cli.common import (
    config_option,
    find_config,
    find_waivers,
    format_option,
    log_option,
    new_file,
    no_sandbox_option,
    open_store,
    output_option,
    sandbox,
    store_option,
)
from auditor.cli.due_audit import DueAudit
from auditor.cli.due_words import passed, told
from auditor.cli.installing import TEMPLATES, filled
from auditor.cli.notify import digest_of, notify_of_failure, send_waiting
from auditor.config import Config
from auditor.errors import UsageError
from auditor.models import DueState, Report, RunState, Schedule, Site
from auditor.store import Store

DIGEST = "[digest]"  # no site has this id
GIVEN_UP = timedelta(days=2)  # after which a fleet's audit that did not end counts as failed


@click.group()
def schedule() -> None:
    """Audits that come by themselves (docs/schedules.md)."""


@schedule.command("list")
@config_option
@store_option
def list_(config_file: Path | None, store: str | None) -> int:
    """When each site is due next, what became of the last time, and how many were missed."""
    config = _config(config_file)
    opened, now = open_store(store, config), datetime.now(UTC)
    width = max(map(len, config.schedules))
    for site, each in sorted(config.schedules.items()):
        click.echo(f"{site:<{width}}  {told(due.standing(opened, site, each, now), each)}")
    none = len(config.sites) - len(config.schedules)
    if none:
        click.echo(f"{none} of {len(config.sites)} sites of {config.file} have no schedule.")
    return DONE


@schedule.command()
@config_option
@store_option
@log_option
@no_sandbox_option
@output_option("report")
@format_option
def run(
    config_file: Path | None, store: str | None, no_sandbox: bool, output: Path, formats: Sequence[str]
) -> int:
    """Audit what is due now, one site after another, and end. Something else must call this every quarter of
    an hour or so: `auditor schedule install`."""
    config = _config(config_file)
    find_waivers()  # what is wrong with files is told before the audits, not after them
    opened = open_store(store, config)
    send_waiting(opened, config)
    waiting = _waiting(config)
    codes = []
    while claimed := due.claim(opened, waiting, datetime.now(UTC)):
        one = waiting.pop(claimed.site)  # what was stopped, or comes within the hour, is for the next call
        if claimed.site == DIGEST:
            digest_of(opened, config, claimed)
            due.settle(opened, claimed, one, datetime.now(UTC))
            continue
        codes.append(DueAudit(config, opened, claimed, one, sandbox(no_sandbox), output, formats).audit())
        if codes[-1] > SIGNALLED:
            break
    return overall(codes) if codes else DONE


def _waiting(config: Config) -> dict[str, Schedule]:
    waiting = dict(config.schedules)
    if config.notify.digest and (config.notify.to or config.notify.owners):
        waiting[DIGEST] = config.notify.digest
    return waiting


def to_queue(store: Store, config: Config, job: str) -> list[Site]:
    """What a fleet is to audit now, claimed for a job of its queue."""
    send_waiting(store, config)
    waiting, now, found = _waiting(config), datetime.now(UTC), []
    while claimed := due.claim(store, waiting, now, holder=job):
        one = waiting.pop(claimed.site)
        run = due.resumes(store, claimed)
        if claimed.site == DIGEST:
            digest_of(store, config, claimed)
            due.settle(store, claimed, one, now)
        elif run and run.state is RunState.DONE:
            due.settle(store, claimed, one, now, run=run.id)
        elif claimed.is_again and now - claimed.due.begun > GIVEN_UP:
            due.settle(store, claimed, one, now, DueState.FAILED)
            notify_of_failure(config.site(claimed.site), store, config, passed(claimed, one, now))
        elif run is None:  # a run that began has its jobs in the queue
            found.append(config.site(claimed.site))
    return found


def finished_due(store: Store, config: Config | None, report: Report) -> tuple[str, ...]:
    """Settle what a fleet's run was due for; sentences on the due times that passed before it."""
    schedule = config.schedules.get(report.site.id) if config else None
    claimed = due.going(store, report.site.id)
    if schedule is None or claimed is None or claimed.due.begun > report.run.started:
        return ()
    due.settle(store, claimed, schedule, datetime.now(UTC), run=report.run.id)
    return passed(replace(claimed, is_again=False), schedule, claimed.due.begun)


@schedule.command()
@click.argument("where", type=click.Choice(sorted(TEMPLATES)))
@config_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the files to. Default: they are printed.",
)
def install(where: str, config_file: Path | None, output: Path | None) -> int:
    """Make what calls `auditor schedule run`: a systemd timer, a cron line, GitHub's or GitLab's schedule."""
    config = _config(config_file)
    for name, text in filled(where, config.file.resolve()):
        if output is None:
            click.echo(f"# {name}\n{text}")
            continue
        try:
            output.mkdir(parents=True, exist_ok=True)
            with new_file(output / name) as file:
                file.write(text.encode())
        except OSError as error:
            raise UsageError(f"{output / name} cannot be written: {error}. Name another --output.") from error
        click.echo(f"Written: {output / name}")
    return DONE


def _config(named: Path | None) -> Config:
    config = find_config(named)
    if config is None:
        raise UsageError("There is no sites.toml here. Name the file with --config.")
    if not config.schedules:
        raise UsageError(
            f"{config.file}: no site has a `schedule`. Write one under [defaults] or [[site]], such as "
            'schedule = "0 2 * * 1".'
        )
    return config
