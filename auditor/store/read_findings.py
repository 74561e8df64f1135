"""Reading back what the rules of a run said of its pages."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from auditor.models import (
    LOADED,
    Component,
    Finding,
    Impact,
    IssueCounts,
    Kind,
    Outcome,
    PageState,
    Picture,
    RuleResult,
    Untested,
    UrlOutcome,
)
from auditor.store import schema as t
from auditor.store.documents import DOCUMENT
from auditor.store.run_rows import RunRows

AT_ONCE = 500  # findings asked for by their numbers
_PLACED = t.finding.join(t.snapshot, t.snapshot.c.id == t.finding.c.snapshot_id).join(
    t.url, t.url.c.id == t.snapshot.c.url_id
)
_FINDINGS = sa.select(
    t.finding,
    t.url.c.url.label("page"),
    *(t.snapshot.c[key] for key in ("state", "journey", "step", "variant")),
).select_from(_PLACED)
_LEDGER = (t.url.c.id, t.snapshot.c.id, t.finding.c.rule, t.finding.c.id)


def _finding(row: Any) -> Finding:
    return Finding(
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


class Met(NamedTuple):
    """A finding by its number in the store, as `issues.Met`."""

    number: int
    issue: str
    url: str
    impact: Impact | None


class FindingsReader(RunRows):
    """What was found in one run."""

    def findings(
        self, rule: str | None = None, outcome: Outcome | None = None, issue: str | None = None
    ) -> Iterator[Finding]:
        """Findings in the order of the ledger, of one rule, outcome or issue where given."""
        f = t.finding.c
        query = _FINDINGS.where(f.run_id == self.run_id).order_by(*_LEDGER)
        if rule is not None:
            query = query.where(f.rule == rule)
        if outcome is not None:
            query = query.where(f.outcome == outcome)
        if issue is not None:
            query = query.where(f.issue == issue)
        return map(_finding, self._rows(query))

    def met(self, most: int) -> Iterator[Met]:
        """What decides which findings are examples: issue by issue, the first `most` in the ledger."""
        f, u = t.finding.c, t.url.c
        nth = sa.func.row_number().over(partition_by=f.issue, order_by=_LEDGER).label("nth")
        each = (
            sa.select(f.id, f.issue, u.url, f.impact, nth)
            .select_from(_PLACED)
            .where(f.run_id == self.run_id)
            .subquery()
        )
        query = sa.select(each).where(each.c.nth <= most).order_by(each.c.issue, each.c.nth)
        for row in self._rows(query):
            yield Met(row.id, row.issue, row.url, Impact(row.impact) if row.impact else None)

    def whole(self, met: Iterable[Met]) -> Iterator[Finding]:
        """The findings, in this order."""
        numbers = iter([each.number for each in met])
        while some := list(itertools.islice(numbers, AT_ONCE)):
            found = {row.id: row for row in self._rows(_FINDINGS.where(t.finding.c.id.in_(some)))}
            yield from (_finding(found[number]) for number in some if number in found)  # a page may have gone

    def issue_pages(self) -> Iterator[tuple[str, str]]:
        """(Issue, URL of a page or document that it is on), each once."""
        f, s, u = t.finding, t.snapshot, t.url
        query = (
            sa.select(f.c.issue, u.c.url)
            .select_from(f.join(s, s.c.id == f.c.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(f.c.run_id == self.run_id)
            .distinct()
        )
        yield from map(tuple, self._rows(query))

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

    def untested(self) -> Iterator[Untested]:
        query = (
            sa.select(t.untested, t.url.c.url.label("page"))
            .join(t.url, t.url.c.id == t.untested.c.url_id)
            .where(t.untested.c.run_id == self.run_id)
            .order_by(t.url.c.id, t.untested.c.id)
        )
        for row in self._rows(query):
            yield Untested(url=row.page, what=row.what, where=row.where, reason=row.reason)

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

    def _has_states(self) -> bool:
        """Whether pages were judged in more than one state."""
        s = t.snapshot.c
        query = sa.select(s.id).where(s.run_id == self.run_id, s.state != LOADED).limit(1)
        return next(self._rows(query), None) is not None

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

    def _results(self, *conditions: sa.ColumnElement[bool]) -> Iterator[Any]:
        r, s, u = t.rule_result, t.snapshot, t.url
        query = (
            sa.select(r, u.c.url.label("page"), s.c.id.label("snapshot"))
            .select_from(r.join(s, s.c.id == r.c.snapshot_id).join(u, u.c.id == s.c.url_id))
            .where(r.c.run_id == self.run_id, *conditions)
            .order_by(u.c.id, r.c.rule)
        )
        return self._rows(query)

    def rule_errors(self) -> Iterator[Mapping[str, str]]:
        """Rules that crashed or ran out of time: {"url", "rule", "error"}."""
        for row in self._results(t.rule_result.c.outcome == Outcome.ERROR):
            yield {"url": row.page, "rule": row.rule, "error": row.error or ""}

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
