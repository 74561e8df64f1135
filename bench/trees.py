"""CPU seconds and memory of a process and everything it started."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY = 0.25  # seconds between looks
_Key = tuple[int, float]  # a process by its number and when it began


class Tree:
    """`with Tree() as tree:` then `tree.cpu`: CPU seconds of a process and all below it, the dead too.

    A child that ends between two looks is counted up to the last look, or by the kernel's account of
    children waited for, whichever is more. What the looking itself takes is left out.
    """

    def __init__(self, root: psutil.Process | None = None, *, every: float = EVERY) -> None:
        """`root`: this process, if not named. `every`: seconds between looks."""
        self._root = root or psutil.Process()
        self._every = every
        self._seen: dict[_Key, float] = {}
        self._kinds: dict[_Key, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._looking = 0.0  # CPU seconds, where it is this process that is looked at
        self._lock = threading.Lock()
        self.cpu = 0.0
        self.by_kind: dict[str, float] = defaultdict(float)  # the same, by what a process does

    def __enter__(self) -> Self:
        self._before = dict(self._look())
        self._looking = 0.0
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.cpu = self.now()
        for key, used in self._seen.items():
            self.by_kind[self._kinds[key]] += used - self._before.get(key, 0.0)
        if self._root.pid == psutil.Process().pid:
            self.by_kind["Python"] -= self._looking

    def now(self) -> float:
        """CPU seconds so far."""
        with self._lock:
            self._seen.update(self._look())
            spent = sum(used - self._before.get(key, 0.0) for key, used in self._seen.items())
            return spent - (self._looking if self._root.pid == psutil.Process().pid else 0.0)

    def _look(self) -> list[tuple[_Key, float]]:
        began = time.thread_time()
        found = []
        processes = [self._root]
        with contextlib.suppress(psutil.NoSuchProcess):
            processes += self._root.children(recursive=True)
        for process in processes:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                key = process.pid, process.create_time()
                if key not in self._kinds:
                    self._kinds[key] = _kind(process.cmdline())
                found.append((key, times.user + times.system))
        self._looking += time.thread_time() - began
        return found

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self.now()


def _kind(command: list[str]) -> str:
    """What a process does, by how it was called."""
    told = next((word.removeprefix("--type=") for word in command if word.startswith("--type=")), "")
    if told == "utility":
        return next((word.rpartition("=")[2] for word in command if "--utility-sub-type" in word), told)
    program = Path(command[0]).name if command else ""
    if not told and any(word.startswith("--remote-debugging") for word in command):
        return "browser"
    return told or ("Python" if program.startswith("python") else program)


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
