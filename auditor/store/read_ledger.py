"""Reading a run's ledger back: addresses and what became of them, pages taken over, documents."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from auditor.limits import ENDLESS
from auditor.models import (
    LOADED,
    OTHER_HOST,
    Discovery,
    DocumentState,
    Endless,
    OtherHost,
    Unchanged,
    UrlOutcome,
    Visit,
)
from auditor.store import schema as t
from auditor.store.rows import moment, unpacked
from auditor.store.run_rows import RunRows

BROKEN = (404, 410)
EXAMPLES = 3  # of addresses that look endless
STOPPED = "The audit was stopped before its turn; --resume goes on."

# In a run that was interrupted, what is still to do is told like what a limit cut off.
_outcome = sa.func.coalesce(t.url.c.outcome, UrlOutcome.OVER_BUDGET.value)
_reason = sa.case((t.url.c.outcome.is_(None), STOPPED), else_=t.url.c.reason)


class LedgerReader(RunRows):
    """The ledger of one run."""

    def by_outcome(self) -> dict[UrlOutcome, int]:
        query = sa.select(_outcome, sa.func.count()).where(t.url.c.run_id == self.run_id).group_by(_outcome)
        return {UrlOutcome(outcome): count for outcome, count in self._rows(query)}

    def broken_links(self) -> int:
        query = (
            sa.select(sa.func.count())
            .select_from(t.url.join(t.visit, t.visit.c.url_id == t.url.c.id))
            .where(
                t.url.c.run_id == self.run_id,
                t.url.c.outcome == UrlOutcome.FAILED,
                t.visit.c.status.in_(BROKEN),
            )
        )
        return int(next(self._rows(query))[0])

    def over_budget(self) -> dict[str, int]:
        """How many URLs each limit cut off, by its reason."""
        query = (
            sa.select(_reason, sa.func.count())
            .where(t.url.c.run_id == self.run_id, _outcome == UrlOutcome.OVER_BUDGET)
            .group_by(_reason)
            .order_by(_reason)
        )
        return dict(self._rows(query))

    def endless(self) -> list[Endless]:
        """Forms of addresses that were left as endless, the most left out first."""
        u, f = t.url.c, t.form.c
        stopped = sa.select(f.stopped, f.form, f.visited).where(
            f.run_id == self.run_id, f.stopped.is_not(None)
        )
        forms = {row.stopped: row for row in self._rows(stopped.order_by(f.form.desc()))}
        numbered = (
            sa.select(
                u.url,
                u.reason,
                sa.func.count().over(partition_by=u.reason).label("left_out"),
                sa.func.row_number().over(partition_by=u.reason, order_by=u.id).label("number"),
            )
            .where(u.run_id == self.run_id, u.outcome == UrlOutcome.OVER_BUDGET, u.reason.like(f"{ENDLESS}%"))
            .subquery()
            .c
        )
        first = (
            sa.select(numbered.reason, numbered.left_out, numbered.url)
            .where(numbered.number <= EXAMPLES)
            .order_by(numbered.left_out.desc(), numbered.reason, numbered.number)
        )
        return [
            Endless(
                pattern=forms[reason].form if reason in forms else "",
                visited=forms[reason].visited if reason in forms else 0,
                left_out=left_out,
                examples=tuple(row.url for row in rows),
                reason=reason,
            )
            for (reason, left_out), rows in itertools.groupby(self._rows(first), lambda row: row[:2])
        ]

    def other_hosts(self) -> Iterator[OtherHost]:
        """Hosts that are no part of the site and that its pages link to, the most linked first."""
        u = t.url.c
        query = (
            sa.select(u.host, sa.func.count().label("addresses"), sa.func.min(u.id).label("first"))
            .where(u.run_id == self.run_id, u.outcome == UrlOutcome.OUT_OF_SCOPE, u.reason == OTHER_HOST)
            .group_by(u.host)
            .subquery()
        )
        first = (
            sa.select(query.c.host, query.c.addresses, u.url, u.found_on)
            .join(t.url, u.id == query.c.first)
            .order_by(query.c.addresses.desc(), query.c.host)
        )
        for host, addresses, example, found_on in self._rows(first):
            yield OtherHost(host=host, addresses=addresses, example=example, found_on=found_on)

    def start_failed(self) -> list[str]:
        """Start URLs of which nothing was audited, neither they nor where they led."""
        start = t.url.alias("start")
        target = t.url.alias("target")
        led = (  # from which start URL to which URL, over as many visits as it took
            sa.select(t.url.c.id.label("start"), t.visit.c.final_url.label("to"))
            .join(t.visit, t.visit.c.url_id == t.url.c.id)
            .where(t.url.c.run_id == self.run_id, t.url.c.discovery == Discovery.START)
            .cte("led", recursive=True)
        )
        led = led.union(
            sa.select(led.c.start, t.visit.c.final_url)
            .join(t.url, sa.and_(t.url.c.run_id == self.run_id, t.url.c.identity == led.c.to))
            .join(t.visit, t.visit.c.url_id == t.url.c.id)
        )
        led_on = (
            sa.select(target.c.id)
            .join(led, led.c.to == target.c.identity)
            .where(
                led.c.start == start.c.id,
                target.c.run_id == self.run_id,
                target.c.outcome == UrlOutcome.AUDITED,
            )
        )
        query = sa.select(start.c.url).where(
            start.c.run_id == self.run_id,
            start.c.discovery == Discovery.START,
            sa.or_(start.c.outcome.is_(None), start.c.outcome != UrlOutcome.AUDITED),
            ~led_on.exists(),
        )
        return [row.url for row in self._rows(query.order_by(start.c.id))]

    def visits(self) -> Iterator[Visit]:
        """The whole ledger, in the order in which URLs became known."""
        query = (
            sa.select(t.url, t.visit, t.snapshot.c.lang, _outcome.label("settled"), _reason.label("why"))
            .select_from(
                t.url.outerjoin(t.visit, t.visit.c.url_id == t.url.c.id).outerjoin(
                    t.snapshot, sa.and_(t.snapshot.c.url_id == t.url.c.id, t.snapshot.c.state == LOADED)
                )
            )
            .where(t.url.c.run_id == self.run_id)
            .order_by(t.url.c.id)
            .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        )
        for row in self._rows(query):
            yield Visit(
                url=row.url_url,
                outcome=UrlOutcome(row.settled),
                reason=row.why,
                final_url=row.visit_final_url,
                status=row.visit_status,
                content_type=row.visit_content_type,
                title=row.visit_title,
                depth=row.url_depth,
                discovery=Discovery(row.url_discovery),
                found_on=row.url_found_on,
                started=moment(row.visit_started),
                seconds=row.visit_seconds,
                lang=row.snapshot_lang or "",
                unchanged_since=moment(row.visit_unchanged_since),
            )

    def unchanged(self) -> Unchanged | None:
        """The pages that were taken over from earlier runs; None where there is none."""
        since = t.visit.c.unchanged_since
        query = sa.select(sa.func.count(since), sa.func.min(since), sa.func.max(since))
        ((pages, oldest, newest),) = self._rows(query.where(t.visit.c.run_id == self.run_id))
        if not pages:
            return None
        first, last = (datetime.fromtimestamp(each, UTC) for each in (oldest, newest))
        return Unchanged(pages=pages, oldest=first, newest=last)

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """The documents, most linked first: columns of the table, `url`, `found_on`, and `text` of a link."""
        d, u, link = t.document.c, t.url.c, t.document_link.c
        text = (
            sa.select(sa.func.max(link.text)).where(link.document_id == d.url_id).correlate(t.document)
        ).scalar_subquery()
        query = (
            sa.select(t.document, u.url, u.found_on, text.label("text"))
            .join(t.url, u.id == d.url_id)
            .where(d.run_id == self.run_id)
            .order_by(d.links.desc(), d.url_id)
        )
        for row in self._rows(query):
            yield {
                **row._mapping,
                "state": DocumentState(row.state),
                "facts": unpacked(row.facts),
                "modified": moment(row.modified),
            }
