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
_u, _v, _s, _f = t.url.c, t.visit.c, t.snapshot.c, t.finding.c


def _copy(table: sa.Table, column: str) -> sa.Insert:
    """Of the rows that hang on `old`, as rows of `new` in the run `run_id`."""
    given = {
        "run_id": sa.bindparam("run_id", type_=sa.Integer),
        column: sa.bindparam("new", type_=sa.Integer),
    }
    changed = [each.name for each in table.c if each.name in given]
    kept = [each.name for each in table.c if each.name not in (*given, "id")]
    rows = sa.select(*(given[name] for name in changed), *(table.c[name] for name in kept))
    rows = rows.where(table.c[column] == sa.bindparam("old"))
    if "rule" in table.c:
        rows = rows.where(table.c.rule.not_in(sa.bindparam("site_rules", expanding=True)))
    copy = insert(table).from_select([*changed, *kept], rows)
    return copy.on_conflict_do_nothing() if table is t.picture else copy


# Made once: to make a query costs as much as to ask it.
_COPIES = [(column, "rule" in table.c, _copy(table, column)) for column in COPIED for table in COPIED[column]]
_COPY_TOLD = t.kept_page.insert().from_select(
    ["run_id", "url_id", "told"],
    sa.select(
        sa.bindparam("run_id", type_=sa.Integer), sa.bindparam("new", type_=sa.Integer), t.kept_page.c.told
    ).where(t.kept_page.c.url_id == sa.bindparam("old")),
)
_LOADED = sa.select(t.snapshot).where(_s.url_id == sa.bindparam("page"), _s.state == LOADED)
_CAME = sa.select(_u.id, _u.run_id, _u.outcome, _v.final_url).join_from(t.url, t.visit, _v.url_id == _u.id)
_CAME_LAST = (
    _CAME.where(
        _u.run_id.in_(sa.bindparam("runs", expanding=True)),
        _u.identity == sa.bindparam("identity"),
        _u.outcome.in_((UrlOutcome.AUDITED, UrlOutcome.REDIRECTED)),
    )
    .order_by(_u.run_id.desc())
    .limit(1)
)
_AUDITED = sa.func.coalesce(_v.unchanged_since, _v.started)
_KEPT = (
    sa.select(t.kept_page.c.told, _AUDITED.label("audited"))
    .join_from(t.kept_page, t.visit, _v.url_id == t.kept_page.c.url_id)
    .where(_v.url_id == sa.bindparam("page"), sa.bindparam("since") <= _AUDITED)
)
_STATES = sa.select(_s.id, _s.state).where(_s.url_id == sa.bindparam("page"))
_FAILED = sa.select(sa.func.count()).where(
    _f.snapshot_id == sa.bindparam("snapshot"), _f.outcome == Outcome.FAILED, _f.kind == Kind.FAILURE
)
_PICTURED = sa.select(t.picture.c.issue).where(t.picture.c.url_id == sa.bindparam("page"))


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
        with self.reading() as c:
            row = c.execute(_CAME_LAST, {"runs": list(runs), "identity": identity}).one_or_none()
            if row and row.outcome == UrlOutcome.REDIRECTED:
                led = _CAME.where(_u.run_id == row.run_id, _u.identity == row.final_url)
                row = c.execute(led.where(_u.outcome == UrlOutcome.AUDITED)).one_or_none()
            if row is None:
                return None
            page = {"page": row.id}
            kept = c.execute(_KEPT, {**page, "since": since}).one_or_none()
            states = c.execute(_STATES, page).all()
            if kept is None or [each.state for each in states] != [LOADED]:
                return None
            return KeptPage(
                url_id=row.id,
                run_id=row.run_id,
                audited=kept.audited,
                told=unpacked(kept.told),
                failures=c.execute(_FAILED, {"snapshot": states[0].id}).scalar_one(),
                pictured=frozenset(c.execute(_PICTURED, page).scalars()),
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
    was = c.execute(_LOADED, {"page": page.url_id}).one()
    row = {**was._mapping, "run_id": run_id, "url_id": url_id, "driven": driven}
    del row["id"]
    ids = {
        "snapshot_id": {"old": was.id, "new": new_id(c.execute(t.snapshot.insert(), row))},
        "url_id": {"old": page.url_id, "new": url_id},
    }
    for column, is_of_rules, copy in _COPIES:
        of_rules = {"site_rules": list(site_rules)} if is_of_rules else {}
        c.execute(copy, {"run_id": run_id, **ids[column], **of_rules})
    c.execute(_COPY_TOLD, {"run_id": run_id, **ids["url_id"]})
