"""The command `auditor`: one module a command. The only place that prints."""

from __future__ import annotations

import gc
import os
import sys
import traceback

import click

from auditor._version import __version__
from auditor.cli.audit import FAULT, audit
from auditor.cli.baseline import baseline
from auditor.cli.changed import changed
from auditor.cli.checklist import checklist
from auditor.cli.compare import compare
from auditor.cli.demo import demo
from auditor.cli.doctor import doctor
from auditor.cli.evidence import evidence
from auditor.cli.folder import folder
from auditor.cli.journey import journey
from auditor.cli.notify import notify
from auditor.cli.report import report
from auditor.cli.retest import retest
from auditor.cli.rules import rules
from auditor.cli.schedule import schedule
from auditor.cli.serve import serve
from auditor.cli.sites import sites
from auditor.cli.statement import statement
from auditor.cli.status import status
from auditor.cli.store import store
from auditor.cli.worker import worker
from auditor.errors import AuditorError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="auditor")
def cli() -> None:
    """Audit public bodies' websites for accessibility, and write reports people act on."""


for command in (
    audit,
    folder,
    changed,
    report,
    evidence,
    checklist,
    retest,
    statement,
    compare,
    baseline,
    status,
    serve,
    store,
    worker,
    schedule,
    notify,
    sites,
    journey,
    rules,
    doctor,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run the command and end with its exit code (the table in README.md)."""
    gc.freeze()  # what was imported stays: looking through it at the end alone took a third of a start's CPU
    try:
        code = cli(standalone_mode=False)
    except AuditorError as error:
        click.echo(f"auditor: {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception:  # a fault of ours must not look like a failed gate, which is Python's own code 1
        traceback.print_exc()
        click.echo("auditor: this is a fault of the program. What was audited is in the store.", err=True)
        code = FAULT
    sys.exit(code or 0)
