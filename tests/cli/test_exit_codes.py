"""Each exit code of the table in the README, by running the command as a user or a script does."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import pytest

from auditor.cli.audit import overall
from auditor.models import RunState, Site
from auditor.store import Store

Done = subprocess.CompletedProcess[str]
JSON = ("--format", "json", "--output", "out")
QUICK = '[defaults]\nplain_pages = 0\nstatement = false\ndrive = "no-page"\npictures = false\n'


def report(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return read


# -- 0, 3 and 4: how much was audited ----------------------------------------------------------------------


@dataclass(frozen=True)
class Three:
    """One command over three sites: one whole, one in part, one not at all."""

    done: Done
    folder: Path
    whole: Any
    part: Any
    none: Any


@pytest.fixture(scope="module")
def three(
    tmp_path_factory: pytest.TempPathFactory,
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    command: Any,
) -> Three:
    whole, part, none = (site_server() for _ in range(3))
    whole.routes |= {
        "/": (302, {"Location": "/home"}, b""),
        "/home": page("Home", "/gone", "/removed", "/a", body='<img src="data:,">'),
        "/removed": page("Removed", status=410),
        "/a": page("A", "/home", "/too-deep"),
        "/too-deep": page("Too deep"),
    }
    part.routes |= {"/": page("Home")}
    folder = tmp_path_factory.mktemp("three")
    (folder / "our.toml").write_text(
        f"{QUICK}internal = true\ndelay = 0.0\n"
        f'[[site]]\nid = "whole"\nurl = "{whole.origin}/"\nmax_depth = 1\n'
        f'[[site]]\nid = "part"\nurls = ["{part.origin}/", "{part.origin}/missing"]\nmin_coverage = 0\n'
        f'[[site]]\nid = "none"\nurl = "{none.origin}/missing"\n'
    )
    done = command.run(folder, "audit", "--config", "our.toml", *JSON)
    assert "Traceback" not in done.stderr, done.stderr
    return Three(done, folder, whole, part, none)


def test_3_of_several_sites_when_not_all_is_done(three: Three) -> None:
    assert three.done.returncode == 3, three.done.stderr


def test_several_sites_have_a_folder_each(three: Three) -> None:
    assert sorted(path.name for path in (three.folder / "out").iterdir()) == ["none", "part", "whole"]
    for name in ("whole", "part", "none"):
        assert report(three.folder / "out" / name)["site"]["id"] == name
        assert f"Report: out/{name}/report.json" in three.done.stdout


def test_broken_links_and_limits_of_the_user_are_listed_and_leave_it_complete(
    three: Three, outcomes: Callable[..., dict[str, str]]
) -> None:
    said = report(three.folder / "out/whole")
    assert outcomes(said, three.whole.origin) == {
        "/": "redirected", "/home": "audited", "/a": "audited", "/gone": "failed", "/removed": "failed",
        "/too-deep": "over_budget",
    }  # fmt: skip
    coverage = said["coverage"]
    assert coverage["complete"] is True
    assert (coverage["audited"], coverage["in_scope"], coverage["broken_links"]) == (2, 2, 2)
    assert any("max_depth = 1" in limit for limit in coverage["limits"])
    assert three.whole.hits("/too-deep") == 0
    assert said["findings"], "findings alone fail nothing"


def test_a_start_url_that_is_not_found_makes_it_incomplete_whatever_the_share(three: Three) -> None:
    coverage = report(three.folder / "out/part")["coverage"]
    assert coverage["complete"] is False
    assert coverage["start_failed"] == [f"{three.part.origin}/missing"]
    assert coverage["audited"] == 1


def test_where_nothing_was_audited_that_is_said(three: Three) -> None:
    coverage = report(three.folder / "out/none")["coverage"]
    assert (coverage["audited"], coverage["complete"], coverage["share"]) == (0, False, 0)
    assert "Nothing was audited" in three.done.stdout


def test_a_report_of_one_of_several_needs_its_name(three: Three, command: Any) -> None:
    which = command.run(three.folder, "report", "--config", "our.toml")
    assert which.returncode == 2
    assert all(name in which.stderr for name in ("whole", "part", "none"))


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0], 0), ([0, 0], 0), ([0, 3], 3), ([0, 4], 3), ([4], 4), ([4, 4], 4), ([3, 4], 3), ([1, 3], 1),
        ([4, 1], 1), ([0, 1, 0], 1), ([6], 6), ([0, 6], 3), ([1, 6], 1),
        ([1, 130], 130), ([3, 143], 143), ([130], 130),
    ],
)  # fmt: skip
def test_one_code_for_several_sites(codes: Sequence[int], expected: int) -> None:
    assert overall(codes) == expected


# -- 0: a list of pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed(
    tmp_path_factory: pytest.TempPathFactory,
    site_server: Callable[..., Any],
    page: Callable[..., Any],
    command: Any,
) -> tuple[Done, Path, Any]:
    site = site_server()
    site.routes |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"Sitemap: /sitemap.xml"),
        "/sitemap.xml": (200, {}, f"{site.origin}/from-sitemap".encode()),
        "/a": page("A", "/linked", "/b"),
        "/b": page("B", "/linked"),
        "/linked": page("Linked"),
    }
    folder = tmp_path_factory.mktemp("listed")
    (folder / "sites.toml").write_text(QUICK, encoding="utf-8")
    lines = f"# ours\n{site.origin}/a\n\n  {site.origin}/b#part  \n{site.origin}/b\n"
    done = command.run(folder, "audit", "--urls", "-", "--internal", *JSON, stdin=lines)
    return done, folder, site


def test_0_a_list_on_standard_input_with_no_configuration_at_all(listed: tuple[Done, Path, Any]) -> None:
    done, _, _ = listed
    assert done.returncode == 0, done.stderr


def test_exactly_the_listed_pages_are_audited_and_no_link_is_followed(
    listed: tuple[Done, Path, Any], outcomes: Callable[..., dict[str, str]]
) -> None:
    _, folder, site = listed
    said = report(folder / "out")
    assert outcomes(said, site.origin) == {"/a": "audited", "/b": "audited"}
    assert {r.path for r in site.asked} - {"/favicon.ico"} == {"/robots.txt", "/a", "/b"}
    assert said["coverage"]["complete"] is True


def test_the_json_report_is_the_file_that_was_asked_for(listed: tuple[Done, Path, Any]) -> None:
    done, folder, _ = listed
    assert sorted(f.name for f in (folder / "out").iterdir()) == [".auditor-files", "report.json"]
    assert "Report: out/report.json" in done.stdout
    assert set(report(folder / "out")) >= {
        "schema", "site", "run", "coverage", "visits", "findings", "rule_errors", "untested", "issues",
    }  # fmt: skip
    assert (folder / "auditor.db").exists(), "the store's default place"


def test_one_second_between_requests_by_default(listed: tuple[Done, Path, Any]) -> None:
    _, _, site = listed
    pages = site.paced
    assert [r.path for r in pages] == ["/robots.txt", "/a", "/b"]
    assert all(b.began - a.ended >= 0.99 for a, b in pairwise(pages))


# -- 4: nothing audited ------------------------------------------------------------------------------------


def test_4_a_site_on_this_machine_without_internal_is_refused_and_the_cure_named(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], command: Any
) -> None:
    site = site_server({"/": page("Home")})
    done = command.run(tmp_path, "audit", f"{site.origin}/", *JSON)
    assert done.returncode == 4, done.stderr
    assert site.asked == []
    (visit,) = report(tmp_path / "out")["visits"]
    assert visit["outcome"] in ("failed", "disallowed")
    assert "--internal" in visit["reason"]
    assert "loopback" in visit["reason"]
    assert "Nothing was audited" in done.stdout


# -- 2: wrong use, 5: browser, 6: store: no browser is started -----------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("audit",), ["give a URL", "--config"]),
        (("audit", "birmingham"), ["'birmingham'", "sites.toml"]),
        (("audit", "ftp://a.example/"), ["ftp://a.example/", "https://www.example.org/"]),
        (("audit", "https://a.example/", "--format", "docx"), ["docx", "html", "json", "text"]),
        (("audit", "https://a.example/", "--max-pages", "0"), ["--max-pages"]),
        (("audit", "https://a.example/", "--fail-on", "grave"), ["critical", "serious", "moderate", "minor"]),
        (("audit", "https://a.example/", "--colour"), ["--colour"]),
        (("audit", "--urls", "nothere.txt"), ["nothere.txt"]),
        (("audit", "--urls", "-"), ["holds no URL"]),
        (("audit", "--urls", "-", "https://a.example/"), ["--urls"]),
        (("audit", "--config", "nothere.toml"), ["nothere.toml", "no such file"]),
        (("sites",), ["sites.toml", "no such file"]),
        (("report",), ["none yet"]),
        (("frobnicate",), ["frobnicate"]),
    ],
)
def test_2_wrong_use(tmp_path: Path, command: Any, arguments: tuple[str, ...], words: list[str]) -> None:
    done = command.run(tmp_path, *arguments)
    assert done.returncode == 2, done.stderr
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_2_a_line_of_a_list_that_is_no_address_is_named(tmp_path: Path, command: Any) -> None:
    (tmp_path / "list.txt").write_text("https://a.example/\n\nnonsense\n")
    done = command.run(tmp_path, "audit", "--urls", "list.txt")
    assert done.returncode == 2
    assert re.search(r"list\.txt, line 3: 'nonsense'", done.stderr)


def test_2_all_faults_of_the_configuration_are_listed(tmp_path: Path, command: Any) -> None:
    (tmp_path / "sites.toml").write_text(
        'speed = 1\n[[site]]\nid = "a"\nurl = "a.example"\ncolour = "red"\nrobots = "defy"\n'
        '[[site]]\nid = "b"\nmax_pages = 0\nurl = "b.example"\nstandard = "wcag9"\n'
    )
    for arguments in (("sites",), ("audit",), ("audit", "a")):
        done = command.run(tmp_path, *arguments)
        assert done.returncode == 2
        assert "sites.toml has 5 faults" in done.stderr
        for words in (
            "speed: there is no such key. Allowed: defaults, files, gate, notify, region, site, store",
            "[[site]] 1 (a) colour: there is no such key. Allowed: ",
            "[[site]] 1 (a) robots: Input should be 'obey' or 'ignore' (given: 'defy')",
            "[[site]] 2 (b) max_pages: Input should be greater than or equal to 1 (given: 0)",
            "[[site]] 2 (b) standard: must be one of: wcag20a,",
        ):
            assert words in done.stderr


def test_0_the_sites_shipped_are_listed(command: Any) -> None:
    done = command.run(Path(__file__).parents[2], "sites")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 19
    assert "18 sites, no faults" in lines[-1]
    assert any("birmingham" in line and "E08000025" in line for line in lines)


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("audit", "--help")])
def test_0_help(tmp_path: Path, command: Any, arguments: tuple[str, ...]) -> None:
    done = command.run(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_5_no_browser(tmp_path: Path, command: Any) -> None:
    (tmp_path / "none").mkdir()
    empty = str(tmp_path / "none")
    done = command.run(tmp_path, "audit", "https://a.example/", PATH=empty, PLAYWRIGHT_BROWSERS_PATH=empty)
    assert done.returncode == 5, done.stderr
    assert "No browser found" in done.stderr
    assert "apt-get install chromium" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["sqlite:///missing/a.db", "sqlite:///garbage.db", "postgresql://u:pw@h/d", "a.db"]
)
def test_6_no_store(tmp_path: Path, command: Any, name: str) -> None:
    (tmp_path / "garbage.db").write_bytes(b"garbage" * 1000)
    by_option = command.run(tmp_path, "audit", "https://a.example/", "--store", name)
    assert by_option.returncode == 6, by_option.stderr
    assert "store" in by_option.stderr
    assert "pw" not in by_option.stderr
    assert "Traceback" not in by_option.stderr
    if name == "a.db":
        assert command.run(tmp_path, "report", AUDITOR_STORE=name).returncode == 6
        (tmp_path / "sites.toml").write_text(f'store = "{name}"\n[[site]]\nid = "a"\nurl = "a.example"\n')
        assert command.run(tmp_path, "audit", "a").returncode == 6


def test_6_a_site_that_another_process_is_on_and_the_others_are_audited(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], command: Any
) -> None:
    origin = site_server({"/": page("Home")}).origin
    (tmp_path / "sites.toml").write_text(
        f'{QUICK}internal = true\ndelay = 0\n[[site]]\nid = "a"\nurl = "{origin}/"\n'
        f'[[site]]\nid = "b"\nurl = "{origin}/"\n'
    )
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    run = store.start_run(Site(id="a", name="A", urls=(f"{origin}/",)), versions={}, rules=[])
    busy = f"Run 1 of a is being worked on by process {os.getpid()} on "
    done = command.run(tmp_path, "audit", "a", *JSON)
    assert (done.returncode, done.stdout) == (6, ""), done.stderr
    assert busy in done.stderr
    both = command.run(tmp_path, "audit", *JSON)
    assert both.returncode == 3, both.stderr
    assert busy in both.stderr
    assert report(tmp_path / "out/b")["coverage"]["complete"] is True
    store.end_run(run, RunState.INTERRUPTED)
    store.close()
    assert command.run(tmp_path, "audit", "a", *JSON).returncode == 0


# -- 130 and 143: signals ----------------------------------------------------------------------------------


@dataclass
class Gate:
    """A site of a chain of pages, of which one waits until it is let through."""

    site: Any
    reached: threading.Event
    let: threading.Event

    def hold(self, page: Callable[..., Any], path: str, *links: str) -> None:
        self.reached.clear()
        self.let.clear()

        def wait(_: object) -> Any:
            self.reached.set()
            self.let.wait(30)
            return page(path, *links)

        self.site.routes[path] = wait


@pytest.fixture
def gate(site_server: Callable[..., Any], page: Callable[..., Any]) -> Gate:
    site = site_server()
    site.routes |= {f"/{n}": page(f"Page {n}", f"/{n + 1}") for n in range(1, 5)}
    site.routes |= {"/": page("Home", "/1"), "/5": page("Last")}
    return Gate(site, threading.Event(), threading.Event())


def ended(process: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str, str]:
    try:
        out, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return process.returncode, out, errors


def test_130_143_stop_after_the_page_under_way_report_and_resume(
    tmp_path: Path,
    gate: Gate,
    page: Callable[..., Any],
    command: Any,
    outcomes: Callable[..., dict[str, str]],
) -> None:
    (tmp_path / "sites.toml").write_text(
        f'{QUICK}[[site]]\nid = "chain"\nurl = "{gate.site.origin}/"\ninternal = true\ndelay = 0\n'
    )
    runs: list[dict[str, Any]] = []
    for number, at, code in ((signal.SIGINT, "/1", 130), (signal.SIGTERM, "/3", 143)):
        gate.hold(page, at, f"/{int(at[1:]) + 1}")
        process = command.start(tmp_path, "audit", "chain", "--resume", *JSON)
        assert gate.reached.wait(40), ended(process, 1)
        process.send_signal(number)
        time.sleep(0.5)
        assert process.poll() is None, "the page under way is finished first"
        gate.let.set()
        returned, out, errors = ended(process)
        assert returned == code, errors
        assert "Once more to stop at once" in errors
        assert "Traceback" not in errors
        assert "Report: out/report.json" in out
        said = report(tmp_path / "out")
        assert said["run"]["state"] == "interrupted"
        assert said["coverage"]["complete"] is False
        assert outcomes(said, gate.site.origin)[at] == "audited"
        assert outcomes(said, gate.site.origin)[f"/{int(at[1:]) + 1}"] == "over_budget"
        assert any("--resume" in visit["reason"] for visit in said["visits"])
        runs.append(said["run"])
    done = command.run(tmp_path, "audit", "chain", "--resume", *JSON)
    assert done.returncode == 0, done.stderr
    said = report(tmp_path / "out")
    assert {run["id"] for run in [*runs, said["run"]]} == {1}
    assert said["run"]["state"] == "done"
    assert outcomes(said, gate.site.origin) == dict.fromkeys(["/", "/1", "/2", "/3", "/4", "/5"], "audited")
    for path in ("/", "/1", "/2", "/3", "/4", "/5"):
        assert gate.site.hits(path) == 1, f"{path} was visited once over all three"


def test_a_second_signal_ends_at_once(
    tmp_path: Path, gate: Gate, page: Callable[..., Any], command: Any
) -> None:
    gate.hold(page, "/1")
    process = command.start(tmp_path, "audit", f"{gate.site.origin}/", "--internal", *JSON)
    assert gate.reached.wait(40), ended(process, 1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    returned, _, errors = ended(process)
    took = time.monotonic() - began
    gate.let.set()
    assert returned == 143, errors
    assert took < 4
    assert "Traceback" not in errors
    assert "--resume" in errors
    assert not (tmp_path / "out").exists(), "there is no report"


def unread(pipe: IO[str]) -> int:
    """Bytes written to a pipe that nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe.fileno(), termios.FIONREAD, bytes(4)), sys.byteorder)


def test_130_before_anything_began(tmp_path: Path, command: Any) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "audit", "--urls", "-"],
        cwd=tmp_path,
        env=command.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write("https://town.example/\n")
    process.stdin.flush()
    while unread(process.stdin):  # then it is waiting for the rest of its list
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    returned, _, errors = ended(process)
    assert returned == 130, errors
    assert "Traceback" not in errors
