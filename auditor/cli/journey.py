"""`auditor journey`: list the journeys of sites.toml, try one, record one with Playwright's own recorder."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from auditor.cli.common import (
    config_option,
    find_config,
    last_run,
    no_sandbox_option,
    open_store,
    sandbox,
    store_option,
)
from auditor.config import Config
from auditor.crawl.page_kinds import services
from auditor.crawl.suggesting import stub
from auditor.crawl.suggesting import suggest as suggested
from auditor.errors import UsageError
from auditor.formats._safe import visible
from auditor.models import Journey, JourneyState, Site, StepResult, UrlOutcome
from auditor.recording import journey as recorded
from auditor.steps import skills
from auditor.trying import try_journey
from auditor.urls import start_url

DONE, INCOMPLETE = 0, 3
KEPT = Path("auditor-journeys")  # of what failed


@click.group()
def journey() -> None:
    """What people come to a website for, step by step (docs/journeys.md)."""


@journey.command("list")
@config_option
def list_(config_file: Path | None) -> int:
    """The journeys of sites.toml."""
    config = _config(config_file)
    rows = [(site, each) for site in config.sites for each in site.journeys]
    for site, each in rows:
        may = f"may send, by {each.permission.by}" if each.permission else "sends nothing: no permission"
        click.echo(visible(f"{site.id}/{each.id}: {each.name}; {len(each.steps)} steps; {may}", 500))
    if not rows:
        click.echo(f"{config.file} has no [[site.journey]].")
    return DONE


@journey.command()
@click.argument("name", metavar="NAME")
@click.option("--headed", is_flag=True, help="Show the browser's window.")
@config_option
@no_sandbox_option
def run(name: str, headed: bool, config_file: Path | None, no_sandbox: bool) -> int:
    """Try the journey NAME, or SITE/NAME, step by step. Nothing is judged or stored.

    Ends with 0 where it came to its end, or to its final step, and with 3 where it did not.
    """
    config = _config(config_file)
    site, found = _find(config, name)
    (site,) = config.with_secrets([site])

    def heard(result: StepResult) -> None:
        told = f"{result.number}. {result.words}: {result.state}"
        click.echo(visible(f"{told}. {result.reason}" if result.reason else told, 1500))

    gone = asyncio.run(
        try_journey(
            site, found, sandbox=sandbox(no_sandbox), headed=headed, heard=heard, keep=KEPT / found.id
        )
    )
    for each in gone.sent:
        done = "stopped" if each.stopped else "sent"
        what = f"{each.count} × {each.method} {each.host}{each.path}, step {each.step}"
        click.echo(visible(f"{done} {what}", 600))
    for file in gone.kept:
        click.echo(f"kept {file}")
    click.echo(f"{found.id}: {gone.state.replace('_', ' ')}")
    return DONE if gone.state is JourneyState.COMPLETE else INCOMPLETE


@journey.command()
@click.argument("url", metavar="URL")
def record(url: str) -> int:
    """Record a journey that starts at URL: a window opens, you go it, you close the window.

    Prints a [[site.journey]] for sites.toml. Passwords are not written down.
    """
    start = start_url(url)
    click.echo("Go the journey in the window, stop before you would send anything, and close it.", err=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recorded.jsonl"
        command = [sys.executable, "-m", "playwright", "codegen", "--target", "jsonl", "-o", str(file)]
        if shutil.which("google-chrome"):
            command += ["--channel", "chrome"]
        done = subprocess.run([*command, start], check=False)  # noqa: S603 - a list, no shell
        if not file.exists():
            raise UsageError(
                f"Nothing was recorded: Playwright's recorder ended with {done.returncode}. It needs a "
                "screen and a browser of its own: python -m playwright install chromium."
            )
        try:
            told = recorded(file.read_text(encoding="utf-8").splitlines(), start)
        except (ValueError, AttributeError, TypeError) as error:
            raise UsageError(
                f"This version of Playwright's recorder writes something else ({error}). Write the steps by "
                "hand: docs/journeys.md."
            ) from error
    click.echo(told)
    return DONE


@journey.command()
@click.argument("site_id", metavar="SITE-ID")
@config_option
@store_option
def suggest(site_id: str, config_file: Path | None, store: str | None) -> int:
    """Print a [[site.journey]] for each service that the site's last audit shows.

    Known by the local government service list. Steps are yours to fill in.
    """
    config = find_config(config_file)
    last = last_run(open_store(store, config), site_id)
    told = suggested(last.page_facts())
    audited = last.by_outcome().get(UrlOutcome.AUDITED, 0)
    sites = config.sites if config else ()
    taken = [each.id for site in sites if site.id == site_id for each in site.journeys]
    for each in told:
        text = stub(each, taken, list(skills()))
        taken.append(text.partition('id = "')[2].partition('"')[0])
        click.echo(text)
    known = len(services())
    click.echo(f"{len(told)} of {known} services found on {audited} audited pages.", err=True)
    return DONE


def _config(named: Path | None) -> Config:
    config = find_config(named)
    if config is None:
        raise UsageError("There is no sites.toml here. Name yours with --config FILE.")
    return config


def _find(config: Config, name: str) -> tuple[Site, Journey]:
    site_id, _, journey_id = name.rpartition("/")
    every = [(site, each) for site in config.sites for each in site.journeys]
    found = [(s, each) for s, each in every if each.id == journey_id and site_id in ("", s.id)]
    if len(found) == 1:
        return found[0]
    if found:
        spelt = ", ".join(f"{site.id}/{each.id}" for site, each in found)
        raise UsageError(f"Several sites have a journey {name!r}. Name one: {spelt}.")
    known = ", ".join(f"{site.id}/{each.id}" for site, each in every) or "none"
    raise UsageError(f"{config.file} has no journey {name!r}. It has: {known}.")
