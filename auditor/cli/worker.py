"""`auditor worker`: one process of a fleet."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.audit import compared, gate_of, look_again, routed
from auditor.cli.common import (
    config_option,
    find_baseline,
    find_config,
    find_people,
    format_option,
    log_option,
    no_sandbox_option,
    open_store,
    output_option,
    sandbox,
    store_option,
    write,
)
from auditor.cli.notify import notify_of
from auditor.cli.schedule import finished_due, to_queue
from auditor.errors import UsageError
from auditor.formats._safe import visible
from auditor.models import Report, Site
from auditor.people import joined
from auditor.store import Store

if TYPE_CHECKING:
    from auditor.fleet import Fleet


@click.command()
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    show_default="one a core",
    help="Jobs at a time; each has a browser of its own.",
)
@config_option
@store_option
@log_option
@no_sandbox_option
@output_option("report")
@format_option
def worker(
    at_once: int,
    config_file: Path | None,
    store: str | None,
    no_sandbox: bool,
    output: Path,
    formats: Sequence[str],
) -> int:
    """Take part in the audits that `auditor audit --queue` put in line, until stopped by a signal."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("auditor").setLevel(logging.INFO)
    opened = open_store(store, find_config(config_file))
    sandboxed = sandbox(no_sandbox)

    def with_secrets(site: Site) -> Site:
        """What neither job nor store holds comes from this machine's sites.toml and environment."""
        config = find_config(config_file)  # it may have been changed since
        if config is None:
            return site
        here = next((each for each in config.sites if each.id == site.id), None)
        if here is not None:
            site = replace(site, headers=here.headers)
        return config.with_secrets([site])[0]

    def due(job: str) -> list[Site]:
        config = find_config(config_file)
        return to_queue(opened, config, job) if config and config.schedules else []

    def finished(report: Report) -> None:
        """Write it as `auditor audit` does."""
        config, site = find_config(config_file), report.site
        passed = finished_due(opened, config, report)
        for sentence in passed:
            opened.note(report.run.id, sentence)
        report = replace(report, run=replace(report.run, notes=(*report.run.notes, *passed)))
        told = compared(
            report,
            opened,
            gate_of(site, config),
            find_baseline(None, site.id),
            again=lambda urls: look_again(with_secrets(site), urls, sandboxed),
        )
        told = joined(routed(site, config)(told), find_people((), site.id, config))
        for file in write(told, formats, output / site.id, sandboxed=sandboxed):
            click.echo(f"{visible(site.name)}: {file}")
        notify_of(told, opened, config, missed=passed)

    fleet = fleet_of(opened, with_secrets=with_secrets, finished=finished, due=due, sandbox=sandboxed)
    asyncio.run(_until_stopped(fleet, at_once))
    opened.close()
    return 0


def fleet_of(store: Store, **options: Any) -> Fleet:
    """Raises `UsageError` where the extra is missing, or the store is a file."""
    try:
        from auditor.fleet import Fleet
    except ImportError as error:
        raise UsageError("A fleet needs the extra: pip install 'council-auditor[fleet]'.") from error
    return Fleet(store, **options)


async def _until_stopped(fleet: Fleet, at_once: int) -> None:
    """The first signal lets the pages under way finish and gives the jobs back; the second ends at once."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        fleet.drain()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    click.echo("Waiting for work. Ctrl-C, or SIGTERM, ends after the pages under way.", err=True)
    await fleet.work(at_once=at_once)
