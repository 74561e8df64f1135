"""`auditor demo`: serve the demo council's site on this machine, audit it, show what an audit is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli.audit import run
from auditor.cli.common import format_option, output_option
from auditor.demo import DemoSite
from auditor.demo.journeys import VARIABLE, journeys, sign_ins
from auditor.demo.services import PASSWORD
from auditor.models import Site
from auditor.statement import DEFAULT
from auditor.store import Store


@click.command()
@output_option("demo-report")
@format_option
def demo(output: Path, formats: Sequence[str]) -> int:
    """Audit the demo council's site, served on this machine, and write the report.

    The browser's own sandbox is off here: it sees nothing but the demo's own pages.
    """
    output.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{output}/demo.db")
    with DemoSite() as council:
        site = Site(
            id="demo",
            name="Harrowmere Council (demo)",
            urls=(council.url, council.account_url),
            internal=True,
            internal_origins=(council.supplier_url, council.payment_url),
            journeys=journeys(council.url, council.account_url),
            sign_ins=sign_ins(council.account_url),
            secrets=((VARIABLE, PASSWORD),),
            delay=0.0,
            concurrency=4,
            drive="every-page",
            explore=True,
            keep=1,
            statement=DEFAULT,
            documents="sample",
            plain_pages=20,
            variants=("dark", "forced-colours"),  # phones show every page in another way: a test has that
        )
        return run(site, store, resume=False, sandboxed=False, folder=output, formats=formats)
