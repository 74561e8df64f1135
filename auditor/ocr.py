"""Words in pictures, read by optical character recognition: the extra auditor[ocr].

A process of its own (`auditor.ocr_reader`) reads them, so that no picture costs the audit more than its time:
it has limits, and one that it does not survive brings no words. Its models come with the package; it asks no
network. One process serves all audits of a program, and ends with it.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOW = "Words in pictures are not read: install auditor[ocr]."
STARTS_WITHIN = 60.0  # seconds, on a busy machine
SECONDS = 15.0  # for one picture, on a busy machine: most take less than one
KEPT = 2000  # pictures whose words are remembered: templates show theirs on every page
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")  # and no secret


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of text in a picture; its box in the picture's pixels."""

    text: str
    sureness: float  # 0 to 1
    x: float
    y: float
    width: float
    height: float


Lines = tuple[Line, ...]


@cache
def is_there() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def start() -> None:
    """Start the process, if it does not run: it takes some seconds until it reads."""
    if is_there():
        _READER.start()


async def read(picture: bytes) -> Lines | None:
    """The lines in a picture (PNG); None where it could not be read, or not within `SECONDS`."""
    return await asyncio.to_thread(_READER.read, picture)


class _Reader:
    """The process, started when it is first needed; one picture at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._known: OrderedDict[str, Lines] = OrderedDict()

    def start(self) -> None:
        if self._turn.acquire(blocking=False):  # who has the turn has started it
            try:
                self._started()
            finally:
                self._turn.release()

    def read(self, picture: bytes) -> Lines | None:
        key = hashlib.sha256(picture).hexdigest()
        with self._turn:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            try:
                lines = self._ask(picture)
            except (OSError, ValueError, KeyError, TypeError):  # it ended, or a picture made it say nonsense
                self._end()
                return None
            if lines is None:
                return None
            self._known[key] = lines
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
            return lines

    def _ask(self, picture: bytes) -> Lines | None:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        if not self._is_ready:
            with _within(STARTS_WITHIN, process):
                if process.stdout.readline() != b"ready\n":
                    raise OSError("it did not start")
            self._is_ready = True
        with _within(SECONDS, process):
            process.stdin.write(base64.b64encode(picture) + b"\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
        return None if told is None else tuple(Line(**each) for each in told)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self._end()
        env = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - a list, no shell
            [sys.executable, "-P", str(Path(__file__).with_name("ocr_reader.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        atexit.register(self._end)
        return self._process

    def _end(self) -> None:
        process, self._process, self._is_ready = self._process, None, False
        atexit.unregister(self._end)
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


@contextlib.contextmanager
def _within(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """The process is ended where it takes longer, and reading from it with it."""
    watch = threading.Timer(seconds, process.kill)
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


_READER = _Reader()
