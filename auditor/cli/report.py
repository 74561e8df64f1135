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
    last_run,
    no_sandbox_option,
    open_store,
    output_option,
    people_option,
    sandbox,
    store_option,
    write,
)
from auditor.formats.text import summary
from auditor.history import catch_up
from auditor.models import RunState
from auditor.people import joined
from auditor.report import report as build


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@config_option
@store_option
@no_sandbox_option
@output_option("report")
@people_option
@format_option
def report(
    site: str | None,
    config_file: Path | None,
    store: str | None,
    no_sandbox: bool,
    output: Path,
    people_files: Sequence[Path],
    formats: Sequence[str],
) -> int:
    """Write the report of a site's last audit again, from the store; name the site where it holds several."""
    config = find_config(config_file)
    opened = open_store(store, config)
    reader = last_run(opened, site)
    people = find_people(people_files, reader.run().site, config)
    catch_up(opened, reader.run().site)
    built = build(reader)
    if built.run.state is RunState.DONE:
        built = compared(built, opened, gate_of(built.site, config), find_baseline(None, built.site.id))
    built = joined(routed(built.site, config)(built), people)
    files = write(built, formats, output, sandboxed=sandbox(no_sandbox))
    click.echo(summary(built))
    for file in files:
        click.echo(f"Report: {file}")
    return 0
