"""`auditor report`: render a report again from the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.audit import compared, gate_of, routed
from auditor.cli.common import (
    config_option,
    find_baseline,
    find_config,
    find_people,
    format_option,
    open_store,
    output_option,
    people_option,
    store_option,
    write,
)
from auditor.config import site_id
from auditor.errors import UsageError
from auditor.formats.text import summary
from auditor.history import catch_up
from auditor.models import RunState
from auditor.people import joined
from auditor.report import report as build
from auditor.store import RunReader, Store


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@config_option
@store_option
@output_option("report")
@people_option
@format_option
def report(
    site: str | None,
    config_file: Path | None,
    store: str | None,
    output: Path,
    people_files: Sequence[Path],
    formats: Sequence[str],
) -> int:
    """Write the report of a site's last audit again, from the store; name the site where it holds several."""
    config = find_config(config_file)
    opened = open_store(store, config)
    reader = reader_of(opened, site)
    people = find_people(people_files, reader.run().site, config)
    catch_up(opened, reader.run().site)
    built = build(reader)
    if built.run.state is RunState.DONE:
        built = compared(built, opened, gate_of(built.site, config), find_baseline(None, built.site.id))
    built = joined(routed(built.site, config)(built), people)
    files = write(built, formats, output)
    click.echo(summary(built))
    for file in files:
        click.echo(f"Report: {file}")
    return 0


def reader_of(store: Store, site: str | None) -> RunReader:
    """The last audit of a site by its id or URL, or of the only one there is. Raises `UsageError`."""
    known = RunReader.sites(store)
    if site is None:
        if len(known) != 1:
            raise UsageError(f"Which site? The store has: {', '.join(known) or 'none yet'}.")
        site = known[0]
    reader = RunReader.latest(store, site) or RunReader.latest(store, site_id(site))
    if reader is None:
        raise UsageError(f"The store has no audit of {site!r}. It has: {', '.join(known) or 'none yet'}.")
    return reader
