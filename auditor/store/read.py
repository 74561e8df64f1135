"""Reading a run back. What is large comes as iterators that open the store anew at each call."""

from __future__ import annotations

import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from auditor.evidence.site import PageFacts
from auditor.limits import ENDLESS, MAX_RETRY_AFTER, STALLED_AFTER
from auditor.models import (
    LOADED,
    OTHER_HOST,
    AuditPoint,
    Component,
    Discovery,
    DocumentState,
    Endless,
    Finding,
    Impact,
    IssueCounts,
    IssueLife,
    Kind,
    OtherHost,
    Outcome,
    PageState,
    Picture,
    RuleResult,
    Run,
    RunState,
    Standing,
    Unchanged,
    Untested,
    UrlOutcome,
    Visit,
)
from auditor.store import schema as t
from auditor.store.database import streamed
from auditor.store.documents import DOCUMENT
from auditor.store.rows import moment, unpacked
from auditor.store.runs import held
from auditor.store.store import Store

BROKEN = (404, 410)
EXAMPLES = 3  # of addresses that look endless
STOPPED = "The audit was stopped before its turn; --resume goes on."

# In a run that was interrupted, what is still to do is told like what a limit cut off.
_outcome = sa.func.coalesce(t.url.c.outcome, UrlOutcome.OVER_BUDGET.value)
_reason = sa.case((t.url.c.outcome.is_(None), STOPPED), else_=t.url.c.reason)


def _said(states: Sequence[Sequence[RuleResult]]) -> Iterable[RuleResult]:
    """What a rule said of a page, over all its states: it did not pass if it failed in one of them."""
    if len(states) == 1:
        return states[0]
    told: dict[Outcome, RuleResult] = {}
    for result in itertools.chain.from_iterable(states):
        if result.outcome not in told or result.places > told[result.outcome].places:
            told[result.outcome] = result
    open_ = [told[each] for each in (Outcome.CANT_TELL, Outcome.ERROR, Outcome.FAILED) if each in told]
    rest = [told[each] for each in (Outcome.PASSED, Outcome.INAPPLICABLE, Outcome.UNTESTED) if each in told]
    return open_ or rest[:1]


def as_run(row: Any) -> Run:
    started = moment(row.started)
    assert started is not None
    return Run(
        id=row.id,
        site=row.site,
        state=RunState(row.state),
        started=started,
        finished=moment(row.finished),
        settings=row.settings,
        versions=row.versions,
        notes=tuple(row.notes),
        stopped=row.stopped,
    )


