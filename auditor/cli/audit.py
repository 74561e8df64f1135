"""`auditor audit`: audit sites, write their reports, end with the right exit code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click

import auditor
from auditor import variants, views
from auditor.cli.common import (
    baseline_option,
    changed_options,
    config_option,
    fail_on_options,
    find_baseline,
    find_config,
    find_people,
    find_waivers,
    format_option,
    log_option,
    no_sandbox_option,
    open_store,
    output_option,
    people_option,
    sandbox,
    store_option,
    write,
)
from auditor.cli.notify import notify_of
from auditor.cli.progress import Shown
from auditor.config import Config, ad_hoc, bounded
from auditor.errors import AuditorError, StoreBusy, UsageError
from auditor.formats import github
from auditor.formats._safe import visible
from auditor.formats.text import summary
from auditor.known import of_report
from auditor.limits import URL_LIST_BYTES
from auditor.models import Gate, Impact, Known, PersonResult, Report, RunState, Site
from auditor.people import joined
from auditor.report import report as build
from auditor.store import RunReader, Store
from auditor.urls import start_url
from auditor.verdict import verdict

DONE, GATE, INCOMPLETE, NOTHING = 0, 1, 3, 4
NO_GATE = Gate()
FAULT = 70  # of the program itself
SIGNALLED = 128  # and the signal's number


@click.command()
@click.argument("targets", nargs=-1, metavar="[SITE-ID or URL]...")
@click.option(
    "--urls",
    "url_file",
    type=click.File("rb"),
    help="Audit exactly the pages in this file (one URL a line, - for standard input); follow no link.",
)
@click.option("--max-pages", type=click.IntRange(min=1), help="Stop after so many pages of a site.")
@click.option(
    "--sample",
    type=click.Choice(["wcag-em", "gds", "representative"]),
    help="Audit only pages chosen by a regulator's method, or those that stand for the rest, until little is "
    "left to find. The site is read without a browser first.",
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=10**9), help="Draw the random part of --sample as this one did."
)
@click.option(
    "--variant",
    "chosen_variants",
    multiple=True,
    metavar="NAME",
    help="Judge driven pages in this variant too: phone, dark, forced-colours, reduced-motion, text-200, "
    "language-cy; may be given more than once.",
)
@click.option("--internal", is_flag=True, help="The site may be on this machine or a private network.")
@click.option(
    "--internal-origin",
    "internal_origins",
    multiple=True,
    metavar="ORIGIN",
    help="Another origin that may be so, such as http://localhost:8000; may be given more than once.",
)
@click.option("--resume", is_flag=True, help="Go on with the last audit where it was cut off.")
@click.option("--fresh", is_flag=True, help="Audit unchanged pages again too, in place of taking them over.")
@click.option("--queue", is_flag=True, help="Leave it to the workers of a fleet (`auditor worker`).")
@changed_options
@fail_on_options
@baseline_option
@config_option
@store_option
@log_option
@no_sandbox_option
@output_option("report")
@people_option
@format_option
def audit(
    targets: Sequence[str],
    url_file: BinaryIO | None,
    max_pages: int | None,
    sample: str | None,
    seed: int | None,
    chosen_variants: Sequence[str],
    internal: bool,
    internal_origins: Sequence[str],
    resume: bool,
    fresh: bool,
    queue: bool,
    changed_since: str | None,
    changed_files: BinaryIO | None,
    fail_on: str | None,
    fail_on_new: str | None,
    baseline: Path | None,
    config_file: Path | None,
    store: str | None,
    no_sandbox: bool,
    output: Path,
    people_files: Sequence[Path],
    formats: Sequence[str],
) -> int:
    """Audit sites of sites.toml by their ids, or any site by its URL; without either, all of sites.toml."""
    from auditor.cli.only_changed import Change, run_changed  # it needs this module

    if url_file is not None and sample:
        raise UsageError("--sample chooses the pages itself: give a SITE-ID or a URL, and no --urls.")
    if unknown := [name for name in chosen_variants if not variants.is_known(name)]:
        raise UsageError(f"--variant: there is no variant {unknown[0]!r}; known: {variants.KNOWN}.")
    config = find_config(config_file)
    change = Change.of(changed_since, changed_files, config)
    if change and (url_file or sample or resume or queue):
        raise UsageError(
            "--changed-since and --changed-files choose the pages, and keep no audit: "
            "leave out --urls, --sample, --resume and --queue."
        )
    sites = _sites(targets, url_file, config)
    if change and len(sites) != 1:
        raise UsageError("--changed-since and --changed-files go with one site: name it.")
    for number, site in enumerate(sites):
        changes: dict[str, object] = {}
        if max_pages is not None:
            changes = {"max_pages": max_pages, "user_limits": site.user_limits | {"max_pages"}}
        if sample:
            changes["sample"] = sample
        if seed is not None:
            changes["seed"] = seed
        if chosen_variants:
            if site.drive == "no-page":
                raise UsageError(
                    f"--variant is of pages that are driven, and of {site.id} none is (`drive`)."
                )
            changes["variants"] = tuple(dict.fromkeys(chosen_variants))
        if fresh:
            changes["reuse"] = False
        if internal:
            changes["internal"] = True
        if internal_origins:
            known = [urlsplit(start_url(o))._replace(path="").geturl() for o in internal_origins]
            changes["internal_origins"] = (*site.internal_origins, *known)
        sites[number] = replace(site, **changes)  # type: ignore[arg-type]
    if seed is not None and any(site.sample in (None, "gds") for site in sites):
        raise UsageError("--seed goes with --sample wcag-em or representative: no other has a random part.")
    if queue:
        if resume or fail_on or fail_on_new or baseline or people_files:
            raise UsageError(
                "--queue: workers go on with what was cut off, and take gate, baseline and people from "
                "their own folder: leave out --resume, --fail-on, --fail-on-new, --baseline and --people."
            )
        return _queue(sites, open_store(store, config))
    if config:
        sites = config.with_secrets(sites)
    opened = open_store(store, config)
    codes = []
    several = len(sites) > 1
    if several and people_files:
        raise UsageError("--people goes with one site. For several, name each one's files in sites.toml.")
    find_waivers()  # what is wrong with files is told before the audit, not after it
    people = {site.id: find_people(people_files, site.id, config) for site in sites}
    routes = {site.id: routed(site, config) for site in sites}
    if change:
        (site,) = sites
        return run_changed(
            site,
            change,
            opened,
            sandboxed=sandbox(no_sandbox),
            folder=output,
            formats=formats,
            gate=gate_of(site, config, fail_on, fail_on_new),
            route=routes[site.id],
            before=find_baseline(baseline, None),
            people=people[site.id],
        )
    for site in _left(sites, opened) if resume else sites:
        try:
            code = run(
                site,
                opened,
                resume=resume,
                sandboxed=sandbox(no_sandbox),
                gate=gate_of(site, config, fail_on, fail_on_new),
                route=routes[site.id],
                before=find_baseline(baseline, None if not several else site.id),
                folder=output / site.id if several else output,
                formats=formats,
                people=people[site.id],
                told=lambda report: notify_of(report, opened, config),
            )
        except StoreBusy as error:  # one site that another process is on must not cost the others theirs
            click.echo(f"auditor: {error}", err=True)
            code = error.exit_code
        except AuditorError:
            raise
        except Exception:  # a fault of ours on one site must not cost the others their night
            traceback.print_exc()
            code = FAULT
        codes.append(code)
        if code > SIGNALLED:
            break
    return overall(codes)


def _queue(sites: Sequence[Site], store: Store) -> int:
    from auditor.cli.worker import fleet_of  # it needs this module

    left = 0
    for site, why_not in fleet_of(store).queue(sites):
        left += bool(why_not)
        click.echo(f"{visible(site.name)}: " + (f"not queued, {why_not}." if why_not else "queued."))
    store.close()
    return INCOMPLETE if left else DONE


def gate_of(
    site: Site, config: Config | None, fail_on: str | None = None, fail_on_new: str | None = None
) -> Gate:
    """The file's, as the options change it."""
    gate = config.gates.get(site.id, config.gate) if config else NO_GATE
    return replace(
        gate,
        any=Impact(fail_on) if fail_on else gate.any,
        new=Impact(fail_on_new) if fail_on_new else gate.new,
    )


