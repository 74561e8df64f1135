"""What several commands share: options, the store, writing a report."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from auditor import baseline, people, waivers
from auditor.browser.paper import paper
from auditor.config import Config, load, site_id
from auditor.errors import UsageError
from auditor.formats import FORMATS, Files
from auditor.formats._paper import paper as document
from auditor.known import of_json
from auditor.models import Impact, Known, PersonResult, Report, Waiver
from auditor.page_log import log_to
from auditor.store import RunReader, Store

Command = TypeVar("Command", bound=Callable[..., Any])

CONFIG = Path("sites.toml")
PDF = "pdf"  # no format of `FORMATS`: it takes a browser
DEFAULT_STORE = "sqlite:///auditor.db"
MANIFEST = ".auditor-files"  # what the last report in a folder consisted of

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The file of sites. Default: sites.toml in this folder.",
)
store_option = click.option(
    "--store", envvar="AUDITOR_STORE", help=f"Database URL of the store. Default: {DEFAULT_STORE}."
)
log_option = click.option(  # `log_to` does all, so commands take no argument of it
    "--log",
    envvar="AUDITOR_LOG",
    metavar="FILE",
    expose_value=False,
    callback=lambda _context, _option, target: log_to(target) if target else None,
    help="Append a line of JSON for each page to this file; - for standard output (docs/operations.md).",
)
no_sandbox_option = click.option(
    "--no-sandbox",
    is_flag=True,
    help="Start the browser without its own sandbox: only for sites you trust. AUDITOR_NO_SANDBOX=1 too.",
)
format_option = click.option(
    "--format",
    "formats",
    type=click.Choice(sorted((*FORMATS, PDF))),
    multiple=True,
    default=("html", "json"),
    show_default=True,
    help="Form of the report; may be given more than once.",
)


def fail_on_options(command: Command) -> Command:
    """`--fail-on` and `--fail-on-new`, which change the gate of the file."""
    impacts = click.Choice([impact.value for impact in Impact])
    any_failure = click.option(
        "--fail-on",
        type=impacts,
        help="End with exit code 1 when a confirmed failure of this impact, or worse, is found.",
    )
    new_failure = click.option(
        "--fail-on-new", type=impacts, help="The same, only for failures that were not there before."
    )
    return any_failure(new_failure(command))


def changed_options(command: Command) -> Command:
    """Which files changed; `only_changed.Change.of` takes them."""
    since = click.option(
        "--changed-since",
        metavar="REF",
        help="Only the pages that files touch which changed since this branch left REF, such as origin/main, "
        "by [[files]] in sites.toml.",
    )
    listed = click.option(
        "--changed-files",
        type=click.File("rb"),
        metavar="FILE",
        help="The same for the files named in FILE, one a line; - reads them from standard input.",
    )
    return since(listed(command))


baseline_option = click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"What the audit is compared with: a baseline or a report.json. Default: {baseline.FILE} in this "
    "folder, else the site's last audit.",
)


def find_baseline(named: Path | None, site_id: str | None) -> Known | None:
    """The file named, or the one in this folder; where `site_id` is given, only if it is of that site."""
    if named is None and not baseline.FILE.exists():
        return None
    return known_from(named or baseline.FILE, site_id if named is None else None)


def known_from(file: Path, site_id: str | None = None) -> Known | None:
    """Raises `UsageError`."""
    known = of_json(file) if file.suffix == ".json" else baseline.read(file)
    return known if site_id in (None, known.site) else None


def find_waivers() -> tuple[Waiver, ...]:
    """Of the file in this folder. Raises `ConfigError`."""
    return waivers.load(waivers.FILE) if waivers.FILE.exists() else ()


people_option = click.option(
    "--people",
    "people_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file of what people found (CSV or TOML), besides those that sites.toml names for the site.",
)


def find_people(named: Sequence[Path], site_id: str, config: Config | None) -> tuple[PersonResult, ...]:
    """Of the files named, and of those in sites.toml. Raises `ConfigError`."""
    of_site = people.files(config.file.parent, config.people.get(site_id, ())) if config else ()
    return people.read(dict.fromkeys((*of_site, *named)))


def output_option(default: str) -> Callable[[Command], Command]:
    return click.option(
        "--output",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(default),
        show_default=True,
        help="Folder to write the report to.",
    )


def sandbox(no_sandbox: bool) -> bool:
    """Whether the browser's own sandbox is to be on."""
    return not no_sandbox and os.environ.get("AUDITOR_NO_SANDBOX", "") not in ("1", "true", "yes")


