"""`auditor schedule`: what is due and when, audits of what is due now, and who calls them again and again."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from auditor import schedule as due
from auditor.cli.audit import (
    DONE,
    FAULT,
    SIGNALLED,
    compared,
    conclude,
    gate_of,
    overall,
    routed,
)
from auditor.cli.audit import run as audit
from auditor.cli.common import (
    config_option,
    find_baseline,
    find_config,
    find_people,
    find_waivers,
    format_option,
    log_option,
    new_file,
    no_sandbox_option,
    open_store,
    output_option,
    sandbox,
    store_option,
)
from auditor.cli.installing import TEMPLATES, filled
from auditor.cli.notify import digest_of, notify_of, notify_of_failure, send_waiting
from auditor.config import Config
from auditor.errors import AuditorError, BrowserError, CannotResume, StoreBusy, UsageError
from auditor.formats._safe import visible
from auditor.models import Claim, DueStanding, DueState, Report, RunState, Schedule, Site
from auditor.people import joined
from auditor.report import report as build
from auditor.store import RunReader, Store

DIGEST = "[digest]"  # no site has this id
GIVEN_UP = timedelta(days=2)  # after which a fleet's audit that did not end counts as failed


@click.group()
def schedule() -> None:
    """Audits that come by themselves (docs/schedules.md)."""


@schedule.command("list")
@config_option
@store_option
def list_(config_file: Path | None, store: str | None) -> int:
    """When each site is due next, what became of the last time, and how many were missed."""
    config = _config(config_file)
    opened, now = open_store(store, config), datetime.now(UTC)
    width = max(map(len, config.schedules))
    for site, each in sorted(config.schedules.items()):
        click.echo(f"{site:<{width}}  {_told(due.standing(opened, site, each, now), each)}")
    none = len(config.sites) - len(config.schedules)
    if none:
        click.echo(f"{none} of {len(config.sites)} sites of {config.file} have no schedule.")
    return DONE


@schedule.command()
@config_option
@store_option
@log_option
@no_sandbox_option
@output_option("report")
@format_option
def run(
    config_file: Path | None, store: str | None, no_sandbox: bool, output: Path, formats: Sequence[str]
) -> int:
    """Audit what is due now, one site after another, and end. Something else must call this every quarter of
    an hour or so: `auditor schedule install`."""
    config = _config(config_file)
    find_waivers()  # what is wrong with files is told before the audits, not after them
    opened = open_store(store, config)
    send_waiting(opened, config)
    waiting = _waiting(config)
    codes = []
    while claimed := due.claim(opened, waiting, datetime.now(UTC)):
        one = waiting.pop(claimed.site)  # what was stopped, or comes within the hour, is for the next call
        if claimed.site == DIGEST:
            digest_of(opened, config, claimed)
            due.settle(opened, claimed, one, datetime.now(UTC))
            continue
        codes.append(_Due(config, opened, claimed, one, sandbox(no_sandbox), output, formats).audit())
        if codes[-1] > SIGNALLED:
            break
    return overall(codes) if codes else DONE


def _waiting(config: Config) -> dict[str, Schedule]:
    waiting = dict(config.schedules)
    if config.notify.digest and (config.notify.to or config.notify.owners):
        waiting[DIGEST] = config.notify.digest
    return waiting


def to_queue(store: Store, config: Config, job: str) -> list[Site]:
    """What a fleet is to audit now, claimed for a job of its queue."""
    send_waiting(store, config)
    waiting, now, found = _waiting(config), datetime.now(UTC), []
    while claimed := due.claim(store, waiting, now, holder=job):
        one = waiting.pop(claimed.site)
        run = due.resumes(store, claimed)
        if claimed.site == DIGEST:
            digest_of(store, config, claimed)
            due.settle(store, claimed, one, now)
        elif run and run.state is RunState.DONE:
            due.settle(store, claimed, one, now, run=run.id)
        elif claimed.is_again and now - claimed.due.begun > GIVEN_UP:
            due.settle(store, claimed, one, now, DueState.FAILED)
            notify_of_failure(config.site(claimed.site), store, config, _passed(claimed, one, now))
        elif run is None:  # a run that began has its jobs in the queue
            found.append(config.site(claimed.site))
    return found


def finished_due(store: Store, config: Config | None, report: Report) -> tuple[str, ...]:
    """Settle what a fleet's run was due for; sentences on the due times that passed before it."""
    schedule = config.schedules.get(report.site.id) if config else None
    claimed = due.going(store, report.site.id)
    if schedule is None or claimed is None or claimed.due.begun > report.run.started:
        return ()
    due.settle(store, claimed, schedule, datetime.now(UTC), run=report.run.id)
    return _passed(replace(claimed, is_again=False), schedule, claimed.due.begun)


