"""`auditor serve`: the store's sites, audits and reports in a browser, to be read."""

from __future__ import annotations

import ipaddress
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor import baseline, people, waivers
from auditor.cli.audit import SIGNALLED
from auditor.cli.common import (
    config_option,
    find_config,
    find_people,
    open_store,
    store_option,
    write,
    write_files,
)
from auditor.cli.due_words import next_due
from auditor.cli.report import built, region
from auditor.config import Config
from auditor.errors import UsageError
from auditor.formats import html
from auditor.formats import region as overview_format
from auditor.models import Region
from auditor.store import RunReader

if TYPE_CHECKING:
    pass

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

OLDER = (
    "This is not the newest audit of this website. What is said here of when a problem was fixed or found "
    "again is as it was known after the newest one."
)

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


@click.command()
@config_option
@store_option
@click.option(
    "--listen",
    metavar="ADDRESS:PORT",
    default="127.0.0.1:8000",
    show_default=True,
    help="Where to listen. Anyone who reaches another address than 127.0.0.1 can read everything: "
    "docs/serve.md says how to put it behind a sign-on.",
)
@click.option(
    "--host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name that browsers ask it by, such as audits.example.gov.uk; may be given more than once. "
    "Requests by any other name than these and localhost are refused.",
)
def serve(config_file: Path | None, store: str | None, listen: str, names: Sequence[str]) -> int:
    """Show sites, audits and reports of the store in a browser until stopped, to be read alone."""
    address, port = _address(listen)
    hosts = _hosts(names, address)
    try:
        from auditor.web.app import Sources, app
        from auditor.web.running import run
    except ImportError as error:
        raise UsageError(
            f"auditor serve needs {error.name}. Install it with: pip install 'council-auditor[serve]'."
        ) from error
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(SIGNALLED + number))  # files are removed
    config = find_config(config_file)
    opened = open_store(store, config)
    sources = Sources(
        store=opened,
        sites=config.sites if config else (),
        region=config.region if config else Region(),
        write=partial(_written, config_file, store),
        due=partial(next_due, opened, config),
        stamp=partial(_stamp, config),
    )
    with _listening(address, port, listen) as bound, tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        click.echo(f"Listening on http://{_shown(address)}:{bound.getsockname()[1]}/")
        run(app(sources, hosts, Path(folder)), bound)
    return 0


def _address(listen: str) -> tuple[str, int]:
    """Raises `UsageError`."""
    address, colon, port = listen.rpartition(":")
    address = address.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(address)
        if not colon or not 0 <= int(port) <= 65535:
            raise ValueError
    except ValueError:
        raise UsageError(
            f"--listen {listen}: write a numeric address and a port, such as 127.0.0.1:8000 or 0.0.0.0:8000."
        ) from None
    return address, int(port)


def _hosts(names: Sequence[str], address: str) -> list[str]:
    """The names in a request's Host that it answers to. Raises `UsageError`."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"--host {name}: write a name alone, such as audits.example.gov.uk.")
    if not names and not ipaddress.ip_address(address).is_loopback:
        raise UsageError(
            f"--listen {address}: name what browsers will ask it by with --host, as requests by any other "
            "name are refused: web pages elsewhere could read the reports through a browser inside."
        )
    return [*LOOPBACK, _shown(address), *names]


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _listening(address: str, port: int, listen: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise UsageError(
            f"--listen {listen}: {os.strerror(error.errno or 0)}. Name another address or port."
        ) from error


def _stamp(config: Config | None, site_id: str) -> str:
    """Changes when a file that a site's report is made of does: so a new report is written."""
    return ";".join(f"{file}:{_age(file)}" for file in _files(config, site_id))


def _files(config: Config | None, site_id: str) -> Iterator[Path]:
    yield from (baseline.FILE, waivers.FILE)
    if config:
        yield config.file
        if views := config.views.get(site_id):
            yield views
        yield from people.files(config.file.parent, config.people.get(site_id, ()))


def _age(file: Path) -> tuple[int, int] | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


def _written(config_file: Path | None, store: str | None, what: str, run: int, folder: Path) -> None:
    """Write a report to a folder, in a process of its own. Nothing goes into the store.

    `what`: a format, or "overview". Raises `AuditorError`.
    """
    config = find_config(config_file)
    opened = open_store(store, config)
    if what == "overview":
        told = region(opened, config, lambda report: None)
        write_files([overview_format.render(told, reports=True, home="../")], folder)
        return
    reader = RunReader.numbered(opened, run)
    if reader is None:
        raise UsageError("The store has no audit of that number any more.")
    site = reader.run().site
    report = built(reader, opened, config, find_people((), site, config))
    newest = max((point.run for point in opened.points(site)), default=0)
    if newest > run:
        notes = (*report.run.notes, OLDER)
        report = replace(report, run=replace(report.run, notes=notes))
    if what == "html":
        write_files([html.render(report, home="../")], folder)
    else:
        write(report, [what], folder, sandboxed=True)
