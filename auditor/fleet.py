"""A fleet: processes on any number of machines that share runs, by Procrastinate on the store's PostgreSQL.

A run is one job that begins it, then slices, then one that finishes it. A slice takes pages of its run, one
after the other, for a while, and then stands in line again. Which page is whose, and when a host may be
asked, the store decides.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from auditor.audit import audit_part, concluded
from auditor.errors import StoreBusy, UsageError
from auditor.models import QUIET_HOURS, Report, RunState, Site
from auditor.pipeline import Part, Stop
from auditor.report import site_from_settings
from auditor.store import FLEET, RunReader, Store, settings

# Of the jobs: one more when a program cannot read those of the one before. A further kind of job needs no new
# number but a queue of its own, which workers of the version before do not look at: they would fail it.
PROTOCOL = 1
QUEUE = f"auditor-{PROTOCOL}"  # so a worker never meets a job that it cannot read
SLICE_SECONDS = 300.0
LOOK = "*/5 * * * *"  # when one of the workers looks at the schedules
QUIET_SECONDS = 300  # until a site with quiet hours is looked at again
POLL_SECONDS = 2.0
RESCUE_SECONDS = 15.0
LOST_AFTER = 4  # looks at a job of ours that we do not know of
ATTEMPTS = 10
BEGIN, SLICE, FINISH, LOOKING = 0, 10, 20, 30  # priorities: what was begun comes first
_log = logging.getLogger(__name__)


class _Unfinished(Exception):
    """The worker is to stop, or the site has quiet hours: the job stands in line again."""


class _Stop(Stop):
    """Of a job: asked by the worker, or since it had its time."""

    is_over = False

    def until(self, seconds: float) -> None:
        """Ask after so many seconds."""
        asyncio.get_running_loop().call_later(seconds, self._end)

    def _end(self) -> None:
        self.is_over = not self.asked
        self.asked = True


class _Again(procrastinate.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if isinstance(exception, _Unfinished):
            return procrastinate.RetryDecision(retry_in={"seconds": exception.args[0]})
        if isinstance(exception, UsageError) or job.attempts >= ATTEMPTS:
            return None
        _log.warning("Job %s failed and is tried again: %r", job.id, exception)
        return procrastinate.RetryDecision(retry_in={"seconds": 30})


class Fleet:
    """What a worker, and who queues audits, does with the jobs.

    Raises `UsageError` where the store is a file.
    """

    def __init__(
        self,
        store: Store,
        *,
        with_secrets: Callable[[Site], Site] = lambda site: site,
        finished: Callable[[Report], None] = lambda report: None,
        due: Callable[[str], Iterable[Site]] = lambda job: (),
        sandbox: bool = True,
    ) -> None:
        """`with_secrets`: what no job may hold. `finished` is called, in a thread, with each run's report;
        `due`, too, by one worker every five minutes: what is to be queued then. It is told for which job.
        """
        if store.server is None:
            raise UsageError(
                f"A fleet needs a store that machines can share, and {store.shown} is a file. Name a "
                "PostgreSQL database (docs/fleet.md)."
            )
        self.store = store
        self._with_secrets = with_secrets
        self._finished = finished
        self._due = due
        self._sandbox = sandbox
        self._draining = False
        self._stops: set[_Stop] = set()
        self._running: set[int] = set()  # ids of jobs
        _make_tables(store.server)
        kwargs = {
            "connect_timeout": 10,
            "prepare_threshold": None,
        }  # no statement outlives a pooler's session
        connector = procrastinate.PsycopgConnector(conninfo=store.server, kwargs=kwargs, min_size=1)
        self._app = app = procrastinate.App(connector=connector)
        known: dict[str, Any] = {"queue": QUEUE, "retry": _Again(), "pass_context": True}
        task: Any = app.task
        self._begin = task(name="begin", priority=BEGIN, **known)(self._run_begin)
        self._slice = task(name="slice", priority=SLICE, **known)(self._run_slice)
        self._finish = task(name="finish", priority=FINISH, **known)(self._run_finish)
        look = task(name="look", priority=LOOKING, lock="look", queueing_lock="look", **known)(self._look)
        app.periodic(cron=LOOK)(look)

    # -- queueing ------------------------------------------------------------------------------------------

    def queue(self, sites: Iterable[Site]) -> Iterator[tuple[Site, str]]:
        """Put an audit of each site in line; yields each with why it was not, or "" where it was."""
        with self._app.open():
            for site in sites:
                last = RunReader.latest(self.store, site.id)
                if last and (standing := last.standing()).held:
                    yield site, f"run {standing.run.id} is under way"
                    continue
                name = f"begin:{site.id}"
                try:
                    self._begin.configure(lock=name, queueing_lock=name).defer(site=settings(site))
                except exceptions.AlreadyEnqueued:
                    yield site, "it is queued already"
                else:
                    yield site, ""

    # -- working -------------------------------------------------------------------------------------------

    def drain(self) -> None:
        """Take no job any more, and give back those under way once their pages are done."""
        self._draining = True
        self._halt()

    def _halt(self) -> None:
        for stop in self._stops:
            stop.asked = True

    async def work(self, *, at_once: int) -> None:
        """Do jobs, so many at a time, until `drain` is called. The server may be away for a while."""
        async with self._app.open_async():
            while not self._draining:
                worker = Worker(
                    self._app,
                    queues=[QUEUE],
                    concurrency=at_once,
                    fetch_job_polling_interval=POLL_SECONDS,
                    listen_notify=False,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
                watching = asyncio.create_task(self._watch(worker))
                try:
                    await worker.run()
                except (exceptions.ProcrastinateException, psycopg.Error) as away:
                    _log.warning("The queue cannot be reached, it is tried again: %r", away.__cause__ or away)
                    await asyncio.sleep(POLL_SECONDS)
                finally:
                    watching.cancel()

    async def _watch(self, worker: Worker) -> None:
        """Stop the worker when it is time; put lost jobs in line again."""
        loop = asyncio.get_running_loop()
        seen: Counter[int] = Counter()
        due = loop.time()
        while not self._draining:
            await asyncio.sleep(0.2)
            if loop.time() < due:
                continue
            due = loop.time() + RESCUE_SECONDS
            try:
                await self._rescue(worker, seen)
            except (exceptions.ProcrastinateException, psycopg.Error) as away:
                _log.warning("The queue cannot be reached: %r", away.__cause__ or away)
                self._halt()  # the worker begins anew, and its jobs must not keep it from that
        worker.stop()

    async def _rescue(self, worker: Worker, seen: Counter[int]) -> None:
        jobs = self._app.job_manager
        lost = list(await jobs.get_stalled_jobs(queue=QUEUE))
        doing = await jobs.list_jobs_async(queue=QUEUE, status=Status.DOING.value)
        mine = {j.id: j for j in doing if j.id and j.worker_id == worker.worker_id}
        for number in set(seen) - (mine.keys() - self._running):
            del seen[number]
        seen.update(mine.keys() - self._running)  # fetched, but the answer was not heard
        lost += [mine[number] for number, times in seen.items() if times >= LOST_AFTER]
        for job in lost:
            try:
                await jobs.retry_job(job)
            except exceptions.UniqueViolation:
                continue  # its like stands in line
            except exceptions.ConnectorException as no:
                if isinstance(no.__cause__, psycopg.errors.RaiseException):
                    continue  # another worker was quicker
                raise
            _log.warning("Job %s (%s) was lost by its worker; it is done again.", job.id, job.task_name)

    # -- jobs ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _job(self, context: JobContext) -> Iterator[_Stop]:
        number, stop = context.job.id or 0, _Stop()
        self._running.add(number)
        self._stops.add(stop)
        stop.asked = self._draining
        try:
            yield stop
        finally:
            self._running.discard(number)
            self._stops.discard(stop)

    async def _look(self, context: JobContext, timestamp: int) -> None:
        """Queue what is due by the schedules."""
        for site in await asyncio.to_thread(self._due, f"{FLEET}:{context.job.id}"):
            await self._defer(self._begin, f"begin:{site.id}", site=settings(site))

    async def _run_begin(self, context: JobContext, site: dict[str, Any]) -> None:
        known = self._with_secrets(site_from_settings(site))

        async def begun(run: int) -> None:
            # Who signs in does so once and not for every slice.
            for number in range(2, 2 if known.crawl_as else known.concurrency + 1):
                await self._defer(self._slice, f"slice:{run}:{number}", run=run, number=number)
            stop.until(SLICE_SECONDS)

        with self._job(context) as stop:
            job = f"{FLEET}:{context.job.id}"
            run = await asyncio.to_thread(self.store.held_by, job)
            try:
                run, exhausted = await self._part(known, Part.BEGIN, stop, run, job, begun)
            except StoreBusy as busy:
                _log.warning("%s", busy)
                return
            if stop.asked and not stop.is_over:
                raise _Unfinished(await self._pause(run))
            await self._next(run, 1, exhausted)

    async def _run_slice(self, context: JobContext, run: int, number: int) -> None:
        with self._job(context) as stop:
            site, state = await asyncio.to_thread(self._known, run)
            if state is RunState.DONE:
                return
            if not site.crawl_as:
                stop.until(SLICE_SECONDS)
            _, exhausted = await self._part(site, Part.SLICE, stop, run)
            await self._next(run, number, exhausted)

    async def _next(self, run: int, number: int, exhausted: bool) -> None:
        """Put in line what comes after a slice."""
        if exhausted:
            await self._defer(self._finish, f"finish:{run}", run=run)
            return
        name, after = f"slice:{run}:{number}", await self._pause(run)
        await self._defer(self._slice, name, after, run=run, number=number)

    async def _run_finish(self, context: JobContext, run: int) -> None:
        with self._job(context) as stop:
            site, state = await asyncio.to_thread(self._known, run)
            if state is RunState.DONE and not context.job.attempts:
                return  # two slices ended at once
            if state is not RunState.DONE:
                if await asyncio.to_thread(self.store.held_urls, run):
                    raise _Unfinished(2)  # other workers' last pages
                if not stop.asked:
                    await self._part(site, Part.FINISH, stop, run)
                if stop.asked and (await asyncio.to_thread(self._known, run))[1] is not RunState.DONE:
                    raise _Unfinished(await self._pause(run))
            await asyncio.to_thread(lambda: self._finished(concluded(site, self.store, run)))

    async def _part(
        self,
        site: Site,
        part: Part,
        stop: Stop,
        run: int | None,
        job: str | None = None,
        begun: Callable[[int], Awaitable[None]] | None = None,
    ) -> tuple[int, bool]:
        _log.info("%s of %s%s", part, site.id, f", run {run}" if run else "")
        return await audit_part(
            site, self.store, part, stop=stop, run_id=run, job=job, begun=begun, sandbox=self._sandbox
        )

    def _known(self, run: int) -> tuple[Site, RunState]:
        """Raises `UsageError`."""
        reader = RunReader.numbered(self.store, run)
        if reader is None:
            raise UsageError(f"Run {run} is not in the store any more.")
        told = reader.run()
        return self._with_secrets(site_from_settings(told.settings)), told.state

    async def _pause(self, run: int) -> int:
        """How many seconds the run is left alone: its site may have quiet hours."""
        reader = RunReader(self.store, run)
        told = await asyncio.to_thread(reader.run)
        return QUIET_SECONDS if QUIET_HOURS in (told.stopped or "") else 0

    async def _defer(self, task: Any, name: str, after: int = 0, **arguments: Any) -> None:
        """Put a job in line unless its like is there already; two of them never run at once."""
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            when = {"schedule_in": {"seconds": after}} if after else {}
            await task.configure(lock=name, queueing_lock=name, **when).defer_async(**arguments)


def _make_tables(server: str) -> None:
    """Procrastinate's, where there are none."""
    with psycopg.connect(server) as c:
        c.execute("SELECT pg_advisory_xact_lock(hashtext('procrastinate'))")
        found = c.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found == (None,):
            c.execute(procrastinate.schema.SchemaManager.get_schema())
