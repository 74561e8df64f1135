"""What visits brought: pages in their states, with what rules say of them, and their links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import islice
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert  # SQLite says ON CONFLICT in the same words

from auditor.evidence import Place
from auditor.evidence.site import PageFacts
from auditor.models import (
    BANNER,
    LOADED,
    Finding,
    NewUrl,
    PageShown,
    Picture,
    RuleResult,
    Snapshot,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.store import schema as t
from auditor.store.database import Database, streamed
from auditor.store.documents import link_documents
from auditor.store.ledger import add_urls, count
from auditor.store.parts import keep_part
from auditor.store.queue import ClaimedUrl, rest
from auditor.store.reuse import KeptPage, keep_page, take_over
from auditor.store.rows import (
    clean,
    finding_row,
    new_id,
    packed,
    picture_row,
    result_row,
    unpacked,
    visit_row,
)

_FIRST = t.snapshot.alias()
_FIRST_SHOWN = (  # of a page: as the crawl met it, else as a journey met it first
    sa.select(_FIRST.c.id)
    .where(_FIRST.c.url_id == t.url.c.id)
    .order_by(_FIRST.c.journey != "", _FIRST.c.state != LOADED, _FIRST.c.id)
    .limit(1)
    .correlate(t.url)
    .scalar_subquery()
)
ROWS_AT_ONCE = 1000
_FORM = ("visited", "barren", "within", "stopped")
_NEW_FORMS = insert(t.form)
_COUNTED = {
    column: t.form.c[column] + _NEW_FORMS.excluded[column] for column in ("visited", "barren", "within")
}
_UPSERT_FORMS = _NEW_FORMS.on_conflict_do_update(  # several processes count
    index_elements=["run_id", "form"],
    set_=_COUNTED
    | {
        "barren": sa.case((_COUNTED["barren"] > 0, _COUNTED["barren"]), else_=0),
        "stopped": sa.func.coalesce(t.form.c.stopped, _NEW_FORMS.excluded.stopped),
    },
)


class Pages(Database):
    """The pages of runs; `read.py` reads them back for reports."""

    def record(
        self,
        run_id: int,
        visits: Sequence[tuple[ClaimedUrl, Visit]],
        *,
        delay: float = 0.0,
        state: str = "loaded",
        lang: str = "",
        features: Mapping[str, int] = MappingProxyType({}),
        facts: Mapping[str, Any] = MappingProxyType({}),
        results: Sequence[RuleResult] = (),
        findings: Sequence[Finding] = (),
        untested: Sequence[Untested] = (),
        driven: Sequence[int] | None = None,
        pictures: Sequence[Picture] = (),
        links: Iterable[NewUrl] = (),
        states: Sequence[tuple[Snapshot, Sequence[RuleResult], Sequence[Finding]]] = (),
        parts: Mapping[str, Any] = MappingProxyType({}),
        forms: Mapping[str, Sequence[object]] = MappingProxyType({}),
        made_of: Mapping[str, Any] = MappingProxyType({}),
        kept: KeptPage | None = None,
        site_rules: Sequence[str] = (),
    ) -> list[str]:
        """Settle the URLs of one visit, with everything it brought, in one transaction.

        `visits`: the URL that was requested and, where it led on, the one it led to; what was found
        belongs to the one that was audited. Their host rests for `delay` seconds from now. `forms`: what
        `Traps.changes` gives. `driven`: as `Snapshot` has it. `states`: further ones
        of the page, with what rules say of them. `pictures`: those of issues that have one stay out. `parts`:
        of the run, as `keep_part` keeps them. `made_of`: what a later run must know to take the page over.
        `kept`: the page of an earlier run that is taken over in place of results, findings and all that, but
        for what `site_rules` said. Returns the identities of those `links` that are new and to do.
        """
        settled = 0
        with self._write(run_id) as c:
            for claimed, visit in visits:
                answer = c.execute(
                    t.url.update()
                    .where(t.url.c.id == claimed.id, t.url.c.outcome.is_(None))
                    .values(outcome=visit.outcome, reason=clean(visit.reason), lease=None)
                )
                settled += answer.rowcount
                if answer.rowcount == 0:
                    continue  # another worker was quicker, after our lease ran out
                c.execute(t.visit.insert().values(**visit_row(run_id, claimed.id, visit)))
                if visit.outcome is UrlOutcome.AUDITED and kept is not None:
                    take_over(c, run_id, claimed.id, kept, driven, site_rules)
                elif visit.outcome is UrlOutcome.AUDITED:
                    if made_of:
                        keep_page(c, run_id, claimed.id, made_of)
                    _record_audited(
                        c,
                        run_id,
                        claimed.id,
                        state,
                        lang,
                        features,
                        facts,
                        results,
                        findings,
                        untested,
                        driven,
                    )
                    for shown, said, found in states:
                        _record_audited(
                            c,
                            run_id,
                            claimed.id,
                            shown.state,
                            shown.lang,
                            shown.features,
                            {},
                            said,
                            found,
                            (),
                            None,
                            variant=shown.variant,
                        )
                    if pictures:
                        rows = [picture_row(each) for each in pictures]
                        ids = {"run_id": run_id, "url_id": claimed.id}
                        c.execute(insert(t.picture).on_conflict_do_nothing(), [row | ids for row in rows])
            links = list(links)
            new = add_urls(c, run_id, links)
            if texts := {u.identity: u.document for u in links if u.document is not None}:
                link_documents(c, run_id, visits[-1][0].id, texts)
            for host in sorted({claimed.host for claimed, _ in visits}):
                rest(c, host, delay)
            if forms:
                _keep_forms(c, run_id, forms)
            for name, value in parts.items():
                keep_part(c, run_id, name, value)
            count(c, run_id, settled=settled)
        return new

    def begin_journey(self, run_id: int, journey: str) -> None:
        """Forget the states of a journey that was cut off: it is gone again from its start."""
        s = t.snapshot.c
        with self._write(run_id) as c:
            c.execute(t.snapshot.delete().where(s.run_id == run_id, s.journey == journey))

    def record_state(
        self,
        run_id: int,
        entry: NewUrl,
        visit: Visit,
        *,
        snapshot: Snapshot,
        results: Sequence[RuleResult],
        findings: Sequence[Finding],
        pictures: Sequence[Picture] = (),
        links: Iterable[NewUrl] = (),
    ) -> None:
        """Keep one state, in place of what was kept of it before. `entry` joins the ledger if it is new."""
        with self._write(run_id) as c:
            add_urls(c, run_id, [entry])
            u = t.url.c
            known = sa.select(u.id, u.outcome).where(u.run_id == run_id, u.identity == clean(entry.identity))
            url_id, outcome = c.execute(known).one()
            if outcome == UrlOutcome.AUDITED:  # else the crawl is still to go there
                row = visit_row(run_id, url_id, visit)
                c.execute(insert(t.visit).values(**row).on_conflict_do_nothing())
            s = t.snapshot.c
            c.execute(t.snapshot.delete().where(s.url_id == url_id, s.state == clean(snapshot.state)))
            _record_audited(
                c,
                run_id,
                url_id,
                snapshot.state,
                snapshot.lang,
                snapshot.features,
                snapshot.facts,
                results,
                findings,
                snapshot.untested,
                None,
                snapshot.journey,
                snapshot.step,
            )
            if pictures:
                ids = {"run_id": run_id, "url_id": url_id}
                rows = [picture_row(each) | ids for each in pictures]
                c.execute(insert(t.picture).on_conflict_do_nothing(), rows)
            add_urls(c, run_id, links)

    def settle_states(self, run_id: int) -> None:
        """What was met in another state was audited, whatever became of its address alone."""
        u, s, v = t.url.c, t.snapshot.c, t.visit.c
        met = sa.select(s.url_id).where(s.run_id == run_id, sa.or_(s.journey != "", s.state == BANNER))
        with self._write(run_id) as c:
            query = sa.select(u.id, u.outcome).where(
                u.id.in_(met), sa.or_(u.outcome.is_(None), u.outcome != UrlOutcome.AUDITED)
            )
            rows = c.execute(query).all()
            ids = [row.id for row in rows]
            if not ids:
                return
            settled = t.url.update().where(u.id.in_(ids))
            c.execute(settled.values(outcome=UrlOutcome.AUDITED, reason="", lease=None))
            c.execute(t.visit.update().where(v.url_id.in_(ids)).values(final_url=None))
            bare = [{"run_id": run_id, "url_id": id_} for id_ in ids]
            c.execute(insert(t.visit).on_conflict_do_nothing(), bare)
            count(c, run_id, settled=sum(row.outcome is None for row in rows))

    def record_site(
        self, run_id: int, rule: str, told: Mapping[str, tuple[list[RuleResult], list[Finding]]]
    ) -> None:
        """What a site rule says, by the page's URL, in place of what it said before."""
        u, s = t.url.c, t.snapshot.c
        with self._write(run_id) as c:
            its = (
                sa.select(s.id)
                .select_from(t.snapshot.join(t.url, u.id == s.url_id))
                .where(u.run_id == run_id)
            )
            for table in (t.rule_result, t.finding):
                c.execute(table.delete().where(table.c.snapshot_id.in_(its), table.c.rule == rule))
            if not told:
                return
            shown = t.url.join(t.snapshot, s.id == _FIRST_SHOWN)
            pages = sa.select(u.url, s.id).select_from(shown)
            pages = pages.where(u.run_id == run_id, u.outcome == UrlOutcome.AUDITED)
            ids = {
                url: {"run_id": run_id, "snapshot_id": id_} for url, id_ in c.execute(pages) if url in told
            }
            results = ({**result_row(each), **ids[url]} for url in told for each in told[url][0])
            findings = ({**finding_row(each), **ids[url]} for url in told for each in told[url][1])
            for table, rows in ((t.rule_result, results), (t.finding, findings)):
                while some := list(islice(rows, ROWS_AT_ONCE)):
                    c.execute(table.insert(), some)

    def page_facts(self, run_id: int) -> Iterator[PageFacts]:
        """Every audited page as site rules see it, in the order of the ledger.

        What only a journey met is told as it first showed there.
        """
        u, v, s = t.url.c, t.visit.c, t.snapshot.c
        query = (
            sa.select(u.url, v.title, s.lang, s.facts, s.journey)
            .select_from(t.url.join(t.visit, v.url_id == u.id).join(t.snapshot, s.id == _FIRST_SHOWN))
            .where(u.run_id == run_id, u.outcome == UrlOutcome.AUDITED)
            .order_by(u.id)
        )
        with self.reading() as c:
            for row in streamed(c, query):
                place = Place(selector="html", excerpt=f'<html lang="{escape(row.lang)}">')
                yield PageFacts(
                    url=row.url,
                    title=row.title or "",
                    lang=row.lang,
                    place=place,
                    facts=unpacked(row.facts),
                    by_address=not row.journey,
                )

    def pages_shown(self, run_id: int) -> Iterator[PageShown]:
        """Every page that was audited, read as it is asked for."""
        u, v = t.url.c, t.visit.c
        query = (
            sa.select(u.identity, v.signature, v.sketch, u.found_on, u.chain)
            .select_from(t.url.join(t.visit, v.url_id == u.id))
            .where(u.run_id == run_id, u.outcome == UrlOutcome.AUDITED, v.signature.is_not(None))
        )
        with self.reading() as c:
            for row in streamed(c, query):
                yield PageShown(
                    identity=row.identity,
                    signature=row.signature,
                    sketch=frozenset(row.sketch or ()),
                    found_on=row.found_on,
                    chain=row.chain,
                )

    def driven(self, run_id: int) -> Iterator[Sequence[int]]:
        """The kinds of element of each page that was driven as a representative."""
        s = t.snapshot.c
        with self.reading() as c:
            driven = sa.select(s.driven).where(s.run_id == run_id, s.driven.is_not(None))
            yield from (row[0] for row in streamed(c, driven))

    def pictured(self, run_id: int) -> set[str]:
        """Ids of the issues that have a picture."""
        with self.reading() as c:
            return set(c.execute(sa.select(t.picture.c.issue).where(t.picture.c.run_id == run_id)).scalars())

    def forms(self, run_id: int) -> dict[str, list[object]]:
        """What `record` kept of the forms of addresses."""
        f = t.form.c
        with self.reading() as c:
            query = sa.select(f.form, f.visited, f.barren, f.within, f.stopped).where(f.run_id == run_id)
            return {row[0]: list(row[1:]) for row in c.execute(query)}

    def stopped_forms(self, run_id: int) -> dict[str, str]:
        """The forms of addresses that are left, and why."""
        f = t.form.c
        query = sa.select(f.form, f.stopped).where(f.run_id == run_id, f.stopped.is_not(None))
        with self.reading() as c:
            return {row.form: row.stopped for row in c.execute(query)}


