"""Reports that were asked for: each written once, by a process of its own, and read from files after that."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import tempfile
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

from auditor.errors import AuditorError

KEPT = 50  # reports; those asked for longest ago go
WAITING = 20  # to be written; one is at a time
PATIENCE = 3.0  # seconds that a request waits before it is told to come again
ERROR = "error"  # the file that says why a report could not be written

Write = Callable[[str, int, Path], None]


class Unwritten(Exception):
    """`str()` says why a report cannot be had."""


class Busy(Unwritten):
    pass


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be written. Where it changes, the report is another."""

    what: str
    run: int
    stamp: str = ""  # of the files that it is made of, beside the store


class Shelf:
    """Used from one event loop."""

    def __init__(self, write: Write, folder: Path) -> None:
        """`write(what, run, folder)` is called in a process of its own, so it must be a function of a module,
        or a partial of one."""
        self._write = write
        self._folder = folder
        self._jobs: OrderedDict[Order, asyncio.Task[Path]] = OrderedDict()
        self._turn = asyncio.Semaphore(1)
        # Each process is forked from one that has loaded the program and does nothing else.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([getattr(write, "func", write).__module__])
        forkserver.ensure_running()

    async def ask(self, order: Order) -> Path | None:
        """The folder of a report; None while it is being written. Raises `Unwritten`."""
        job = self._jobs.get(order)
        if job is None:
            if sum(not each.done() for each in self._jobs.values()) >= WAITING:
                raise Busy(f"{WAITING} reports are waiting to be written. Try again in some minutes.")
            job = self._jobs[order] = asyncio.create_task(self._made(order))
            self._forget()
        self._jobs.move_to_end(order)
        done, _ = await asyncio.wait({job}, timeout=PATIENCE)
        if not done:
            return None
        if job.cancelled() or job.exception():
            self._jobs.pop(order, None)  # whoever asks again has it tried again
        return job.result()

    def _forget(self) -> None:
        written = [order for order, job in self._jobs.items() if job.done() and not job.exception()]
        for order in written[: max(0, len(self._jobs) - KEPT)]:
            shutil.rmtree(self._jobs.pop(order).result(), ignore_errors=True)

    async def _made(self, order: Order) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        async with self._turn:
            args = (self._write, order.what, order.run, folder)
            process = self._context.Process(target=_apart, args=args, daemon=True)
            process.start()
            await asyncio.to_thread(process.join)
        if process.exitcode == 0:
            return folder
        error = folder / ERROR
        why = error.read_text(encoding="utf-8") if error.exists() else "The process that wrote it was ended."
        shutil.rmtree(folder, ignore_errors=True)
        raise Unwritten(why)


def _apart(write: Write, what: str, run: int, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    os.nice(5)  # pages that are being audited come first
    try:
        write(what, run, folder)
    except AuditorError as error:
        (folder / ERROR).write_text(str(error), encoding="utf-8")
        raise SystemExit(1) from error
    except Exception as fault:
        traceback.print_exc()
        (folder / ERROR).write_text(f"This is a fault of the program: {fault!r}", encoding="utf-8")
        raise SystemExit(1) from fault
