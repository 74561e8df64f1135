"""The browser's memory, watched from outside: nothing inside it stops a page that grows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from mmap import PAGESIZE
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from playwright.async_api import Browser

from auditor.limits import BROWSER_BYTES, MB

PERIODS = (0.5, 1.0)  # seconds between two looks, each of 1 ms: the longer, the further it is from its cap
FASTEST = 1000 * MB  # bytes a second by which it may grow: the fastest page measured, a gzip bomb, by 450


@dataclass(frozen=True, kw_only=True)
class Overgrown:
    """What the browser held when it was over its cap, in bytes."""

    total: int  # of all its processes
    renderer: int | None  # process id of its biggest process; None where that is no renderer
    renderer_bytes: int


async def process_of(browser: Browser) -> int:
    """The id of the browser's main process; raises Playwright's `Error` where the browser is gone."""
    session = await browser.new_browser_cdp_session()
    answer = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return next(int(process["id"]) for process in answer["processInfo"] if process["type"] == "browser")


class MemoryWatch:
    """`async with MemoryWatch(pid, on_over): …` looks at the memory of the browser's whole process tree.

    Each time it is over `cap` bytes, `on_over` is called in the event loop; it may call `kill_biggest`.
    Memory is proportional (PSS: a page of memory that n processes share counts 1/n in each) where the
    system tells it. The watch ends by itself when the browser does.
    """

    def __init__(self, pid: int, on_over: Callable[[Overgrown], None], *, cap: int = BROWSER_BYTES) -> None:
        """`pid`: the browser's main process."""
        self._pid = pid
        self._on_over = on_over
        self._cap = cap
        self._biggest: psutil.Process | None = None
        self._period = PERIODS[0]

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):  # the browser is gone
            while True:
                await asyncio.sleep(self._period)
                over = await asyncio.to_thread(self.look)
                if over is not None:
                    self._on_over(over)

    def look(self) -> Overgrown | None:
        """What the tree holds now, if that is over the cap. Raises `psutil.NoSuchProcess` without a browser.

        Proportional memory takes about 1 ms a process to find out. It is never more than the resident
        memory, which takes 0.02: where the sum of that is under the cap, there is no need for it.
        """
        ids = _tree(self._pid)
        left = self._cap - sum(map(_resident, ids))
        self._period = min(max(left / FASTEST, PERIODS[0]), PERIODS[1])
        if left >= 0:
            return None
        tree = _processes(ids)
        sizes = [_proportional(process) for process in tree]
        total, most = sum(sizes), max(sizes)
        if total <= self._cap:
            return None
        biggest = tree[sizes.index(most)]
        self._biggest = biggest if _is_renderer(biggest) else None
        if self._biggest is None:
            return Overgrown(total=total, renderer=None, renderer_bytes=0)
        return Overgrown(total=total, renderer=biggest.pid, renderer_bytes=most)

    def kill_biggest(self) -> bool:
        """Kill the renderer that the last `Overgrown` named: its tabs crash, others live.

        False: it named none (only a new browser helps then), or it has gone already.
        """
        process, self._biggest = self._biggest, None
        if process is None:
            return False
        try:
            process.kill()  # psutil never kills another process that has its id by now
        except psutil.NoSuchProcess:
            return False
        return True


def _tree(main: int) -> list[int]:
    """The ids of the browser's main process and of all below it. Raises `psutil.NoSuchProcess`.

    Linux tells the children of each thread; psutil would read about every process of the machine. Only the
    main process begins others by another thread than its first.
    """
    try:
        found = _begun(main, *(each.name for each in Path(f"/proc/{main}/task").iterdir()))
    except OSError:
        return [main, *(each.pid for each in psutil.Process(main).children(recursive=True))]
    for pid in found:  # it grows
        with contextlib.suppress(OSError):
            found += _begun(pid, str(pid))
    return [main, *found]


def _begun(pid: int, *threads: str) -> list[int]:
    found: list[int] = []
    for thread in threads:
        found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_bytes().split())
    return found


def _processes(ids: Iterable[int]) -> list[psutil.Process]:
    """Those that are still there. Raises `psutil.NoSuchProcess` where the first is not."""
    first, *others = ids
    found = [psutil.Process(first)]
    for pid in others:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return found


def _resident(pid: int) -> int:
    """0 for a process that vanished since it was listed. As psutil has it, without its other looks."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGESIZE
    except OSError:
        with contextlib.suppress(psutil.NoSuchProcess):
            return int(psutil.Process(pid).memory_info().rss)
    return 0


def _proportional(process: psutil.Process) -> int:
    """0 for a process that vanished since it was listed."""
    try:
        with contextlib.suppress(psutil.AccessDenied):  # a sandboxed process need not show us its map
            memory = process.memory_full_info()
            return int(getattr(memory, "pss", memory.rss))
        resident = process.memory_info()
        return int(resident.rss - getattr(resident, "shared", 0))
    except psutil.NoSuchProcess:
        return 0


def _is_renderer(process: psutil.Process) -> bool:
    try:
        return "--type=renderer" in process.cmdline()
    except psutil.Error:
        return False
