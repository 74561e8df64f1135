"""`auditor statement`: a draft of a site's accessibility statement, from its last audit."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.common import (
    config_option,
    find_config,
    find_people,
    last_run,
    new_file,
    open_store,
    people_option,
    store_option,
)
from auditor.errors import UsageError
from auditor.formats import draft
from auditor.people import joined
from auditor.report import report as build

NAMES = {"html": "statement.html", "markdown": "statement.md"}


@click.command()
@click.argument("site", required=False, metavar="[SITE-ID]")
@config_option
@store_option
@people_option
@click.option("--format", "form", type=click.Choice(list(NAMES)), default="html", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write. Default: statement.html or statement.md in this folder.",
)
def statement(
    site: str | None,
    config_file: Path | None,
    store: str | None,
    people_files: tuple[Path, ...],
    form: str,
    output: Path | None,
) -> int:
    """Draft a site's accessibility statement from its last audit, with gaps that a person must fill in.

    It never says that the website is compliant: that is for a person.
    """
    config = find_config(config_file)
    reader = last_run(open_store(store, config), site)
    report = joined(build(reader), find_people(people_files, reader.run().site, config))
    if not report.coverage.audited:
        raise UsageError(
            f"The last audit of {report.site.id!r} judged no page, so there is nothing to draft from."
        )
    file = output or Path(NAMES[form])
    text = draft.html(report) if form == "html" else draft.markdown(report)
    try:
        with new_file(file) as opened:
            opened.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"The draft cannot be written to {file}: {error}. Name another --output.") from error
    click.echo(f"Draft: {file}. A person must fill in {draft.gaps(report)} gaps before it is published.")
    return 0