def _record_audited(
    c: sa.Connection,
    run_id: int,
    url_id: int,
    state: str,
    lang: str,
    features: Mapping[str, int],
    facts: Mapping[str, Any],
    results: Sequence[RuleResult],
    findings: Sequence[Finding],
    untested: Sequence[Untested],
    driven: Sequence[int] | None,
    journey: str = "",
    step: int = 0,
    variant: str = "",
) -> None:
    shown = {
        "state": clean(state),
        "journey": journey,
        "step": step,
        "variant": variant,
        "lang": clean(lang),
        "features": dict(features),
        "facts": packed(facts),
        "driven": driven,
    }
    answer = c.execute(t.snapshot.insert().values(run_id=run_id, url_id=url_id, **shown))
    ids = {"run_id": run_id, "snapshot_id": new_id(answer)}
    if results:
        c.execute(t.rule_result.insert(), [{**result_row(r), **ids} for r in results])
    if findings:
        c.execute(t.finding.insert(), [{**finding_row(f), **ids} for f in findings])
    if untested:
        c.execute(
            t.untested.insert(),
            [
                {
                    "run_id": run_id,
                    "url_id": url_id,
                    "what": u.what,
                    "where": clean(u.where),
                    "reason": clean(u.reason),
                }
                for u in untested
            ],
        )


def _keep_forms(c: sa.Connection, run_id: int, forms: Mapping[str, Sequence[object]]) -> None:
    rows = [
        {"run_id": run_id, "form": clean(form)[:2100], **dict(zip(_FORM, state, strict=True))}
        for form, state in forms.items()
    ]
    c.execute(_UPSERT_FORMS, rows)
