"""`auditor schedule` and what is told after it, as a user and a timer run them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from auditor import schedule
from auditor.cli.due_words import overdue
from auditor.cli.installing import TEMPLATES, filled
from auditor.cli.schedule import DIGEST, list_
from auditor.cli.status import status
from auditor.config import load
from auditor.errors import ConfigError
from auditor.models import DueState
from auditor.store import RunReader, Store
from tests.past import ORIGIN, Past, day, fault

Done = subprocess.CompletedProcess[str]


@dataclass
class Hook:
    """A web server of this machine that is told."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    told.url = f"json://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def test_a_due_audit_is_made_cut_off_taken_up_again_and_told(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], command: Any, hook: Hook
) -> None:
    reached, let = threading.Event(), threading.Event()

    def wait(_: object) -> Any:
        reached.set()
        let.wait(60)
        return page("Last")

    site = site_server({"/": page("Home", "/last"), "/last": wait})
    (tmp_path / "sites.toml").write_text(
        f"""
[defaults]
schedule = "0 {(datetime.now(UTC).hour + 12) % 24} * * *"
timezone = "UTC"
internal = true
delay = 0

[notify]
[[notify.to]]
name = "Hook"
url = "${{HOOK}}"
on = ["missed", "new"]

[[site]]
id = "town"
name = "Town"
url = "{site.origin}/"
statement = false
plain_pages = 0
""",
        encoding="utf-8",
    )
    run = ("schedule", "run", "--format", "json")
    store, config = Store.open(f"sqlite:///{tmp_path}/auditor.db"), load(tmp_path / "sites.toml")
    began = datetime.now(UTC) - timedelta(days=3, hours=1)
    assert schedule.claim(store, config.schedules, began) is None, "the schedule is new"
    assert overdue(store, config)["town"].startswith("DUE since ")
    process = command.start(tmp_path, *run)
    assert reached.wait(60), process.communicate()
    done: Done = command.run(tmp_path, *run)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "it is another's"
    process.kill()
    process.communicate()
    let.set()
    done = command.run(tmp_path, *run)
    assert done.returncode == 0, done.stderr
    assert "Town: 2 due times passed without an audit (" in done.stderr
    unsent = "A message to Hook could not be sent: the environment variable HOOK is not set."
    assert unsent in done.stderr
    assert [each.state for each in store.dues("town")][:3] == [DueState.DONE, *[DueState.MISSED] * 2]
    reader = RunReader.latest(store, "town")
    assert reader is not None
    assert reader.run_id == 1, "the audit that was cut off went on"
    assert any(note.startswith(unsent) for note in reader.run().notes)
    report = json.loads((tmp_path / "report" / "town" / "report.json").read_text(encoding="utf-8"))
    assert any("2 due times passed without an audit" in note for note in report["run"]["notes"])
    assert report["coverage"]["audited"] == 2
    assert site.hits("/") == 1
    done = command.run(tmp_path, *run, HOOK=hook.url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (post,) = hook.posts
    assert post["title"] == "Town: an audit was missed"
    listed = CliRunner().invoke(
        list_, ["--config", str(tmp_path / "sites.toml"), "--store", f"sqlite:///{tmp_path}/auditor.db"]
    )
    assert listed.output.startswith("town  next due ")
    assert ": done, run 1; missed 2 of 3 due times" in listed.output
    assert (
        CliRunner()
        .invoke(
            status, ["--config", str(tmp_path / "sites.toml"), "--store", f"sqlite:///{tmp_path}/auditor.db"]
        )
        .output.endswith("missed 2 of 3 due times\n")
    )
    store.close()


def test_the_digest_tells_what_changed_since_the_last(tmp_path: Path, command: Any, hook: Hook) -> None:
    text = f"""
[notify]
digest = "0 8 * * *"
[[notify.to]]
name = "Hook"
url = "{hook.url}"
on = ["digest"]
[[site]]
id = "town"
name = "Town"
url = "{ORIGIN}/"
schedule = "0 0 1 1 *"
[[site.owner]]
name = "Web team"
pages = ["/bins"]
"""
    (tmp_path / "sites.toml").write_text(text, encoding="utf-8")
    config = load(tmp_path / "sites.toml")
    assert config.notify.digest is not None
    past = Past(Store.open(f"sqlite:///{tmp_path}/auditor.db"))
    past.audit(day(1), {"/": [], "/bins": []})
    assert schedule.claim(past.store, {DIGEST: config.notify.digest}, datetime.now(UTC)) is None
    past.audit(day(2), {"/": [], "/bins": [fault("a", "/bins")]})
    with past.store._write() as c:  # a day ago
        c.exec_driver_sql("UPDATE due SET due = due - 90000")
    past.store.close()
    for _ in range(2):
        done: Done = command.run(tmp_path, "schedule", "run")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (post,) = hook.posts
    assert post["title"] == "Accessibility: 1 new problem, 0 mended, on 1 site"
    assert post["message"].startswith(
        "For Web team\n\nTown: 1 new, 0 mended since 2026-09-01; 1 of 1 confirmed"
    )


def test_what_calls_it_again_and_again(tmp_path: Path, command: Any) -> None:
    folder = tmp_path / "100% ours"
    folder.mkdir()
    text = '[[site]]\nid = "town"\nurl = "https://a.example/"\nschedule = "0 2 * * 1"\n'
    (folder / "sites.toml").write_text(text, encoding="utf-8")
    done: Done = command.run(folder, "schedule", "install", "systemd", "--output", "made")
    assert (done.returncode, done.stderr) == (0, "")
    made = {name: text for where in TEMPLATES for name, text in filled(where, folder / "sites.toml")}
    for path in (folder / "made").iterdir():
        assert path.read_text(encoding="utf-8") == made[path.name]
    assert not any("@" in line and line.endswith("@") for each in made.values() for line in each.splitlines())
    (line,) = [each for each in made["auditor-schedule.cron"].splitlines() if not each.startswith("#")]
    ran = line.split(" ", 5)[5].replace("\\%", "%")  # as cron hands it to the shell
    assert shlex.split(ran)[:2] == ["cd", str(folder)]
    assert "schedule run --config sites.toml" in ran
    github = yaml.safe_load(made["auditor-schedule.github.yml"])
    assert github[True]["schedule"] == [{"cron": "17 * * * *"}]  # YAML 1.1 reads `on` as true
    assert "schedule run --config sites.toml" in str(github["jobs"]["due"]["steps"])
    gitlab = yaml.safe_load(made["auditor-schedule.gitlab.yml"])
    template = yaml.safe_load(Path("ci/gitlab.yml").read_text(encoding="utf-8"))
    assert set(gitlab) - {"include", "variables"} == set(template), "the job is the template's"
    if shutil.which("systemd-analyze"):
        units = [str(path) for path in (folder / "made").iterdir() if path.suffix in (".service", ".timer")]
        checked = subprocess.run(
            ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ('[defaults]\nschedule = "0 2 * *"', ["schedule: '0 2 * *' is no schedule: needs five fields"]),
        ('[defaults]\nschedule = "*/5 * * * *"', ["the minute must be one number"]),
        ('[defaults]\nschedule = "0 0 31 2 *"', ["is no schedule: bad day-of-month"]),
        ('[[notify.to]]\nname = "A1"\nurl = "mailto://me:hunter22@a.example"', ["holds a password"]),
        ('[[notify.to]]\nname = "A1"\nurl = "no address"', ["is no address of Apprise"]),
        (
            '[[notify.to]]\nname = "A1"\nurl = "${X}"\non = ["all"]\nsites = ["city"]',
            ["'all' is nothing to notify of; write any of: new, gate"],
        ),
        ('[[notify.to]]\nname = "A1"\nurl = "${X}"\nsites = ["city"]', ["A1, sites: there is no site city"]),
        ('[notify]\nowners = "json://a"\nreport_url = "ftp://a"', ["notify.owners: must be", "report_url"]),
    ],
)
def test_faults_of_sites_toml_are_told(tmp_path: Path, settings: str, faults: list[str]) -> None:
    text = f'{settings}\n[[site]]\nid = "town"\nurl = "https://a.example/"\n'
    file = tmp_path / "sites.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert all(fault in str(caught.value) for fault in faults), str(caught.value)
    assert "hunter22" not in str(caught.value)
