"""`auditor baseline`: keep what is known today as a text file for the repository."""

from __future__ import annotations

from pathlib import Path

import click

from auditor import baseline as files
from auditor.cli.common import config_option, find_config, open_store, store_option
from auditor.compare import compare
from auditor.errors import UsageError
from auditor.formats import _words
from auditor.formats._text_changes import changes, issue_lines
from auditor.known import of_report
from auditor.models import Known
from auditor.report import report as build
from auditor.store import RunReader

file_option = click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=files.FILE,
    show_default=True,
    help="The baseline.",
)
site_argument = click.argument("site", required=False, metavar="[SITE-ID]")


@click.group()
def baseline() -> None:
    """What the gate lets pass, since it was there before."""


@baseline.command()
@site_argument
@file_option
@config_option
@store_option
def write(site: str | None, file: Path, config_file: Path | None, store: str | None) -> int:
    """Write the first baseline from a site's last audit."""
    if file.exists():
        raise UsageError(f"{file} is there already. `auditor baseline update` writes it anew.")
    audit = _last(site, config_file, store)
    file.write_text(files.text(audit), encoding="utf-8")
    click.echo(f"{file}: {_count(files.read(file))}, from {audit.name}.")
    return 0


@baseline.command()
@site_argument
@file_option
@config_option
@store_option
def update(site: str | None, file: Path, config_file: Path | None, store: str | None) -> int:
    """Write it anew from a site's last audit, and tell what that changes."""
    before = files.read(file)
    audit = _last(site or before.site, config_file, store)
    file.write_text(files.text(audit), encoding="utf-8")
    for line in changes(compare(before, audit)):
        click.echo(line)
    click.echo(f"{file}: {_count(files.read(file))}.")
    return 0


@baseline.command()
@file_option
def show(file: Path) -> int:
    """Tell what is in it."""
    known = files.read(file)
    click.echo(f"{known.name}, of {known.site}: {_count(known)}.")
    for issue in known.issues:
        for line in issue_lines(issue):
            click.echo(line)
    return 0


def _last(site: str | None, config_file: Path | None, store: str | None) -> Known:
    opened = open_store(store, find_config(config_file))
    sites = RunReader.sites(opened)
    if site is None and len(sites) != 1:
        raise UsageError(f"Which site? The store has: {', '.join(sites) or 'none yet'}.")
    reader = RunReader.latest(opened, site or sites[0])
    if reader is None:
        raise UsageError(f"The store has no audit of {site!r}. It has: {', '.join(sites) or 'none yet'}.")
    return of_report(build(reader))


def _count(known: Known) -> str:
    problems, pages = _words.count(len(known.issues), "confirmed problem"), len(known.pages)
    return f"{problems} on {_words.count(pages, 'page')} audited"