def routed(site: Site, config: Config | None) -> Callable[[Report], Report]:
    """What gives a report the file's owners and page views, which are read now. Raises `ConfigError`."""
    owners = config.owners.get(site.id, ()) if config else ()
    file = config.views.get(site.id) if config else None
    export = views.load(file) if file else None

    def route(report: Report) -> Report:
        return replace(report, owners=owners, views=views.of_report(export, report) if export else None)

    return route


def overall(codes: Sequence[int]) -> int:
    """The exit code of several sites: a signal, then the gate, a fault of ours, then incomplete.

    Any other code that is not that of all sites leaves the whole incomplete.
    """
    if max(codes) > SIGNALLED:
        return max(codes)
    for code in (GATE, FAULT):
        if code in codes:
            return code
    return codes[0] if len(set(codes)) == 1 else INCOMPLETE


def _left(sites: list[Site], store: Store) -> list[Site]:
    """The sites that a command which was cut off had not finished, in its order.

    Those before the first one whose last audit was interrupted are done; where none was, all begin anew.
    """
    for number, site in enumerate(sites):
        last = RunReader.latest(store, site.id)
        if last and last.run().state is not RunState.DONE:
            for done in sites[:number]:
                click.echo(f"{done.name}: done before.", err=True)
            return sites[number:]
    click.echo("Nothing was cut off: the audit begins anew.", err=True)
    return sites


