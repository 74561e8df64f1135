"""`auditor folder`: serve a folder of built files on this machine, and audit it like any site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from auditor.cli.audit import gate_of, run
from auditor.cli.common import (
    baseline_option,
    changed_options,
    config_option,
    fail_on_options,
    find_baseline,
    find_config,
    format_option,
    no_sandbox_option,
    open_store,
    output_option,
    sandbox,
    store_option,
)
from auditor.cli.only_changed import Change, run_changed
from auditor.config import Config, ad_hoc, site_id
from auditor.models import Site
from auditor.net.folder import FolderSite
from auditor.touched import of_folder

CONCURRENCY = 4  # pages at once: nobody else is on this server


@click.command()
@click.argument("path", metavar="FOLDER", type=click.Path(path_type=Path))
@changed_options
@fail_on_options
@baseline_option
@config_option
@store_option
@no_sandbox_option
@output_option("report")
@format_option
def folder(
    path: Path,
    changed_since: str | None,
    changed_files: BinaryIO | None,
    fail_on: str | None,
    fail_on_new: str | None,
    baseline: Path | None,
    config_file: Path | None,
    store: str | None,
    no_sandbox: bool,
    output: Path,
    formats: Sequence[str],
) -> int:
    """Audit every page of a folder of built files, served on this machine as a static host would.

    `[defaults]` and `[gate]` of sites.toml hold for it, as far as they mean something here.
    """
    config = find_config(config_file)
    change = Change.of(changed_since, changed_files, config)
    with FolderSite(path) as served:
        site = site_of(served, config)
        opened = open_store(store, config)
        before, gate = find_baseline(baseline, None), gate_of(site, config, fail_on, fail_on_new)
        sandboxed = sandbox(no_sandbox)
        if change:
            return run_changed(
                site,
                change,
                opened,
                known=of_folder(served),
                sandboxed=sandboxed,
                folder=output,
                formats=formats,
                gate=gate,
                before=before,
            )
        return run(
            site,
            opened,
            resume=False,
            sandboxed=sandboxed,
            gate=gate,
            before=before,
            folder=output,
            formats=formats,
        )


def site_of(served: FolderSite, config: Config | None) -> Site:
    """All pages of the folder, at full speed: it is ours, and nobody waits for it."""
    site = ad_hoc([served.url + served.pages[0]], config)
    name = served.root.name or "folder"
    return replace(
        site,
        id=site_id(name),
        name=name,
        max_pages=site.max_pages
        if "max_pages" in site.user_limits
        else max(site.max_pages, len(served.pages)),
        internal=True,
        delay=0.0,
        concurrency=CONCURRENCY,
        quiet_hours=(),
        headers=(),  # secrets of other sites
    )