def find_config(named: Path | None) -> Config | None:
    """The file named, or sites.toml in this folder; None where neither is. Raises `ConfigError`."""
    if named is None and not CONFIG.exists():
        return None
    return load(named or CONFIG)


def last_run(store: Store, site: str | None) -> RunReader:
    """The last run of the site, which may be left out where the store holds one. Raises `UsageError`."""
    known = RunReader.sites(store)
    if site is None:
        if len(known) != 1:
            raise UsageError(f"Which site? The store has: {', '.join(known) or 'none yet'}.")
        site = known[0]
    reader = RunReader.latest(store, site) or RunReader.latest(store, site_id(site))
    if reader is None:
        raise UsageError(f"The store has no audit of {site!r}. It has: {', '.join(known) or 'none yet'}.")
    return reader


def open_store(named: str | None, config: Config | None, *, upgrade: bool = False) -> Store:
    return Store.open(named or (config.store if config else None) or DEFAULT_STORE, upgrade=upgrade)


def new_file(path: Path) -> BinaryIO:
    """A file of a report to write, never through a link: who put it there would choose what we overwrite."""
    if path.is_symlink():
        raise _linked(path)

    def opener(name: str, flags: int) -> int:  # a link may have come since
        return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)

    return open(path, "wb", opener=opener)  # Path.open takes no opener


def _refuse_links(path: Path, folder: Path) -> None:
    """Raises `UsageError` where a folder on the way to `path` is a link; `folder` itself the user named."""
    for parent in path.parents[: len(path.relative_to(folder).parts) - 1]:
        if parent.is_symlink():
            raise _linked(parent)


def _linked(path: Path) -> UsageError:
    return UsageError(
        f"{path} is a symbolic link, and no report is written through one. "
        "Remove it, or name another --output."
    )


def _files(name: str, report: Report, sandboxed: bool) -> Files:
    if name == PDF:
        yield "report.pdf", (asyncio.run(paper(document(report), sandbox=sandboxed)),)
    else:
        yield from FORMATS[name](report)


def write(report: Report, formats: Sequence[str], folder: Path, *, sandboxed: bool) -> list[Path]:
    """Write a report; returns the first file of each format. Files of the report before it go.

    Raises `UsageError` where a file cannot be written, `BrowserError` where a PDF cannot be printed.
    """
    last = sorted(dict.fromkeys(formats), key=lambda name: name == PDF)  # what may fail comes last
    return write_files([_files(name, report, sandboxed) for name in last], folder)


def write_files(rendered: Iterable[Files], folder: Path) -> list[Path]:
    """Write what several formats rendered; returns the first file of each. Files written before go."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        manifest = folder / MANIFEST
        before = set(manifest.read_text(encoding="utf-8").splitlines()) if manifest.exists() else set()
        written: list[str] = []
        first: list[Path] = []
        for files in rendered:
            for number, (relative, chunks) in enumerate(files):
                path = folder / relative
                _refuse_links(path, folder)
                path.parent.mkdir(parents=True, exist_ok=True)
                with new_file(path) as file:
                    file.writelines(chunks)
                written.append(relative)
                if number == 0:
                    first.append(path)
        for stale in before.difference(written):
            if ".." not in Path(stale).parts and not Path(stale).is_absolute():
                _refuse_links(folder / stale, folder)
                (folder / stale).unlink(missing_ok=True)
        with new_file(manifest) as file:
            file.writelines(f"{name}\n".encode() for name in written)
    except OSError as error:
        raise UsageError(
            f"The report cannot be written to {folder}: {error}. Name another --output."
        ) from error
    return first
