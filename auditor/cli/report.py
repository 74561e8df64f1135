"""`auditor report`: render a report again from the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor.cli.audit import compared, gate_of
from auditor.cli.common import (
    config_option,
    find_baseline,
    find_config,
    format_option,
    open_store,
    store_option,
    write,
    write_files,
)
from auditor.config import Config, site_id
from auditor.errors import UsageError
from auditor.formats import region as overview_format
from auditor.formats.text import summary
from auditor.history import catch_up
from auditor.models import Authority, Region, Report, RunState
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
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to. Default: report, or region with --all.",
)
@format_option
def report(
    site: str | None,
    every: bool,
    config_file: Path | None,
    store: str | None,
    output: Path | None,
    formats: Sequence[str],
) -> int:
    """Write the report of a site's last audit again, from the store; name the site where it holds several."""
    config = find_config(config_file)
    opened = open_store(store, config)
    if every:
        if site is not None:
            raise UsageError("--all is for all sites: leave out the name of one.")
        return _all(opened, config, output or Path("region"), formats)
    built = _built(reader_of(opened, site), opened, config)
    files = write(built, formats, output or Path("report"))
    click.echo(summary(built))
    for file in files:
        click.echo(f"Report: {file}")
    return 0


def _built(reader: RunReader, store: Store, config: Config | None) -> Report:
    catch_up(store, reader.run().site)
    built = build(reader)
    if built.run.state is not RunState.DONE:
        return built
    return compared(built, store, gate_of(built.site, config), find_baseline(None, built.site.id))


def _all(store: Store, config: Config | None, folder: Path, formats: Sequence[str]) -> int:
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
        built = _built(reader, store, config) if reader else None
        if built:
            write(built, formats, folder / "sites" / slug(site.id))
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