class _Due:
    """One due time, as it is seen to."""

    def __init__(
        self,
        config: Config,
        store: Store,
        claimed: Claim,
        schedule: Schedule,
        sandboxed: bool,
        output: Path,
        formats: Sequence[str],
    ) -> None:
        self._config = config
        self._store = store
        self._claimed = claimed
        self._schedule = schedule
        self._sandboxed = sandboxed
        self._folder = output / claimed.site
        self._formats = formats
        self._site = config.site(claimed.site)
        self._passed = _passed(claimed, schedule, datetime.now(UTC))

    def audit(self) -> int:
        """Audit, settle and tell; returns the exit code."""
        name = visible(self._site.name, 200)
        for sentence in self._passed:
            click.echo(f"{name}: {sentence}", err=True)
        is_settled = False
        try:
            code = self._resumed() if self._claimed.is_again else self._run(resume=False)
            last = self._store.last_run(self._site.id)
            if last and last.state is RunState.DONE:
                is_settled = True
                self._settle(DueState.DONE, last.id)
            return code
        except StoreBusy as error:
            is_settled = True
            click.echo(f"auditor: {error}", err=True)
            self._settle(DueState.SKIPPED)
            return error.exit_code
        except BrowserError:  # the machine's fault, and the same for all other sites
            raise
        except AuditorError as error:
            is_settled = True
            click.echo(f"auditor: {self._site.id}: {error}", err=True)
            self._fail()
            return error.exit_code
        except Exception:  # a fault of ours on one site must not cost the others their night
            is_settled = True
            traceback.print_exc()
            self._fail()
            return FAULT
        finally:
            if not is_settled:
                due.let_go(self._store, self._claimed, datetime.now(UTC))

    def _resumed(self) -> int:
        """What was begun before is taken to its end: the audit, or only its report."""
        begun = due.resumes(self._store, self._claimed)
        if begun and begun.state is RunState.DONE:
            reader = RunReader.numbered(self._store, begun.id)
            assert reader is not None
            gate = gate_of(self._site, self._config)
            report = compared(build(reader), self._store, gate, find_baseline(None, self._site.id))
            people = find_people((), self._site.id, self._config)
            whole = joined(self._route()(report), people)
            code = conclude(whole, self._folder, self._formats, sandboxed=self._sandboxed)
            self._tell(report)
            return code
        try:
            return self._run(resume=begun is not None)
        except CannotResume as error:
            click.echo(f"auditor: {error} A new one is started.", err=True)
            return self._run(resume=False)

    def _run(self, *, resume: bool) -> int:
        (site,) = self._config.with_secrets([self._site])
        return audit(
            site,
            self._store,
            resume=resume,
            sandboxed=self._sandboxed,
            gate=gate_of(site, self._config),
            route=self._route(),
            before=find_baseline(None, site.id),
            folder=self._folder,
            formats=self._formats,
            people=find_people((), site.id, self._config),
            told=self._tell,
        )

    def _route(self) -> Callable[[Report], Report]:
        """The file's owners and page views, and a note of the due times that passed."""
        route = routed(self._site, self._config)

        def noted(report: Report) -> Report:
            for sentence in self._passed:
                self._store.note(report.run.id, sentence)
            run = replace(report.run, notes=(*report.run.notes, *self._passed))
            return route(replace(report, run=run))

        return noted

    def _tell(self, report: Report) -> None:
        notify_of(report, self._store, self._config, missed=self._passed)

    def _settle(self, state: DueState, run: int | None = None) -> None:
        now = datetime.now(UTC)
        if skipped := due.settle(self._store, self._claimed, self._schedule, now, state, run):
            times = f"{len(skipped)} due times that" if len(skipped) > 1 else "A due time that"
            click.echo(f"{self._site.id}: {times} passed meanwhile: skipped.", err=True)

    def _fail(self) -> None:
        self._settle(DueState.FAILED)
        notify_of_failure(self._site, self._store, self._config, self._passed)


