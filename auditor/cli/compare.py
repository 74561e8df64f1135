"""`auditor compare`: what changed from one audit to another."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.common import config_option, find_config, known_from, open_store, store_option
from auditor.compare import compare as changes_of
from auditor.errors import UsageError
from auditor.formats._text_changes import changes
from auditor.known import of_report
from auditor.models import Known
from auditor.report import report as build
from auditor.store import RunReader, Store


@click.command()
@click.argument("before", metavar="A")
@click.argument("now", metavar="B")
@config_option
@store_option
def compare(before: str, now: str, config_file: Path | None, store: str | None) -> int:
    """Tell what changed from A to B: each the number of a run, a SITE-ID, a report.json or a baseline."""
    opened = open_store(store, find_config(config_file))
    for line in changes(changes_of(_known(before, opened), _known(now, opened))):
        click.echo(line)
    return 0


def _known(name: str, store: Store) -> Known:
    if Path(name).is_file() and (known := known_from(Path(name))):
        return known
    reader = RunReader.numbered(store, int(name)) if name.isdigit() else RunReader.latest(store, name)
    if reader is None:
        sites = ", ".join(RunReader.sites(store)) or "none yet"
        raise UsageError(
            f"{name!r} is no file here, and the store has no such run or site. It has runs of: {sites}."
        )
    return of_report(build(reader))