def run(
    site: Site,
    store: Store,
    *,
    resume: bool,
    sandboxed: bool,
    folder: Path,
    formats: Sequence[str],
    gate: Gate = NO_GATE,
    route: Callable[[Report], Report] = lambda report: report,
    before: Known | None = None,
    people: Sequence[PersonResult] = (),
    told: Callable[[Report], None] = lambda report: None,
) -> int:
    """Audit one site, write its report to `folder`, print the summary; returns the exit code.

    It is compared with `before`, else with the site's last audit that was done. `people` join it after that.
    `told` gets the report last, unless a signal cut the audit short.
    """
    with Shown(site.name) as shown:
        report, signalled = asyncio.run(_interruptible(site, store, resume, sandboxed, shown))
    if report is None:
        click.echo(f"{site.name}: stopped; `--resume` goes on with it.", err=True)
        return SIGNALLED + signalled
    if not signalled:
        report = compared(report, store, gate, before, again=lambda urls: look_again(site, urls, sandboxed))
    code = conclude(joined(route(report), people), folder, formats, sandboxed=sandboxed)
    if signalled:
        return SIGNALLED + signalled
    told(report)
    return code


def conclude(report: Report, folder: Path, formats: Sequence[str], *, sandboxed: bool) -> int:
    """Write the report, print its summary; returns the exit code."""
    files = write(report, formats, folder, sandboxed=sandboxed)
    click.echo(summary(report))
    for file in files:
        click.echo(f"Report: {file}")
    if os.environ.get("GITHUB_ACTIONS") == "true":  # https://docs.github.com/actions: variables
        for line in github.annotations(report):
            click.echo(line)
    return exit_code(report)


def compared(
    report: Report,
    store: Store,
    gate: Gate,
    before: Known | None,
    *,
    again: Callable[[Sequence[str]], Report] | None = None,
) -> Report:
    """With the gate's word, held against `before` or the site's last audit that came to its end."""
    reader = RunReader.before(store, report.site.id, report.run.id)
    last = build(reader) if reader else None
    return verdict(
        report,
        gate,
        before=before or (of_report(last) if last else None),
        waivers=find_waivers(),
        today=datetime.now(UTC).date(),
        coverage_before=last.coverage.share if last and last.site.sample == report.site.sample else None,
        again=again,
    )


