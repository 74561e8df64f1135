"""CPU seconds and memory of a process and everything it started."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY = 0.05  # seconds between looks


class Tree:
    """`with Tree() as tree:` then `tree.cpu`: CPU seconds of a process and all below it, the dead too.

    A child that ends between two looks is counted up to the last look, or by the kernel's account of
    children waited for, whichever is more.
    """

    def __init__(self, root: psutil.Process | None = None, *, every: float = EVERY) -> None:
        """`root`: this process, if not named. `every`: seconds between looks."""
        self._root = root or psutil.Process()
        self._every = every
        self._seen: dict[tuple[int, float], float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.cpu = 0.0

    def __enter__(self) -> Self:
        self._before = dict(self._look())
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._seen.update(self._look())
        self.cpu = sum(used - self._before.get(key, 0.0) for key, used in self._seen.items())

    def _look(self) -> list[tuple[tuple[int, float], float]]:
        found = []
        processes = [self._root]
        with contextlib.suppress(psutil.NoSuchProcess):
            processes += self._root.children(recursive=True)
        for process in processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                found.append(((process.pid, process.create_time()), times.user + times.system))
        return found

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self._seen.update(self._look())


def memory_mb(root: psutil.Process | None = None) -> float:
    """Proportional set size, in MB, of a process (this one, if not named) and all below it (Linux)."""
    root = root or psutil.Process()
    total = 0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total / 1024


def settle() -> None:
    """A moment for the machine to come to rest between two measurements."""
    time.sleep(1.0)
