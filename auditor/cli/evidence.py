"""`auditor evidence`: the evidence of a site's last audit in one file that can be verified."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from auditor.cli.common import (
    config_option,
    find_config,
    last_run,
    new_file,
    open_store,
    store_option,
)
from auditor.errors import UsageError
from auditor.formats import bundle
from auditor.report import report as build


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@config_option
@store_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("evidence.zip"),
    show_default=True,
    help="File to write.",
)
def evidence(site: str | None, config_file: Path | None, store: str | None, output: Path) -> int:
    """Pack results, versions, settings and hashes of a site's last audit into a zip file; README.txt in it
    says how to verify it, and what it does not show."""
    config = find_config(config_file)
    report = build(
        last_run(open_store(store, config), site)
    )  # alone: what others it is compared with may change
    try:
        with new_file(output) as file:
            bundle.write(report, file)
        with output.open("rb") as made:
            total = hashlib.file_digest(made, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error}. Name another --output.") from error
    click.echo(f"Evidence: {output}")
    click.echo(f"SHA-256: {total}")
    return 0
