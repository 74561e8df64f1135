"""`auditor report`: render a report again from the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from auditor.models import Authority, Overview, PersonResult, Region, Report, RunState
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
    catch_up(opened, reader.run().site)
    report = built(reader, opened, config, people)
    files = write(report, formats, output or Path("report"), sandboxed=sandboxed)
    click.echo(summary(report))
    for file in files:
        click.echo(f"Report: {file}")
    return 0


def built(reader: RunReader, store: Store, config: Config | None, people: Sequence[PersonResult]) -> Report:
    """The report of a run as it is shown: held against the audit before, with what people found."""
    report = build(reader)
    if report.run.state is RunState.DONE:
        report = compared(report, store, gate_of(report.site, config), find_baseline(None, report.site.id))
    return joined(routed(report.site, config)(report), people)


def _all(store: Store, config: Config | None, folder: Path, formats: Sequence[str], sandboxed: bool) -> int:
    def keep(report: Report) -> None:
        write(report, formats, folder / "sites" / slug(report.site.id), sandboxed=sandboxed)

    for each in RunReader.sites(store):
        catch_up(store, each)
    told = region(store, config, keep)
    (file,) = write_files([overview_format.render(told, reports="html" in formats)], folder)
    audited = sum(each.audit is not None for each in told.authorities)
    compared_sites = len(told.authorities) - len(told.apart)
    click.echo(
        f"{told.region.name}: {len(told.authorities)} sites, {audited} audited, "
        f"{compared_sites} with a complete audit."
    )
    click.echo(f"Overview, not for publication: {file}")
    click.echo(f"Open data: {folder / 'open-data.csv'}")
    return 0


def region(store: Store, config: Config | None, keep: Callable[[Report], None]) -> Overview:
    """All sites of sites.toml, or of the store; one after another, so that one report is in memory.

    `keep` is given each. Raises `UsageError` where there is none.
    """
    readers = {each: _last(store, each) for each in RunReader.sites(store)}
    if config and config.sites:
        sites = config.sites
    else:
        sites = tuple(site_from_settings(reader.run().settings) for reader in readers.values())
    if not sites:
        raise UsageError("There is no site: sites.toml names none, and the store has no audit.")
    found: list[Authority] = []
    for site in sites:
        report = None
        if reader := readers.get(site.id):
            report = built(reader, store, config, find_people((), site.id, config))
            keep(report)
        found.append(authority(site, report))
    return overview(config.region if config else Region(), found, datetime.now(UTC))


def _last(store: Store, site: str) -> RunReader:
    """The last audit that came to its end; where none did, the last."""
    latest = RunReader.latest(store, site)
    assert latest is not None
    if latest.run().state is RunState.DONE:
        return latest
    return RunReader.before(store, site, latest.run_id) or latest
