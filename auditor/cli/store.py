"""`auditor store`: what the administrator of a store does with it."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.common import config_option, find_config, open_store, store_option
from auditor.formats._safe import visible


@click.group()
def store() -> None:
    """Look after the store."""


@store.command()
@config_option
@store_option
def upgrade(config_file: Path | None, store: str | None) -> int:
    """Bring the store's tables up to date with this program. A file's are whenever it is opened."""
    opened = open_store(store, find_config(config_file), upgrade=True)
    click.echo(f"{visible(opened.shown)} is up to date.")
    opened.close()
    return 0