def look_again(site: Site, urls: Sequence[str], sandboxed: bool) -> Report:
    """Just these pages, in a store that is thrown away."""
    click.echo(f"{site.name}: what is new is looked at again, on {len(urls)} pages.", err=True)
    pages = replace(
        site,
        urls=tuple(urls),
        follow_links=False,
        max_pages=len(urls),
        max_minutes=None,
        pictures=False,
        statement=False,
        sample=None,
    )
    with tempfile.TemporaryDirectory() as folder:
        second = auditor.audit(pages, store=f"sqlite:///{folder}/again.db", sandbox=sandboxed)
        visits = tuple(second.visits())  # while the store is there
    return replace(second, visits=lambda: visits)


def exit_code(report: Report) -> int:
    """Of a finished audit."""
    if report.gate and not report.gate.passed:
        return GATE
    if report.coverage.audited == 0:
        return NOTHING
    return DONE if report.coverage.complete else INCOMPLETE


async def _interruptible(
    site: Site, store: Store, resume: bool, sandboxed: bool, shown: Shown
) -> tuple[Report | None, int]:
    """The report, and the number of the signal that cut the audit short, if one did.

    The first signal lets the pages under way finish; the second stops at once, and there is no report.
    """
    stop = auditor.Stop()
    signalled = 0
    work = asyncio.ensure_future(
        auditor.audit_async(site, store=store, resume=resume, sandbox=sandboxed, stop=stop, on_progress=shown)
    )

    def on_signal(number: int) -> None:
        nonlocal signalled
        if stop.asked:
            work.cancel()
        else:
            shown.say("Stopping after the page under way. Once more to stop at once.")
        stop.asked = True
        signalled = number

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    with contextlib.suppress(asyncio.CancelledError):
        return await work, signalled
    return None, signalled


def _sites(targets: Sequence[str], url_file: BinaryIO | None, config: Config | None) -> list[Site]:
    """What to audit. Raises `UsageError`."""
    ids = [target for target in targets if not _is_url(target)]
    urls = [target for target in targets if _is_url(target)]
    if ids and config is None:
        raise UsageError(
            f"{ids[0]!r} is no URL, and there is no sites.toml here to look it up in. "
            "Name the file with --config, or give a URL."
        )
    sites = [config.site(site_id) for site_id in dict.fromkeys(ids)] if config else []
    if url_file is not None:
        if urls or len(sites) > 1:
            raise UsageError("--urls goes with one SITE-ID or none: its pages are all that is audited.")
        return [_exactly(_lines(url_file), sites[0] if sites else None, config)]
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(urlsplit(start_url(url)).netloc, []).append(url)
    sites += [ad_hoc(of_host, config) for of_host in hosts.values()]
    if not targets:
        if config is None:
            raise UsageError("Nothing to audit: give a URL, or SITE-IDs of a sites.toml (--config FILE).")
        sites = list(config.sites)
        if not sites:
            raise UsageError(f"{config.file} holds no [[site]]. Add one, or give a URL.")
    return sites


def _exactly(urls: list[str], site: Site | None, config: Config | None) -> Site:
    base = site or ad_hoc(urls[:1], config)
    pages = base.max_pages if "max_pages" in base.user_limits else len(urls)
    starts = tuple(start_url(url) for url in urls)
    return replace(base, urls=starts, follow_links=False, max_pages=pages, sample=None)


def _lines(file: BinaryIO) -> list[str]:
    try:
        text = bounded(file, file.name, URL_LIST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is no text in UTF-8 ({error}). Save it as such.") from error
    lines = [line.strip() for line in text.splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#"):
            try:
                start_url(line)
            except UsageError as error:
                raise UsageError(f"{file.name}, line {number}: {error}") from error
    if not urls:
        raise UsageError(f"{file.name} holds no URL. Write one a line.")
    return urls


def _is_url(target: str) -> bool:
    return "." in target or ":" in target or "/" in target
