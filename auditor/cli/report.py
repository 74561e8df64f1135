"""`auditor report`: render a report again from the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
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
    people_option,
    sandbox,
    store_option,
    write,
    write_files,
)
from auditor.config import Config
from auditor.errors import UsageError
from auditor.formats import region as overview_format
from auditor.formats.text import summary
from auditor.history import catch_up
from auditor.models import Authority, PersonResult, Region, Report, RunState
from auditor.people import joined
from auditor.region import authority, overview, slug
from auditor.report import report as build
from auditor.report import site_from_settings
from auditor.store import RunReader, Store


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="An overview of all sites of sites.toml, or of the store, and the report of each in sites/SITE-ID/.",
)
@config_option
@store_option
@no_sandbox_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to. Default: report, or region with --all.",
)
@people_option
@format_option
def report(
    site: str | None,
    every: bool,
    config_file: Path | None,
    store: str | None,
    no_sandbox: bool,
    output: Path | None,
    people_files: Sequence[Path],
    formats: Sequence[str],
) -> int:
    """Write the report of a site's last audit again, from the store; name the site where it holds several."""
    config = find_config(config_file)
    opened = open_store(store, config)
    sandboxed = sandbox(no_sandbox)
    if every:
        if site is not None or people_files:
            raise UsageError("--all is for all sites: leave out the name of one, and --people.")
        return _all(opened, config, output or Path("region"), formats, sandboxed)
    reader = last_run(opened, site)
    people = find_people(people_files, reader.run().site, config)
    built = _built(reader, opened, config, people)
    files = write(built, formats, output or Path("report"), sandboxed=sandboxed)
    click.echo(summary(built))
    for file in files:
        click.echo(f"Report: {file}")
    return 0


def _built(reader: RunReader, store: Store, config: Config | None, people: Sequence[PersonResult]) -> Report:
    catch_up(store, reader.run().site)
    built = build(reader)
    if built.run.state is RunState.DONE:
        built = compared(built, store, gate_of(built.site, config), find_baseline(None, built.site.id))
    return joined(routed(built.site, config)(built), people)


def _all(store: Store, config: Config | None, folder: Path, formats: Sequence[str], sandboxed: bool) -> int:
    """One site after another, so that one report at a time is in memory."""
    readers = {each: _last(store, each) for each in RunReader.sites(store)}
    if config and config.sites:
        sites = config.sites
    else:
        sites = tuple(site_from_settings(reader.run().settings) for reader in readers.values())
    if not sites:
        raise UsageError("There is no site: sites.toml names none, and the store has no audit.")
    found: list[Authority] = []
    for site in sites:
        reader = readers.get(site.id)
        people = find_people((), site.id, config) if reader else ()
        built = _built(reader, store, config, people) if reader else None
        if built:
            write(built, formats, folder / "sites" / slug(site.id), sandboxed=sandboxed)
        found.append(authority(site, built))
    told = overview(config.region if config else Region(), found, datetime.now(UTC))
    (file,) = write_files([overview_format.render(told, reports="html" in formats)], folder)
    audited = sum(each.audit is not None for each in found)
    compared_sites = len(found) - len(told.apart)
    click.echo(
        f"{told.region.name}: {len(found)} sites, {audited} audited, {compared_sites} with a complete audit."
    )
    click.echo(f"Overview, not for publication: {file}")
    click.echo(f"Open data: {folder / 'open-data.csv'}")
    return 0


def _last(store: Store, site: str) -> RunReader:
    """The last audit that came to its end; where none did, the last."""
    latest = RunReader.latest(store, site)
    assert latest is not None
    if latest.run().state is RunState.DONE:
        return latest
    return RunReader.before(store, site, latest.run_id) or latest
