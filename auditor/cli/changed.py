"""`auditor changed`: the pages that a branch changed, on its preview and on the main site, compared."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click

import auditor
from auditor.cli.audit import DONE, GATE, INCOMPLETE, NOTHING
from auditor.cli.common import (
    changed_options,
    config_option,
    find_config,
    find_waivers,
    format_option,
    no_sandbox_option,
    output_option,
    sandbox,
    write,
)
from auditor.cli.folder import CONCURRENCY
from auditor.cli.only_changed import Change, beside, nothing_audited, tell
from auditor.cli.progress import Shown
from auditor.config import Config, ad_hoc, bounded
from auditor.errors import UsageError
from auditor.formats._typeset import inert
from auditor.formats.text import summary
from auditor.known import BROKEN, of_report
from auditor.limits import URL_LIST_BYTES
from auditor.models import Discovery, Gate, Impact, Known, Report, Site, UrlOutcome, Visit
from auditor.net.folder import FolderSite
from auditor.touched import Touched, of_folder
from auditor.urls import start_url
from auditor.verdict import verdict

ANYTHING_NEW = Gate(new=Impact.MINOR)
SETTLED = (UrlOutcome.AUDITED, UrlOutcome.REDIRECTED, UrlOutcome.DUPLICATE, UrlOutcome.NOT_HTML)


@click.command()
@click.argument("pages", type=click.File("rb"), metavar="[PAGES]", required=False)
@changed_options
@click.option("--base", required=True, metavar="URL", help="The main site, without the branch.")
@click.option(
    "--preview",
    required=True,
    metavar="URL|FOLDER",
    help="The site as the branch makes it: where it runs, or the folder that its build wrote.",
)
@click.option(
    "--internal", is_flag=True, help="The main site too may be on this machine or a private network."
)
@config_option
@no_sandbox_option
@output_option("report")
@format_option
def changed(
    pages: BinaryIO | None,
    changed_since: str | None,
    changed_files: BinaryIO | None,
    base: str,
    preview: str,
    internal: bool,
    config_file: Path | None,
    no_sandbox: bool,
    output: Path,
    formats: Sequence[str],
) -> int:
    """Audit the pages that a branch changed on its preview and on the main site, and compare them.

    Ends with exit code 1 where the branch brings new failures. PAGES is a file of paths, such as /contact,
    one a line; - reads them from standard input. Without it --changed-since or --changed-files says which
    files changed, and [[files]] in sites.toml which pages those touch. The main site is asked politely, as
    ever; the preview at full speed, and whatever its robots.txt says.
    """
    config = find_config(config_file)
    change = Change.of(changed_since, changed_files, config)
    if (pages is None) == (change is None):
        raise UsageError("Say which pages to compare: by PAGES, or by --changed-since or --changed-files.")
    what: Touched | None = None
    with contextlib.ExitStack() as held:
        known = None
        if Path(preview).is_dir():
            served = held.enter_context(FolderSite(Path(preview)))
            preview, known = served.url, of_folder(served)
        base, preview = _origin(base, "--base"), _origin(preview, "--preview")
        if change:
            what = change.touches(known)
            tell(what)
        paths = [*what.pages] if what else _paths(pages, (base, preview))
        sites = [
            replace(_site("main site", base, paths or ["/"], config), internal=internal),
            replace(
                _site("preview", preview, paths or ["/"], config),
                internal=True,
                robots="ignore",
                delay=0.0,
                concurrency=CONCURRENCY,
                quiet_hours=(),
            ),
        ]
        if config:
            sites = config.with_secrets(sites)
        sandboxed = sandbox(no_sandbox)
        code = _compared(sites, sandboxed, output, formats) if paths else nothing_audited(output)
        return beside(what, sites[1], code, sandboxed) if what else code


def _compared(sites: Sequence[Site], sandboxed: bool, output: Path, formats: Sequence[str]) -> int:
    """Audit the main site and the preview, and write what the preview brings."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/changed.db"
        reports = []
        for site in sites:
            with Shown(site.name) as shown:
                reports.append(auditor.audit(site, store=store, sandbox=sandboxed, on_progress=shown))
        there, here = reports
        troubles = _troubles(there, here)
        report = verdict(
            here,
            ANYTHING_NEW,
            before=_before(there, here),
            waivers=find_waivers(),
            today=datetime.now(UTC).date(),
            again=lambda urls: auditor.audit(
                replace(sites[1], urls=tuple(urls), max_pages=len(urls)), store=store, sandbox=sandboxed
            ),
        )
        files = write(report, formats, output, sandboxed=sandboxed)
        click.echo(summary(report))
        for trouble in troubles:
            click.echo(inert(f"NOT COMPARED: {trouble}"))
        for file in files:
            click.echo(f"Report: {file}")
    if report.gate and not report.gate.passed:
        return GATE
    if not report.coverage.audited:
        return NOTHING
    return INCOMPLETE if troubles else DONE


