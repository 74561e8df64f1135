"""Pages that a later audit may take over: what they were made of, and their rows copied into its run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.models import LOADED, Kind, Outcome, RunState, UrlOutcome
from auditor.store import schema as t
from auditor.store.database import Database
from auditor.store.rows import new_id, packed, unpacked

COPIED = {  # of a page, by the column that names what its rows hang on
    "snapshot_id": (t.rule_result, t.finding),
    "url_id": (t.untested, t.picture),
}


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """A page of an earlier run that may be taken over."""

    url_id: int
    run_id: int
    audited: float  # when a browser last had it; seconds since 1970
    told: Mapping[str, Any]  # as it was given to `record`
    failures: int  # confirmed, by element
    pictured: frozenset[str]  # ids of the issues whose picture was taken there


class ReusedPages(Database):
    """What is kept of pages so that a later run can take them over."""

    def finished_before(self, run_id: int) -> list[int]:
        """Numbers of the site's runs before this one that came to their end, the last first."""
        r, this = t.run.c, t.run.alias()
        site = sa.select(this.c.site).where(this.c.id == run_id).scalar_subquery()
        query = sa.select(r.id).where(r.site == site, r.id < run_id, r.state == RunState.DONE)
        with self.reading() as c:
            return list(c.execute(query.order_by(r.id.desc())).scalars())

    def kept_page(self, runs: Collection[int], identity: str, *, since: float) -> KeptPage | None:
        """The page as the last of these runs found it that came there, if it may be taken over; else None.

        Not what has another state too, or was audited before `since`. Where a redirect led, that page.
        """
        u, v, s = t.url.c, t.visit.c, t.snapshot.c
        came = sa.select(u.id, u.run_id, u.outcome, v.final_url).join_from(t.url, t.visit, v.url_id == u.id)
        query = came.where(
            u.run_id.in_(runs),
            u.identity == identity,
            u.outcome.in_((UrlOutcome.AUDITED, UrlOutcome.REDIRECTED)),
        )
        with self.reading() as c:
            row = c.execute(query.order_by(u.run_id.desc()).limit(1)).one_or_none()
            if row and row.outcome == UrlOutcome.REDIRECTED:
                led = came.where(u.run_id == row.run_id, u.identity == row.final_url)
                row = c.execute(led.where(u.outcome == UrlOutcome.AUDITED)).one_or_none()
            if row is None:
                return None
            audited = sa.func.coalesce(v.unchanged_since, v.started)
            kept = c.execute(
                sa.select(t.kept_page.c.told, audited.label("audited"))
                .join_from(t.kept_page, t.visit, v.url_id == t.kept_page.c.url_id)
                .where(v.url_id == row.id, audited >= since)
            ).one_or_none()
            states = c.execute(sa.select(s.id, s.state).where(s.url_id == row.id)).all()
            if kept is None or [each.state for each in states] != [LOADED]:
                return None
            f = t.finding.c
            failed = sa.select(sa.func.count()).where(
                f.snapshot_id == states[0].id, f.outcome == Outcome.FAILED, f.kind == Kind.FAILURE
            )
            pictured = sa.select(t.picture.c.issue).where(t.picture.c.url_id == row.id)
            return KeptPage(
                url_id=row.id,
                run_id=row.run_id,
                audited=kept.audited,
                told=unpacked(kept.told),
                failures=c.execute(failed).scalar_one(),
                pictured=frozenset(c.execute(pictured).scalars()),
            )

    def resources(self, run_id: int, keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """What pages of a run were made of, by these keys: those that it has."""
        r = t.resource.c
        query = sa.select(r.key, r.told).where(r.run_id == run_id, r.key.in_(keys))
        with self.reading() as c:
            return {row.key: row.told for row in c.execute(query)}

    def keep_resources(self, run_id: int, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Pages of this run are made of these, by their keys."""
        if told:
            rows = [{"run_id": run_id, "key": key, "told": dict(each)} for key, each in told.items()]
            with self._write(run_id) as c:
                c.execute(insert(t.resource).on_conflict_do_nothing(), rows)


def keep_page(c: sa.Connection, run_id: int, url_id: int, told: Mapping[str, Any]) -> None:
    c.execute(t.kept_page.insert().values(run_id=run_id, url_id=url_id, told=packed(told)))


def take_over(
    c: sa.Connection,
    run_id: int,
    url_id: int,
    page: KeptPage,
    driven: Any,
    site_rules: Collection[str],
) -> None:
    """Copy what an earlier run says of a page, but for what its site rules say."""
    s = t.snapshot
    was = c.execute(sa.select(s).where(s.c.url_id == page.url_id, s.c.state == LOADED)).one()
    row = {**was._mapping, "run_id": run_id, "url_id": url_id, "driven": driven}
    del row["id"]
    new = {"run_id": run_id, "url_id": url_id, "snapshot_id": new_id(c.execute(s.insert().values(row)))}
    old = {"url_id": page.url_id, "snapshot_id": was.id}
    for column, tables in COPIED.items():
        for table in tables:
            changed = [name for name in table.c.keys() if name in ("run_id", column)]  # noqa: SIM118
            kept = [name for name in table.c.keys() if name not in (*changed, "id")]  # noqa: SIM118
            rows = sa.select(
                *(sa.literal(new[name]) for name in changed), *(table.c[name] for name in kept)
            ).where(table.c[column] == old[column])
            if "rule" in table.c:
                rows = rows.where(table.c.rule.not_in(site_rules))
            copy = insert(table).from_select([*changed, *kept], rows)
            c.execute(copy.on_conflict_do_nothing() if table is t.picture else copy)
    told = sa.select(t.kept_page.c.told).where(t.kept_page.c.url_id == page.url_id).scalar_subquery()
    c.execute(t.kept_page.insert().values(run_id=run_id, url_id=url_id, told=told))
