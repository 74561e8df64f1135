"""`auditor retest`: what somebody reported, held against the site's last audit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli.audit import compared, gate_of
from auditor.cli.common import (
    config_option,
    find_baseline,
    find_config,
    open_store,
    output_option,
    store_option,
    write_files,
)
from auditor.cli.report import reader_of
from auditor.errors import UsageError
from auditor.formats import html, retest_files
from auditor.formats._typeset import inert
from auditor.history import catch_up
from auditor.models import RunState
from auditor.report import report as build
from auditor.retest import read
from auditor.retest import retest as held_against
from auditor.store import RunReader


@click.command()
@click.argument("site", metavar="SITE-ID")
@click.argument("list_file", metavar="LIST.csv", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@store_option
@output_option("retest")
def retest(site: str, list_file: Path, config_file: Path | None, store: str | None, output: Path) -> int:
    """Track each problem of LIST.csv, which the regulator or anybody reported, against the site's last audit.

    Writes retest.html with the audit's report beside it, retest.csv and a draft of the reply.
    """
    config = find_config(config_file)
    opened = open_store(store, config)
    reader: RunReader | None = reader_of(opened, site)
    assert reader is not None
    name = reader.run().site
    if reader.run().state is not RunState.DONE:
        reader = RunReader.before(opened, name, reader.run_id)
    if reader is None:
        raise UsageError(f"No audit of {name!r} came to its end yet. Finish one: `auditor audit --resume`.")
    catch_up(opened, name)
    report = build(reader)
    items = read(list_file, report.site.urls[0])
    today = datetime.now(UTC).date()
    told = held_against(items, report, opened.remembered(name), list_name=list_file.name, today=today)
    report = compared(report, opened, gate_of(report.site, config), find_baseline(None, name))
    files = write_files([retest_files.render(told, report), html.render(report)], output)
    click.echo(inert(retest_files.sentence(told, report)))
    click.echo(f"Retest: {files[0]}")
    return 0
