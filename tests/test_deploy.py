"""What is put to use by other programs: the image, the compose file, the system calls and the units.

No container was run by these; docs/deploy.md says what was tried by hand.
"""

from __future__ import annotations

import ctypes.util
import json
import os
import pwd
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from auditor.browser import find
from auditor.cli import cli

CHECKOUT = Path(__file__).parents[1]
DEPLOY = CHECKOUT / "deploy"
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
UNITS = sorted(DEPLOY.glob("*.service"))
SECCOMP = json.loads((DEPLOY / "seccomp.json").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line)]


def unit(file: Path) -> dict[str, list[str]]:
    """The settings of its service; one may stand there several times."""
    found: dict[str, list[str]] = {}
    for line in (
        file.read_text(encoding="utf-8").partition("[Service]")[2].partition("[Install]")[0].splitlines()
    ):
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def commands() -> list[list[str]]:
    """Every call of `auditor`, as words."""
    found = [service["command"] for service in OURS.values()]
    found += [unit(file)["ExecStart"][0].split()[1:] for file in UNITS]
    docs = (CHECKOUT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", docs, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:3] == ["docker", "compose", "run"]:
                found.append(words[5:])
            elif words and words[0] == "/opt/auditor/bin/auditor":
                found.append(words[1:])
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_and_options_exist(words: list[str]) -> None:
    command: click.Command | None = cli
    rest = list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        command = command.get_command(click.Context(command), name)
        assert command is not None, name
    assert command is not None
    command.make_context(words[-1], rest, resilient_parsing=False).close()


def test_the_image_runs_as_a_normal_user_under_an_init() -> None:
    said = instructions()
    last = dict(said)
    assert last["USER"] == "10001:10001"
    assert json.loads(last["ENTRYPOINT"])[:2] == ["tini", "--"]
    for _, image in (each for each in said if each[0] == "FROM"):
        assert re.match(r"python:3\.\d+-slim-[a-z]+( AS \w+)?$", image), "a short name with its version"
    assert not re.search("NO_SANDBOX|no-sandbox|PASSWORD|curl|wget", DOCKERFILE)


def test_nothing_but_the_program_gets_into_the_image() -> None:
    kept = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").split()
    assert kept[0] == "*"
    needed = {"auditor", "rules", "reports", "pyproject.toml", "README.md", "LICENSE"}
    assert {line[1:] for line in kept if line.startswith("!")} == needed
    assert all((CHECKOUT / name).exists() for name in needed)


def test_extras_of_the_image_exist() -> None:
    known = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.search(r"'\.\[(.*?)\]'", DOCKERFILE)
    assert named is not None
    assert set(named[1].split(",")) <= set(known["optional-dependencies"])


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_confined(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "user", "network_mode", "pid"} & set(service)
    assert not re.search("no.sandbox|unconfined", str(service), re.IGNORECASE)
    assert "volumes" not in service or all("docker.sock" not in str(each) for each in service["volumes"])


def test_the_browser_gets_its_sandbox_in_the_containers_that_have_one() -> None:
    assert "seccomp=deploy/seccomp.json" in SERVICES["worker"]["security_opt"]
    assert SERVICES["worker"]["shm_size"] == "1gb"
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_only_this_machine_reaches_the_web_view_and_nobody_the_database() -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert "ports" not in SERVICES["db"]
    assert SERVICES["db"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_secrets_are_not_in_the_files() -> None:
    assert SERVICES["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    for service in OURS.values():
        assert ":" not in service["environment"]["AUDITOR_STORE"].partition("://")[2]
        assert service["environment"]["PGPASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_order_of_starting() -> None:
    assert "healthcheck" in SERVICES["db"]
    assert SERVICES["upgrade"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in ("worker", "web"):
        assert SERVICES[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert SERVICES["upgrade"]["restart"] == "no"


def test_volumes_keep_what_must_outlive_a_container() -> None:
    assert set(COMPOSE["volumes"]) == {"database", "reports"}
    assert re.match(r"postgres:\d+$", SERVICES["db"]["image"])
    assert "database:/var/lib/postgresql/data" in SERVICES["db"]["volumes"]


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_units_are_understood(file: Path, tmp_path: Path) -> None:
    said = unit(file)
    assert said["User"] == ["auditor"]
    assert said["NoNewPrivileges"] == ["yes"]
    assert said["CapabilityBoundingSet"] == [""]
    here = tmp_path / file.name
    here.write_text(file.read_text(encoding="utf-8").replace("/opt/auditor/bin/auditor", "/bin/true"))
    if not Path("/usr/bin/systemd-analyze").exists():
        pytest.skip("no systemd here")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", here], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_worker_of_the_unit_may_have_a_browser_with_its_sandbox() -> None:
    said = unit(DEPLOY / "auditor-worker.service")
    assert set(said["RestrictNamespaces"][0].split()) == {"user", "pid", "net"}
    assert {"chroot", "seccomp"} <= set(said["SystemCallFilter"][0].split())
    assert "MemoryDenyWriteExecute" not in said
    assert said["OOMPolicy"] == ["continue"]
    assert said["KillMode"] == ["mixed"]


CONFINED = """
import ctypes, json, os, sys
library, rules, user, *command = json.loads(sys.argv[1])
class Cmp(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]
seccomp = ctypes.CDLL(library)
seccomp.seccomp_init.restype = ctypes.c_void_p
filter_ = ctypes.c_void_p(seccomp.seccomp_init(0x00050000 | 38))  # SCMP_ACT_ERRNO(ENOSYS)
for rule in rules:
    # 7: SCMP_CMP_MASKED_EQ
    args = [Cmp(each["index"], 7, each["value"], each["valueTwo"]) for each in rule.get("args", ())]
    for name in rule["names"]:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            given = (Cmp * len(args))(*args)
            assert seccomp.seccomp_rule_add_array(filter_, 0x7FFF0000, number, len(args), given) == 0  # ALLOW
if user:
    os.setgroups([]); os.setgid(user); os.setuid(user)
assert seccomp.seccomp_load(filter_) == 0  # sets no_new_privs too
os.execv(command[0], command)
"""


def chromium(rules: list[dict[str, Any]], home: Path) -> subprocess.CompletedProcess[str]:
    """A page shown by the browser of this machine, with its sandbox, under these system calls alone."""
    library = ctypes.util.find_library("seccomp")
    browsers = [
        options["executable_path"] for _, options in find.candidates() if "executable_path" in options
    ]
    if library is None or not browsers:
        pytest.skip("no libseccomp, or no browser of the system's own")
    user = 0 if os.getuid() else pwd.getpwnam("nobody").pw_uid
    home.chmod(0o777)
    command = [browsers[0], "--headless", "--dump-dom", f"--user-data-dir={home}", "data:text/html,<p>shown"]
    return subprocess.run(
        [sys.executable, "-c", CONFINED, json.dumps([library, rules, user, *command])],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_browsers_sandbox_starts_under_these_system_calls(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rules = SECCOMP["syscalls"]
    assert SECCOMP["defaultAction"] == "SCMP_ACT_ERRNO"
    names = [name for rule in rules for name in rule["names"]]
    forbidden = {"mount", "ptrace", "bpf", "keyctl", "setns", "init_module", "perf_event_open", "kexec_load"}
    assert not forbidden & set(names)
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        shown = chromium(rules, Path(home))
        assert "<p>shown" in shown.stdout, shown.stderr
        without = chromium(rules[:1], Path(home))  # without namespaces
        assert "<p>shown" not in without.stdout
