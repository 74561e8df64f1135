"""`auditor checklist`: what a person must test, as a sheet to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.common import config_option, find_config, last_run, open_store, store_option
from auditor.errors import UsageError
from auditor.formats.csv import checklist as sheet
from auditor.report import report as build


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@config_option
@store_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("checklist.csv"),
    show_default=True,
    help="File to write.",
)
def checklist(site: str | None, config_file: Path | None, store: str | None, output: Path) -> int:
    """Write what a person must test after a site's last audit: each criterion on some pages, to fill in.

    Named under `people` in sites.toml, or with --people, the filled sheet is part of the report.
    """
    report = build(last_run(open_store(store, find_config(config_file)), site))
    try:
        with output.open("xb") as file:
            file.writelines(sheet(report))
    except FileExistsError:
        raise UsageError(f"{output} is there already, and may be filled in. Name another --output.") from None
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error}. Name another --output.") from error
    click.echo(f"Checklist: {output}")
    return 0