class RunReader:
    """One run of a store, to be read."""

    def __init__(self, store: Store, run_id: int) -> None:
        self._store = store
        self.run_id = run_id

    @classmethod
    def latest(cls, store: Store, site: str) -> RunReader | None:
        """The newest run of a site that holds anything; None where there is none."""
        with store.reading() as c:
            found = c.execute(
                sa.select(t.run.c.id).where(t.run.c.site == site).order_by(t.run.c.id.desc()).limit(1)
            ).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def numbered(cls, store: Store, run_id: int) -> RunReader | None:
        """The run of that number; None where there is none."""
        with store.reading() as c:
            found = c.execute(sa.select(t.run.c.id).where(t.run.c.id == run_id)).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def before(cls, store: Store, site: str, run_id: int) -> RunReader | None:
        """The newest run of a site before this one that came to its end; None where there is none."""
        query = (
            sa.select(t.run.c.id)
            .where(t.run.c.site == site, t.run.c.id < run_id, t.run.c.state == RunState.DONE)
            .order_by(t.run.c.id.desc())
            .limit(1)
        )
        with store.reading() as c:
            found = c.execute(query).scalar()
        return None if found is None else cls(store, int(found))

    @classmethod
    def done(cls, store: Store, site: str, *, after: int) -> list[RunReader]:
        """The runs of a site after that number that came to their end, oldest first."""
        query = (
            sa.select(t.run.c.id)
            .where(t.run.c.site == site, t.run.c.id > after, t.run.c.state == RunState.DONE)
            .order_by(t.run.c.id)
        )
        with store.reading() as c:
            return [cls(store, number) for number in c.execute(query).scalars()]

    @classmethod
    def last_whole(cls, store: Store, site: str) -> RunReader | None:
        """The newest run of a site that came to its end and followed links; None where there is none."""
        for reader in reversed(cls.done(store, site, after=0)):
            if reader.run().settings.get("follow_links", True):
                return reader
        return None

    @staticmethod
    def sites(store: Store) -> list[str]:
        """The ids of all sites that the store has runs of, the newest run's first."""
        with store.reading() as c:
            newest = sa.func.max(t.run.c.id)
            return list(
                c.execute(sa.select(t.run.c.site).group_by(t.run.c.site).order_by(newest.desc())).scalars()
            )

    def _rows(self, query: sa.Executable) -> Iterator[Any]:
        with self._store.reading() as c:
            yield from streamed(c, query)

    def run(self) -> Run:
        return as_run(next(self._rows(sa.select(t.run).where(t.run.c.id == self.run_id))))

    def page_facts(self) -> Iterator[PageFacts]:
        """Every audited page with its facts, in the order of the ledger."""
        return self._store.page_facts(self.run_id)

    def page_kinds(self) -> Iterator[tuple[str, frozenset[int] | None]]:
        """Every audited page; the kinds of element on it where it was driven for others too."""
        s, u = t.snapshot, t.url
        query = (
            sa.select(u.c.url, s.c.driven)
            .join(u, u.c.id == s.c.url_id)
            .where(s.c.run_id == self.run_id, s.c.state == LOADED)
            .order_by(u.c.id)
        )
        for row in self._rows(query):
            yield row.url, None if row.driven is None else frozenset(row.driven)

    def part(self, name: str) -> Any:
        """What `Store.keep_part` kept under a name; None where it kept nothing."""
        query = sa.select(t.run_part.c.value).where(
            t.run_part.c.run_id == self.run_id, t.run_part.c.name == name
        )
        with self._store.reading() as c:
            return c.execute(query).scalar()

    def history(self) -> tuple[AuditPoint, ...]:
        """The finished audits of the site up to this one, oldest first."""
        site = next(self._rows(sa.select(t.run.c.site).where(t.run.c.id == self.run_id)))[0]
        return tuple(point for point in self._store.points(site) if point.run <= self.run_id)

    def lives(self) -> list[IssueLife]:
        """Of the site's issues, as they stood after its last finished audit."""
        site = next(self._rows(sa.select(t.run.c.site).where(t.run.c.id == self.run_id)))[0]
        return self._store.lives(site)

    def standing(self) -> Standing:
        """How far the run is, and whether anyone gets on with it."""
        row = next(self._rows(sa.select(t.run).where(t.run.c.id == self.run_id)))
        return self.stands(row, self.by_outcome().get(UrlOutcome.AUDITED, 0))

    def stands(self, row: Any, audited: int) -> Standing:
        """The same, of its row of the table `run`."""
        came_on = row.progress or row.started
        at_work = held(row.holder, row.heartbeat)
        progress = moment(came_on)
        assert progress is not None
        return Standing(
            run=as_run(row),
            known=row.known,
            settled=row.settled,
            audited=audited,
            progress=progress,
            holder=row.holder,
            held=at_work,
            stalled=at_work and time.time() - self._rested(row, came_on) > STALLED_AFTER,
        )

    def _rested(self, row: Any, came_on: float) -> float:
        """Since when a run could have got on: its hosts may have asked for a rest after it last did.

        A rest counts once after each progress, as long as one may last: what asks a host again and again,
        and settles nothing, has stalled all the same.
        """
        u, h = t.url.c, t.host.c
        waiting = sa.exists().where(u.run_id == self.run_id, u.host == h.host, u.outcome.is_(None))
        due = next(self._rows(sa.select(sa.func.min(h.next_at)).where(waiting)))[0]
        longest = max(MAX_RETRY_AFTER, float(row.settings.get("delay") or 0))
        return max(came_on, min(due or came_on, came_on + longest))

    def engine_rules(self) -> list[Mapping[str, Any]]:
        """What the engine said of its rules when the run was started."""
        row = next(self._rows(sa.select(t.run.c.rules).where(t.run.c.id == self.run_id)))
        return list(row.rules)

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

    def refused(self) -> dict[str, int]:
        """Requests that the network guard refused, by reason."""
        return dict(next(self._rows(sa.select(t.run.c.refused).where(t.run.c.id == self.run_id)))[0])

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

    def states(self) -> Iterator[PageState]:
        """States of pages that are none of a journey, but for the page as loaded; in the ledger's order."""
        f, s, u = t.finding, t.snapshot, t.url
        failed = (
            sa.select(sa.func.count())
            .where(f.c.snapshot_id == s.c.id, f.c.outcome == Outcome.FAILED, f.c.kind == Kind.FAILURE)
            .scalar_subquery()
        )
        query = (
            sa.select(u.c.url, s.c.state, s.c.variant, failed.label("failed"))
            .select_from(s.join(u, u.c.id == s.c.url_id))
            .where(s.c.run_id == self.run_id, s.c.state.not_in((LOADED, DOCUMENT)), s.c.journey == "")
            .order_by(u.c.id, s.c.id)
        )
        for row in self._rows(query):
            yield PageState(url=row.url, state=row.state, variant=row.variant, failed=row.failed)

    def findings(
        self, rule: str | None = None, outcome: Outcome | None = None, issue: str | None = None
    ) -> Iterator[Finding]:
        """Findings in the order of the ledger, of one rule, outcome or issue where given."""
        f, s, u = t.finding, t.snapshot, t.url
        query = (
            sa.select(f, u.c.url.label("page"), s.c.state, s.c.journey, s.c.step, s.c.variant)
            .select_from(f.join(s, s.c.id == f.c.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(f.c.run_id == self.run_id)
            .order_by(u.c.id, s.c.id, f.c.rule, f.c.id)
        )
        if rule is not None:
            query = query.where(f.c.rule == rule)
        if outcome is not None:
            query = query.where(f.c.outcome == outcome)
        if issue is not None:
            query = query.where(f.c.issue == issue)
        for row in self._rows(query):
            yield Finding(
                rule=row.rule,
                outcome=Outcome(row.outcome),
                kind=Kind(row.kind),
                wcag=tuple(row.wcag),
                act=tuple(row.act),
                impact=Impact(row.impact) if row.impact else None,
                url=row.page,
                state=row.state,
                frame=tuple(row.frame),
                selector=row.selector,
                excerpt=row.excerpt,
                message=row.message,
                component=Component.of(row.component),
                issue=row.issue,
                fault=row.fault,
                journey=row.journey,
                step=row.step,
                variant=row.variant,
            )

    def picture(self, issue: str) -> Picture | None:
        """The picture of an issue; None where there is none."""
        p, u = t.picture.c, t.url.c
        query = (
            sa.select(t.picture, u.url)
            .join(t.url, u.id == p.url_id)
            .where(p.run_id == self.run_id, p.issue == issue)
        )
        with self._store.reading() as c:
            row = c.execute(query).one_or_none()
        if row is None:
            return None
        return Picture(
            issue=row.issue,
            url=row.url,
            taken=datetime.fromtimestamp(row.taken, UTC),
            media_type=row.media_type,
            width=row.width,
            height=row.height,
            data=row.data,
        )

    def counts(self) -> list[IssueCounts]:
        """How much of each issue is listed."""
        f, s = t.finding.c, t.snapshot.c
        state = (  # of one page: what two of its states show counts once
            sa.select(f.issue, f.rule, f.outcome, s.url_id, sa.func.count().label("places"))
            .join(t.snapshot, s.id == f.snapshot_id)
            .where(f.run_id == self.run_id)
            .group_by(f.issue, f.rule, f.outcome, s.url_id, s.id)
            .subquery()
        )
        page = (
            sa.select(*(state.c[key] for key in ("issue", "rule", "outcome")))
            .add_columns(sa.func.max(state.c.places).label("places"))
            .group_by(state.c.issue, state.c.rule, state.c.outcome, state.c.url_id)
            .subquery()
        )
        query = (
            sa.select(page.c.issue, page.c.rule, page.c.outcome)
            .add_columns(
                sa.func.count().label("pages"),
                sa.cast(sa.func.sum(page.c.places), sa.BigInteger).label("places"),
            )
            .group_by(page.c.issue, page.c.rule, page.c.outcome)
            .order_by(page.c.issue)
        )
        faults = (
            sa.select(f.issue, f.rule, f.outcome, sa.func.count(sa.distinct(f.fault)))
            .where(f.run_id == self.run_id)
            .group_by(f.issue, f.rule, f.outcome)
        )
        different = {tuple(row[:3]): row[3] for row in self._rows(faults)}
        journeys, variants = self._journeys_of_issues(), self._variants_of_issues()
        return [
            IssueCounts(
                id=row.issue,
                rule=row.rule,
                outcome=Outcome(row.outcome),
                pages=row.pages,
                places=row.places,
                faults=different[row.issue, row.rule, row.outcome],
                journeys=tuple(journeys.get(row.issue, ())),
                variants=tuple(variants.get(row.issue, ())),
            )
            for row in self._rows(query)
        ]

    def _journeys_of_issues(self) -> dict[str, list[str]]:
        f, s = t.finding.c, t.snapshot.c
        met = (
            sa.select(f.issue, s.journey)
            .join(t.snapshot, s.id == f.snapshot_id)
            .where(s.run_id == self.run_id, s.journey != "")
            .distinct()
            .order_by(s.journey)
        )
        found: dict[str, list[str]] = defaultdict(list)
        for issue, journey in self._rows(met):
            found[issue].append(journey)
        return found

    def _variants_of_issues(self) -> dict[str, list[str]]:
        """The variants of those issues that no page as it is shows."""
        f, s = t.finding.c, t.snapshot.c
        met = (
            sa.select(f.issue, s.variant)
            .join(t.snapshot, s.id == f.snapshot_id)
            .where(s.run_id == self.run_id)
            .distinct()
            .order_by(f.issue, s.variant)
        )
        if next(self._rows(sa.select(s.id).where(s.run_id == self.run_id, s.variant != "").limit(1)), None):
            by_issue = itertools.groupby(self._rows(met), key=lambda row: row.issue)
            found = {issue: [row.variant for row in rows] for issue, rows in by_issue}
            return {issue: variants for issue, variants in found.items() if all(variants)}
        return {}

    def _has_states(self) -> bool:
        """Whether pages were judged in more than one state."""
        s = t.snapshot.c
        query = sa.select(s.id).where(s.run_id == self.run_id, s.state != LOADED).limit(1)
        return next(self._rows(query), None) is not None

    def rule_outcomes(self) -> dict[str, dict[Outcome, int]]:
        """Of every rule that ran, how many pages had which outcome."""
        r = t.rule_result
        pages = sa.func.count()
        if self._has_states():
            pages = sa.func.count(sa.distinct(t.snapshot.c.url_id))
        query = (
            sa.select(r.c.rule, r.c.outcome, pages)
            .join(t.snapshot, t.snapshot.c.id == r.c.snapshot_id)
            .where(r.c.run_id == self.run_id)
            .group_by(r.c.rule, r.c.outcome)
            .order_by(r.c.rule, r.c.outcome)
        )
        outcomes: dict[str, dict[Outcome, int]] = defaultdict(dict)
        for rule, outcome, pages in self._rows(query):
            outcomes[rule][Outcome(outcome)] = pages
        return dict(outcomes)

    def judged_by(self, rules: Sequence[str]) -> Iterator[str]:
        """URLs of the pages that any of these rules judged, or broke down on, in the order of the ledger."""
        r = t.rule_result.c
        left_out = sa.and_(r.outcome == Outcome.UNTESTED, r.places == 0)
        judged = sa.select(r.snapshot_id).where(r.run_id == self.run_id, r.rule.in_(rules), sa.not_(left_out))
        query = (
            sa.select(t.url.c.url)
            .join(t.snapshot, t.snapshot.c.url_id == t.url.c.id)
            .where(t.snapshot.c.id.in_(judged))
            .group_by(t.url.c.id)
            .order_by(t.url.c.id)
        )
        for row in self._rows(query):
            yield row.url

    def features(self) -> Iterator[tuple[str, Mapping[str, int] | None]]:
        """URL and counted features of each audited page, over all its states; None where nobody counted."""
        s, u = t.snapshot, t.url
        query = (
            sa.select(u.c.url, s.c.features)
            .join(u, u.c.id == s.c.url_id)
            .where(s.c.run_id == self.run_id, s.c.state != DOCUMENT)
            .order_by(u.c.id, s.c.id)
        )
        for url, rows in itertools.groupby(self._rows(query), key=lambda row: row.url):
            states = [row.features for row in rows]
            yield url, None if None in states else sum(map(Counter, states), Counter())

    def issues_of_pages(self, rules: Collection[str]) -> dict[str, set[str]]:
        """The issues that these rules found on each audited page, by its URL; an empty set where none."""
        f, s, u = t.finding.c, t.snapshot, t.url
        of_run = (u.c.run_id == self.run_id, u.c.outcome == UrlOutcome.AUDITED)
        found: dict[str, set[str]] = {row.url: set() for row in self._rows(sa.select(u.c.url).where(*of_run))}
        query = (
            sa.select(u.c.url, f.issue)
            .select_from(t.finding.join(s, s.c.id == f.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(*of_run, f.run_id == self.run_id, f.rule.in_(list(rules)))
            .distinct()
        )
        for row in self._rows(query):
            found.setdefault(row.url, set()).add(row.issue)  # it may have been audited just now
        return found

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

    def untested(self) -> Iterator[Untested]:
        query = (
            sa.select(t.untested, t.url.c.url.label("page"))
            .join(t.url, t.url.c.id == t.untested.c.url_id)
            .where(t.untested.c.run_id == self.run_id)
            .order_by(t.url.c.id, t.untested.c.id)
        )
        for row in self._rows(query):
            yield Untested(url=row.page, what=row.what, where=row.where, reason=row.reason)

    def _results(self, *conditions: sa.ColumnElement[bool]) -> Iterator[Any]:
        r, s, u = t.rule_result, t.snapshot, t.url
        query = (
            sa.select(r, u.c.url.label("page"), s.c.id.label("snapshot"))
            .select_from(r.join(s, s.c.id == r.c.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(r.c.run_id == self.run_id, *conditions)
            .order_by(u.c.id, r.c.rule)
        )
        return self._rows(query)

    def rule_results(self) -> Iterator[tuple[str, RuleResult]]:
        """What each rule said of each page, with the page's URL, in the order of the ledger, rule by rule."""
        for (page, _), rows in itertools.groupby(self._results(), key=lambda row: (row.page, row.rule)):
            by_state: dict[int, list[RuleResult]] = defaultdict(list)
            for row in rows:
                told = RuleResult(
                    rule=row.rule, outcome=Outcome(row.outcome), places=row.places, error=row.error
                )
                by_state[row.snapshot].append(told)
            for result in _said(list(by_state.values())):
                yield page, result

    def rule_errors(self) -> Iterator[Mapping[str, str]]:
        """Rules that crashed or ran out of time: {"url", "rule", "error"}."""
        for row in self._results(t.rule_result.c.outcome == Outcome.ERROR):
            yield {"url": row.page, "rule": row.rule, "error": row.error or ""}

    def capped(self) -> Iterator[Mapping[str, Any]]:
        """Where fewer places are listed than there are: {"url", "rule", "outcome", "places", "listed"}."""
        f, r = t.finding, t.rule_result
        listed = (
            sa.select(sa.func.count())
            .where(f.c.snapshot_id == r.c.snapshot_id, f.c.rule == r.c.rule, f.c.outcome == r.c.outcome)
            .scalar_subquery()
        )
        u, s = t.url, t.snapshot
        query = (
            sa.select(u.c.url, r.c.rule, r.c.outcome, r.c.places, listed.label("listed"))
            .select_from(r.join(s, s.c.id == r.c.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(
                r.c.run_id == self.run_id,
                r.c.outcome.in_([Outcome.FAILED, Outcome.CANT_TELL]),
                r.c.places > listed,
            )
            .order_by(u.c.id, r.c.rule)
        )
        for row in self._rows(query):
            yield dict(row._mapping)