def _origin(url: str, option: str) -> str:
    parts = urlsplit(start_url(url))
    if parts.path.strip("/") or parts.query:
        raise UsageError(
            f"{option} {url}: give the site's root alone, such as {parts.scheme}://{parts.netloc}/. "
            "The paths come from PAGES."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _paths(file: BinaryIO | None, origins: tuple[str, str]) -> list[str]:
    """What to audit on both. Raises `UsageError`, which names the line."""
    assert file is not None
    try:
        lines = bounded(file, file.name, URL_LIST_BYTES).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is no text in UTF-8 ({error}). Save it as such.") from error
    paths: dict[str, None] = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        for origin in origins:
            if line == origin or line.startswith((f"{origin}/", f"{origin}?")):
                line = line.removeprefix(origin) or "/"
        if not line.startswith("/") or line.startswith("//"):
            raise UsageError(
                f"{file.name}, line {number}: {line[:200]!r} is no path of these sites. "
                "Write one such as /contact, or an address of the main site or the preview."
            )
        paths[line] = None
    if not paths:
        raise UsageError(f"{file.name} names no page, so there is nothing to compare. Write one path a line.")
    return list(paths)


def _site(name: str, origin: str, paths: Sequence[str], config: Config | None) -> Site:
    urls = tuple(dict.fromkeys(start_url(origin + path) for path in paths))
    return replace(
        ad_hoc(urls, config), id=name.replace(" ", "-"), name=name, follow_links=False, max_pages=len(urls)
    )


def _troubles(base: Report, preview: Report) -> list[str]:
    """The pages of which nobody can say what the branch does to them, each with the reason."""
    there = [f"{path} on the main site: {visit.reason}" for path, visit in _unknown(base).items()]
    here = [
        f"{path} on the preview: {visit.reason}"
        for path, visit in _starts(preview).items()
        if visit.outcome not in SETTLED
    ]
    return there + here


def _unknown(base: Report) -> Mapping[str, Visit]:
    """Pages of the main site that are there and could not be judged; what is not there is no trouble."""
    return {
        path: visit
        for path, visit in _starts(base).items()
        if visit.outcome not in SETTLED and visit.status not in BROKEN
    }


def _before(base: Report, preview: Report) -> Known:
    """The main site, each page by the path that the preview shows it under: either may redirect.

    A page that the main site does not have is the branch's own, and so is what is wrong with it.
    """
    asked = {shown: path for path, shown in _redirected(base).items()}
    shown = _redirected(preview)

    def named(pages: Iterable[str]) -> frozenset[str]:
        return frozenset(shown.get(path, path) for path in (asked.get(page, page) for page in pages))

    known = of_report(base, is_all=True)
    return replace(
        known,
        name="the main site",
        issues=tuple(replace(issue, pages=tuple(sorted(named(issue.pages)))) for issue in known.issues),
        judged=lambda rule: named(known.judged(rule)),
        pages=named(known.pages),
        complete=not _unknown(base),
    )


def _redirected(report: Report) -> Mapping[str, str]:
    """Where pages asked for led, both as paths."""
    return {
        path: _path(visit.final_url)
        for path, visit in _starts(report).items()
        if visit.outcome is UrlOutcome.REDIRECTED and visit.final_url
    }


def _starts(report: Report) -> Mapping[str, Visit]:
    """What became of the pages asked for, by path."""
    return {_path(visit.url): visit for visit in report.visits() if visit.discovery is Discovery.START}


def _path(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="").geturl()
