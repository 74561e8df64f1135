"""`auditor notify`: who is told what audits found. Nothing that goes wrong here fails an audit."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor import notify as notifying
from auditor.cli.common import config_option, find_config
from auditor.config import Config
from auditor.errors import UsageError
from auditor.models import Claim, DueState, Report, RunState, Site
from auditor.sending import send, send_test
from auditor.store import Store

DONE, INCOMPLETE = 0, 3


@click.group()
def notify() -> None:
    """Who is told what audits found (docs/notifications.md)."""


@notify.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@config_option
def test(names: Sequence[str], config_file: Path | None) -> int:
    """Send a test message to each [[notify.to]] of sites.toml, or to those named."""
    config = find_config(config_file)
    to = config.notify.to if config else ()
    if not to:
        raise UsageError(
            "There is no [[notify.to]] in sites.toml: docs/notifications.md tells how to write one."
        )
    if unknown := set(names) - {each.name for each in to}:
        known = ", ".join(each.name for each in to)
        raise UsageError(f"No [[notify.to]] is named {sorted(unknown)[0]!r}. There are: {known}.")
    chosen = [each for each in to if not names or each.name in names]
    faults = 0
    for each in chosen:
        why = send_test(each, os.environ)
        faults += bool(why)
        click.echo(f"{each.name}: {f'not sent: {why}' if why else 'sent'}")
    click.echo(f"Sent to {len(chosen) - faults} of {len(chosen)}.")
    return INCOMPLETE if faults else DONE


def notify_of(report: Report, store: Store, config: Config | None, missed: Sequence[str] = ()) -> None:
    """Tell what a whole audit of one of the file's sites changed, and what waited to be told."""
    ids = {site.id for site in config.sites} if config and _wanted(config) else set()
    if report.site.id not in ids or not report.site.follow_links or report.run.state is not RunState.DONE:
        return
    assert config is not None
    with _harmless():
        notifying.after(report, store, config.notify, datetime.now(UTC), missed)
        _send(store, config, report.run.id)


def notify_of_failure(site: Site, store: Store, config: Config, missed: Sequence[str]) -> None:
    """Tell that a scheduled audit could not be made."""
    if _wanted(config):
        with _harmless():
            notifying.failed(site, store, config.notify, datetime.now(UTC), missed)
            _send(store, config)


def send_waiting(store: Store, config: Config) -> None:
    """Try again what could not be sent."""
    if _wanted(config):
        with _harmless():
            _send(store, config)


def digest_of(store: Store, config: Config, claimed: Claim) -> None:
    """Tell owners what changed since the last digest."""
    dues = store.dues(claimed.site)
    since = next((d.touched for d in dues if d.state in (DueState.DONE, DueState.KNOWN)), claimed.due.due)
    with _harmless():
        notifying.digest(config.sites, config.owners, store, config.notify, datetime.now(UTC), since=since)
        _send(store, config)


def _wanted(config: Config) -> bool:
    return bool(config.notify.to or config.notify.owners)


def _send(store: Store, config: Config, run: int | None = None) -> None:
    for fault in send(store, config.notify):
        click.echo(f"auditor: {fault}", err=True)
        if run is not None:
            store.note(run, fault)


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception:
        traceback.print_exc()
        click.echo("auditor: a notification failed by a fault of the program; the audit stands.", err=True)
