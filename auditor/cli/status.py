"""`auditor status`: runs under way or cut off, and whether they get on; for people and for monitors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import click

from auditor.cli.audit import DONE, INCOMPLETE
from auditor.cli.common import config_option, find_config, open_store, store_option
from auditor.cli.schedule import overdue
from auditor.errors import StoreError, UsageError
from auditor.formats._safe import visible
from auditor.models import RunState, Standing
from auditor.store import RunReader, Store

ANSWER_SECONDS = 5.0  # for a monitor to send its request; the next one waits as long


class Health(StrEnum):
    """What a run is doing. An interrupted one was stopped in order, and its command said so."""

    GETTING_ON = "getting on"
    STALLED = "stalled"
    CUT_OFF = "cut off"
    INTERRUPTED = "interrupted"
    DONE = "done"


ADVICE = {
    Health.STALLED: "Stop that process; then the same audit command with --resume goes on.",
    Health.CUT_OFF: "The same audit command with --resume goes on.",
    Health.INTERRUPTED: "The same audit command with --resume goes on.",
}
NEEDS_A_PERSON = (Health.STALLED, Health.CUT_OFF)


@click.command()
@config_option
@store_option
@click.option(
    "--listen",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    help="Answer monitors on http://127.0.0.1:PORT/ until stopped: 200, or 503 when a run needs a person.",
)
def status(config_file: Path | None, store: str | None, listen: int | None) -> int:
    """Show each site's newest run, how far it is, and whether it gets on; exit code 3 if one does not."""
    config = find_config(config_file)
    opened = open_store(store, config)
    if listen is not None:
        _serve(opened, listen)
    standings = list(_standings(opened))
    if not standings:
        click.echo(f"{visible(opened.shown)} holds no audit yet.")
    width = max((len(visible(s.run.site)) for s in standings), default=0)
    for standing in standings:
        _tell(standing, width)
    for site, said in overdue(opened, config).items():
        click.echo(f"{visible(site)}: {said}")
    return INCOMPLETE if any(health(s) in NEEDS_A_PERSON for s in standings) else DONE


def health(standing: Standing) -> Health:
    if standing.run.state is RunState.DONE:
        return Health.DONE
    if standing.run.state is RunState.INTERRUPTED:
        return Health.INTERRUPTED
    if not standing.held:
        return Health.CUT_OFF
    return Health.STALLED if standing.stalled else Health.GETTING_ON


def _standings(store: Store) -> Iterator[Standing]:
    """The newest run of each site, the newest first."""
    for site in RunReader.sites(store):
        if reader := RunReader.latest(store, site):
            yield reader.standing()


def _tell(standing: Standing, width: int) -> None:
    run, state = standing.run, health(standing)
    parts = [
        f"run {run.id} of {run.started:%Y-%m-%d %H:%M} UTC",
        f"{standing.settled:,} of {standing.known:,} addresses settled, {standing.audited:,} audited",
        f"last progress {standing.progress:%Y-%m-%d %H:%M:%S} UTC ({_ago(standing.progress)} ago)",
    ]
    if standing.holder:
        name, _, pid = standing.holder.rpartition(":")
        parts.append(f"process {pid} on {name}" + ("" if standing.held else ", which is gone"))
    if run.stopped:
        parts.append(run.stopped)
    click.echo(f"{visible(run.site):<{width}}  {state:<11}  {visible('; '.join(parts))}")
    if advice := ADVICE.get(state):
        click.echo(f"{'':<{width}}  {'':<11}  {advice}")


def _ago(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def answer(store: Store) -> tuple[int, Mapping[str, Any]]:
    """What a monitor is told: the HTTP status, and the runs. A store that cannot be read is no health."""
    try:
        runs = [_as_json(standing) for standing in _standings(store)]
    except StoreError as error:
        return 503, {"healthy": False, "error": str(error), "runs": []}
    healthy = not any(run["health"] in NEEDS_A_PERSON for run in runs)
    return 200 if healthy else 503, {"healthy": healthy, "runs": runs}


def _as_json(standing: Standing) -> dict[str, Any]:
    run = standing.run
    return {
        "site": run.site,
        "run": run.id,
        "health": health(standing),
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "progress": standing.progress.isoformat(),
        "known": standing.known,
        "settled": standing.settled,
        "audited": standing.audited,
        "holder": standing.holder,
        "stopped": run.stopped,
    }


class _Handler(BaseHTTPRequestHandler):
    timeout = ANSWER_SECONDS
    store: Store

    def do_GET(self) -> None:
        code, said = answer(self.store) if self.path == "/" else (404, {"error": "There is only /."})
        body = json.dumps(said, indent=1).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(HTTPServer):
    """One request after another, as the store is used from one thread."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a monitor that hangs up is no fault


def _serve(store: Store, port: int) -> None:
    """Answer until the process is stopped."""
    handler = type("Handler", (_Handler,), {"store": store})
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError as error:
        raise UsageError(f"--listen {port}: {error.strerror}. Name another port.") from error
    with server:
        click.echo(f"Listening on http://127.0.0.1:{server.server_port}/")
        server.serve_forever()
