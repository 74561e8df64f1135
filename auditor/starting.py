"""How a run begins: as a new one or as the site's last, with what there is to visit first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from auditor.errors import CannotResume, UsageError
from auditor.models import QUIET_HOURS, Discovery, Link, RunState, Site
from auditor.pace import Pace
from auditor.store import RunReader, Store


def take_up(
    store: Store,
    site: Site,
    *,
    resume: bool,
    versions: Mapping[str, str],
    rules: Sequence[Mapping[str, Any]],
    holder: str | None = None,
) -> int:
    """The id of the run: a new one; with `resume` the site's last, if it was cut off.

    `holder`: as `Store.start_run` has it. Raises `CannotResume` where that was judged by other rules.
    """
    return (_last(store, site, versions) if resume else None) or store.start_run(
        site, versions=versions, rules=rules, holder=holder
    )


def join(store: Store, run_id: int, versions: Mapping[str, str]) -> None:
    """Work on a run beside the process that began it; another version is noted."""
    reader = RunReader.numbered(store, run_id)
    if reader is None:
        raise UsageError(f"Run {run_id} is not in the store any more. Queue the audit again.")
    then = reader.run().versions
    store.beat(run_id, seconds=0.0)
    if QUIET_HOURS in (reader.run().stopped or ""):
        store.stop(run_id, None)
    for name in ("auditor", "axe", "rules_sha256", "browser"):
        if versions[name] != then.get(name):
            store.note(
                run_id,
                f"Machines of different versions worked on this audit ({name}: {then.get(name)} and "
                f"{versions[name]}). Bring them all to one version.",
            )


def _last(store: Store, site: Site, versions: Mapping[str, str]) -> int | None:
    last = RunReader.latest(store, site.id)
    if last is None or (run := last.run()).state is RunState.DONE:
        return None
    if run.versions.get("axe_sha256") != versions["axe_sha256"]:
        raise CannotResume(
            f"--resume: run {run.id} of {site.id} was begun with axe {run.versions.get('axe')}, and "
            f"this is another one ({versions['axe']}). Start a new run."
        )
    if run.versions.get("rules_sha256") != versions["rules_sha256"]:
        raise CannotResume(
            f"--resume: rules of our own changed since run {run.id} of {site.id} was begun. Start a new run."
        )
    return store.resume_run(site)


async def seed(pace: Pace, site: Site, stopped: Callable[[], bool]) -> None:
    """Start URLs, then what the sitemaps list. Raises `Halted`."""
    store, run_id = pace.store, pace.run_id
    starts = [Link(url=url, discovery=Discovery.START) for url in site.urls]
    await pace.call(store.add_urls, run_id, pace.discover.entries(starts, found_on=None, depth=0))
    if site.follow_links:
        async for listed in pace.discover.sitemaps(stopped):
            await pace.call(store.add_urls, run_id, listed)
