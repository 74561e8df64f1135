"""`auditor sites`: check sites.toml and list it."""

from __future__ import annotations

from pathlib import Path

import click

from auditor import views
from auditor.cli.common import CONFIG, config_option, find_people
from auditor.config import load


@click.command()
@config_option
def sites(config_file: Path | None) -> int:
    """Check sites.toml and the files of what people found that it names, and list the sites in it."""
    config = load(config_file or CONFIG)
    width = max((len(site.id) for site in config.sites), default=0)
    for site in config.sites:
        find_people((), site.id, config)
        gss = site.gss or "-"
        click.echo(f"{site.id:<{width}}  {gss:<9}  {site.urls[0]}  {site.name}")
    for file in config.views.values():
        views.load(file)
    count = len(config.sites)
    click.echo(f"{config.file}: {count} site{'' if count == 1 else 's'}, no faults.")
    return 0
