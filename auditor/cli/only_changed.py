"""`--changed-since` and `--changed-files`: which pages a change touches, and an audit of just those."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin

import click

import auditor
from auditor.cli.audit import DONE, INCOMPLETE, run
from auditor.cli.common import write_files
from auditor.config import Config, bounded
from auditor.errors import UsageError
from auditor.formats._typeset import inert
from auditor.git import GitFolder
from auditor.known import BROKEN, of_report
from auditor.limits import URL_LIST_BYTES
from auditor.models import Gate, Known, PersonResult, Report, Site, UrlOutcome
from auditor.report import report as build
from auditor.store import RunReader, Store
from auditor.touched import Pages, Touched, of_audit, of_sources, touched
from auditor.urls import start_url

NAMED, LISTED = 5, 50  # files of one line, and pages, at most
# A page that is asked for only to see whether it is there.
LITTLE: Mapping[str, Any] = {
    "statement": False,
    "pictures": False,
    "drive": "no-page",
    "variants": (),
    "explore": False,
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """The files that changed, and what sites.toml says of files."""

    files: Mapping[str, bool]  # True: it is gone
    config: Config

    @classmethod
    def of(cls, since: str | None, listed: BinaryIO | None, config: Config | None) -> Change | None:
        """None where neither option was given. Raises `UsageError`."""
        if since is None and listed is None:
            return None
        if since is not None and listed is not None:
            raise UsageError("--changed-since and --changed-files both say what changed: give one of them.")
        if config is None or not config.files:
            raise UsageError(
                "Nothing says which pages a changed file touches. Write [[files]] in sites.toml: docs/ci.md."
            )
        folder = config.file.parent
        if since is not None:
            return cls(files=GitFolder(folder).changed_since(since), config=config)
        assert listed is not None
        return cls(files=_listed(listed, folder), config=config)

    def touches(self, known: Pages | None) -> Touched:
        """`known`: the site's pages; None: those that the repository's files make."""
        rules = self.config.files
        if known is None:
            known = of_sources(self._sources(), rules)
        return touched(self.files, rules, known)

    def _sources(self) -> Iterable[str]:
        try:
            return GitFolder(self.config.file.parent).files()
        except UsageError:  # a list of files needs no git
            return [file for file, is_gone in self.files.items() if not is_gone]


def _listed(file: BinaryIO, folder: Path) -> dict[str, bool]:
    """Names with a NUL between them, where there is one, as git writes them; else one a line."""
    try:
        text = bounded(file, file.name, URL_LIST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is no text in UTF-8 ({error}). Save it as such.") from error
    names = text.split("\0") if "\0" in text else [line.strip() for line in text.splitlines()]
    return {name.removeprefix("./"): not (folder / name).exists() for name in names if name}


def just(site: Site, pages: Iterable[str]) -> Site:
    """The site, but for these pages alone."""
    urls = tuple(_address(site, page) for page in pages)
    limit = site.max_pages if "max_pages" in site.user_limits else len(urls)
    return replace(site, urls=urls, follow_links=False, max_pages=limit, sample=None)


def _address(site: Site, page: str) -> str:
    """As the ledger has it."""
    return start_url(urljoin(site.urls[0], page))


def tell(what: Touched) -> None:
    """Print what a change touches, before it is audited."""
    if not what.files:
        click.echo("Nothing to audit: no file changed.")
        return
    files = _count(what.files, "changed file")
    if what.pages:
        click.echo(f"{files}: {_count(len(what.pages), 'page')} to audit.")
        for page, file in [*what.pages.items()][:LISTED]:
            click.echo(inert(f"  {page}  ({file})"))
    elif what.unmapped:
        click.echo(f"Nothing was audited: {files}, and of some nobody knows what they touch.")
    else:
        click.echo(
            f"Nothing to audit: by [[files]] in sites.toml, no page that is there is touched by {files}."
        )


def nothing_audited(folder: Path) -> int:
    """The exit code where a change touches no page. A report that stands in `folder` is of no such change."""
    write_files((), folder)
    return DONE


def beside(what: Touched, site: Site, code: int, sandboxed: bool) -> int:
    """Print what an audit of the touched pages cannot say, and return the exit code of all together."""
    for reason in dict.fromkeys(what.unmapped.values()):
        files = [file for file, why in what.unmapped.items() if why == reason]
        named = ", ".join(files[:NAMED]) + (f" and {len(files) - NAMED} more" if files[NAMED:] else "")
        click.echo(inert(f"NOT MAPPED: {_count(len(files), 'changed file')}, since {reason}: {named}."))
    if what.removed:
        for line in _removed(what, site, sandboxed):
            click.echo(inert(line))
    return INCOMPLETE if code == DONE and what.unmapped else code


def _removed(what: Touched, site: Site, sandboxed: bool) -> Iterator[str]:
    """What became of each page whose file is gone, asked for in a browser."""
    urls = {_address(site, page): page for page in what.removed}
    asked = replace(just(site, what.removed), max_pages=len(urls), **LITTLE)
    with tempfile.TemporaryDirectory() as folder:
        report = auditor.audit(asked, store=f"sqlite:///{folder}/removed.db", sandbox=sandboxed)
        for visit in report.visits():
            if (page := urls.get(visit.url)) is None:
                continue
            became = f"could not be asked for: {visit.reason}"
            if visit.status in BROKEN:
                became = "is gone"
            elif visit.outcome is UrlOutcome.REDIRECTED:
                became = f"leads to {visit.final_url}"
            elif visit.outcome is UrlOutcome.AUDITED:
                became = "IS STILL THERE"
            yield f"REMOVED: {page} {became} ({what.removed[page]} is gone)."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def run_changed(
    site: Site,
    change: Change,
    store: Store,
    *,
    known: Pages | None = None,
    sandboxed: bool,
    folder: Path,
    formats: Sequence[str],
    gate: Gate,
    route: Callable[[Report], Report] = lambda report: report,
    before: Known | None,
    people: Sequence[PersonResult] = (),
) -> int:
    """Audit the pages of a site that a change touches, and return the exit code.

    They are held against `before`, else against the site's last audit of all its pages in `store`. `known`:
    the pages there are; else those of that audit. This one is kept in no store: a branch is not the site.
    """
    last = RunReader.last_whole(store, site.id)
    what = change.touches(known or (of_audit(last) if last else None))
    tell(what)
    if what.pages:
        with tempfile.TemporaryDirectory() as temporary:
            code = run(
                just(site, what.pages),
                Store.open(f"sqlite:///{temporary}/changed.db"),
                resume=False,
                sandboxed=sandboxed,
                folder=folder,
                formats=formats,
                gate=gate,
                route=route,
                before=before or (of_report(build(last)) if last else None),
                people=people,
            )
    else:
        code = nothing_audited(folder)
    return beside(what, site, code, sandboxed)
