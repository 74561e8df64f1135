"""The audit of a site that is due: made or taken up again, settled, and told of."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from auditor import schedule as due
from auditor.cli.audit import FAULT, compared, conclude, gate_of, routed
from auditor.cli.audit import run as audit
from auditor.cli.common import find_baseline, find_people
from auditor.cli.due_words import passed
from auditor.cli.notify import notify_of, notify_of_failure
from auditor.config import Config
from auditor.errors import AuditorError, BrowserError, CannotResume, StoreBusy
from auditor.formats._safe import visible
from auditor.models import Claim, DueState, Report, RunState, Schedule
from auditor.people import joined
from auditor.report import report as build
from auditor.store import RunReader, Store


class DueAudit:
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
        self._passed = passed(claimed, schedule, datetime.now(UTC))

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
