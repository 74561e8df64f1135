"""The command in a process of its own, without the second of CPU that its imports take each time (Linux).

One process has imported the program and forks for each command: a process with its own folder, environment,
streams and exit code, as `python -m auditor` would be, and what runs in it is that.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class Forking:
    """Started when it is first asked; ends with the tests."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asks: socket.socket | None = None

    def run(
        self, folder: Path, arguments: Sequence[str], env: Mapping[str, str], stdin: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run`, with its `TimeoutExpired`."""
        with contextlib.ExitStack() as closing:
            given, out, err = (closing.enter_context(tempfile.TemporaryFile()) for _ in range(3))
            given.write(stdin.encode())
            given.seek(0)
            here, there = socket.socketpair()
            closing.enter_context(here)
            told = json.dumps([os.fspath(folder), list(arguments), dict(env)]).encode()
            with there:
                fds = [there.fileno(), given.fileno(), out.fileno(), err.fileno()]
                with self._turn:
                    asks = self._started(env)
                    socket.send_fds(asks, [len(told).to_bytes(4, "big")], fds)
                    asks.sendall(told)
            with here.makefile("rb") as answers:
                number = int(answers.readline())
                here.settimeout(seconds)
                try:
                    code = int(answers.readline())
                except TimeoutError:
                    os.kill(number, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(["auditor", *arguments], seconds) from None
            said = []
            for stream in (out, err):
                stream.seek(0)
                said.append(stream.read().decode())
        return subprocess.CompletedProcess(["auditor", *arguments], code, *said)

    def _started(self, env: Mapping[str, str]) -> socket.socket:
        if self._asks is None:
            self._asks, there = socket.socketpair()
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(there.fileno())],
                env=dict(env),
                pass_fds=[there.fileno()],
            )
            there.close()
        return self._asks

    def end(self) -> None:
        if self._asks and self._process:
            self._asks.close()
            self._process.wait()


def _serve(asks: socket.socket) -> list[str]:
    """Answers in the parent until nobody asks any more; returns in each child, with its arguments."""
    import auditor.cli  # noqa: F401 - what is not to be imported again

    gc.freeze()  # no child looks through it at its end, and so has to copy it all
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who waits for a command is the process between
    while True:
        length, fds, _, _ = socket.recv_fds(asks, 4, 4)
        if not length:
            os._exit(0)
        folder, arguments, env = json.loads(_exactly(asks, int.from_bytes(length, "big")))
        if os.fork() == 0:
            asks.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _wait_for_a_child(fds[0])
            for number, fd in enumerate(fds[1:]):
                os.dup2(fd, number)
            for fd in fds:
                os.close(fd)
            os.environ.clear()
            os.environ.update(env)
            os.chdir(folder)
            sys.path.insert(0, folder)  # as -m does
            return list(arguments)
        for fd in fds:
            os.close(fd)


def _wait_for_a_child(answers: int) -> None:
    """Fork; returns in the child alone. The other tells its number, and how it ended."""
    number = os.fork()
    if number == 0:
        return
    os.write(answers, b"%d\n" % number)
    _, status = os.waitpid(number, 0)
    with contextlib.suppress(BrokenPipeError):  # who asked has not waited
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _exactly(asks: socket.socket, length: int) -> bytes:
    told = b""
    while len(told) < length:
        told += asks.recv(length - len(told))
    return told


if __name__ == "__main__":
    sys.argv[1:] = _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("auditor", run_name="__main__", alter_sys=True)