def _passed(claimed: Claim, schedule: Schedule, now: datetime) -> tuple[str, ...]:
    """Sentences on due times that nothing looked at when they came."""
    sentences = []
    if claimed.missed:
        times = f"{len(claimed.missed)} due times" if len(claimed.missed) > 1 else "One due time"
        which = ", ".join(_local(each, schedule) for each in claimed.missed[:5])
        more = f" and {len(claimed.missed) - 5} more" if len(claimed.missed) > 5 else ""
        told = f"({which}{more}; {schedule.timezone})"
        sentences.append(f"{times} passed without an audit {told}. This audit makes up for it.")
    if due.is_late(claimed, now):
        days = (now - claimed.due.due).days
        begun = f"{days} day{'s' if days > 1 else ''}"
        at = _local(claimed.due.due, schedule)
        sentences.append(f"This audit was due on {at} ({schedule.timezone}) and began {begun} late.")
    return tuple(sentences)


def overdue(store: Store, config: Config | None) -> dict[str, str]:
    """Of each site that is due and not begun, or missed a due time, a sentence; for `auditor status`."""
    now = datetime.now(UTC)
    found = {}
    for site, each in sorted(config.schedules.items()) if config else ():
        stands = due.standing(store, site, each, now)
        if stands.overdue or stands.states[DueState.MISSED]:
            found[site] = _told(stands, each)
    return found


def next_due(store: Store, config: Config | None) -> dict[str, str]:
    """Of each site that has a schedule, a sentence; for `auditor serve`."""
    now = datetime.now(UTC)
    said = {}
    for site, each in config.schedules.items() if config else ():
        stands = due.standing(store, site, each, now)
        late = f" It has been due since {_local(stands.overdue, each)}." if stands.overdue else ""
        said[site] = f"Next audit due {_local(stands.next, each)} ({each.timezone}).{late}"
    return said


def _told(stands: DueStanding, schedule: Schedule) -> str:
    parts = [f"next due {_local(stands.next, schedule)} {schedule.timezone}"]
    if stands.overdue:
        parts.insert(0, f"DUE since {_local(stands.overdue, schedule)}, not begun")
    if stands.last:
        run = f", run {stands.last.run}" if stands.last.run else ""
        parts.append(f"last {_local(stands.last.due, schedule)}: {stands.last.state}{run}")
    elif not stands.states:
        parts.append("nothing looked at it yet (`auditor schedule run`)")
    elif not stands.known:
        parts.append("none came yet")
    for state in (DueState.FAILED, DueState.MISSED, DueState.SKIPPED):
        if stands.states[state]:
            parts.append(f"{state} {stands.states[state]} of {stands.known} due times")
    return "; ".join(parts)


def _local(moment: datetime, schedule: Schedule) -> str:
    return f"{moment.astimezone(ZoneInfo(schedule.timezone)):%Y-%m-%d %H:%M}"


@schedule.command()
@click.argument("where", type=click.Choice(sorted(TEMPLATES)))
@config_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the files to. Default: they are printed.",
)
def install(where: str, config_file: Path | None, output: Path | None) -> int:
    """Make what calls `auditor schedule run`: a systemd timer, a cron line, GitHub's or GitLab's schedule."""
    config = _config(config_file)
    for name, text in filled(where, config.file.resolve()):
        if output is None:
            click.echo(f"# {name}\n{text}")
            continue
        try:
            output.mkdir(parents=True, exist_ok=True)
            with new_file(output / name) as file:
                file.write(text.encode())
        except OSError as error:
            raise UsageError(f"{output / name} cannot be written: {error}. Name another --output.") from error
        click.echo(f"Written: {output / name}")
    return DONE


def _config(named: Path | None) -> Config:
    config = find_config(named)
    if config is None:
        raise UsageError("There is no sites.toml here. Name the file with --config.")
    if not config.schedules:
        raise UsageError(
            f"{config.file}: no site has a `schedule`. Write one under [defaults] or [[site]], such as "
            'schedule = "0 2 * * 1".'
        )
    return config
